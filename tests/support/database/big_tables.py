"""Every table filled with rows as a big installation has them, for planners that count rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

__all__ = ["filling"]

# How many values a column has where rows share them; the others differ from row to row.
_SHARED: Final = {
    "account": 5, "context_id": 190, "unit_id": 190, "unit_id_folded": 190, "parent_id": 1000,
    "listed_unit_id": 190, "status": 4, "state": 3, "kind": 3, "direction": 2, "entity_type": 3,
    "entity_type_folded": 3, "budget_id": 1000, "allocation_id": 1000, "approver": 190,
    "user_profile_id": 190, "person_id": 190, "policy_digest": 20, "rule_id": 50,
    "dimension_id": 50, "delegator_id": 1000, "delegate_id": 1000, "seller_id": 1000,
    "campaign_id": 50, "organization_id": 190, "period": 12, "entity_id": 1000,
    "ordering_key": 1000, "user_id": 1000,
}  # fmt: skip
# Histories have many rows of each budget and allocation.
_SHARED_IN: Final = {
    (table, name): 190
    for table in ("ledger_entries", "reservations")
    for name in ("budget_id", "allocation_id")
}
# What statements and partial indexes spell out.
_SPELLED: Final = {
    ("outbox_messages", "state"): ("waiting", "delivered", "delivered", "dead"),
    ("reservations", "status"): ("RESERVED", "CONFIRMED", "CONFIRMED", "CANCELED", "EXPIRED"),
    ("ledger_entries", "kind"): ("DEBIT", "CREDIT", "RESERVE", "RELEASE", "AMOUNT", "RENEWAL"),
}


def filling(metadata: MetaData, rows: int, dialect: Dialect) -> Iterator[str]:
    """The statements that fill the tables of a store."""
    for table in metadata.sorted_tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_value(table, column, dialect) for column in table.columns)
        yield (
            f"WITH RECURSIVE series(g) AS"
            f" (SELECT 1 UNION ALL SELECT g + 1 FROM series WHERE g < {rows})"
            f' INSERT INTO "{table.name}" ({names}) SELECT {values} FROM series'
        )


def _value(table: Table, column: Column[Any], dialect: Dialect) -> str:
    name = column.name
    if isinstance(column.type, Boolean):
        # A partial unique index lets one of an account run.
        return "FALSE" if name == "running" else "g % 10 > 0"
    if isinstance(column.type, LargeBinary):
        return f"CAST('x' AS {column.type.compile(dialect)})"
    if isinstance(column.type, BigInteger | Integer):
        return f"g % {_SHARED[name]}" if name in _SHARED else "g"
    if (table.name, name) in _SPELLED:
        found = _SPELLED[table.name, name]
        cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(found))
        return f"CASE g / 7 % {len(found)} {cases} END"
    if name in _SHARED and not _alone(table, name):
        number = _SHARED_IN.get((table.name, name), _SHARED[name])
        return f"'{name} ' || (g % {number})"
    return f"'{name} ' || g"


def _alone(table: Table, name: str) -> bool:
    """Whether the column has to tell rows apart, the others of a key being shared."""
    keys = [table.primary_key.columns.keys()]
    keys += [
        constraint.columns.keys()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return any(key[-1] == name and _SHARED.keys() >= {*key} for key in keys)
