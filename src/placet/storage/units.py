"""The tree of units of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, exists, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.policy.model import Unit
from placet.storage.people_tables import user_table
from placet.storage.tables import unit_table
from placet.storage.users import has_role

__all__ = [
    "MAX_UNIT_DEPTH", "UnitRow", "load_fallbacks", "load_unit_path", "load_units", "replace_units",
]  # fmt: skip

MAX_UNIT_DEPTH: Final = 100
_columns = unit_table.c


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit and the one above it (None for a root)."""

    id: str
    name: str
    parent_id: str | None


async def load_unit_path(
    connection: AsyncConnection, account: str, unit_id: str
) -> tuple[Unit, ...]:
    """From the root of the tree down to the unit; empty when the tree does not know it."""
    start = select(
        _columns.unit_id, _columns.name, _columns.parent_id, literal(0).label("height")
    ).where(_columns.account == account, _columns.unit_id == unit_id)
    path = start.cte("unit_path", recursive=True)
    above = (
        select(_columns.unit_id, _columns.name, _columns.parent_id, path.c.height + 1)
        .join(path, _columns.unit_id == path.c.parent_id)
        .where(_columns.account == account, path.c.height < MAX_UNIT_DEPTH)
    )
    path = path.union_all(above)
    rows = await connection.execute(select(path).order_by(path.c.height.desc()))
    return tuple(Unit(id=row.unit_id, name=row.name) for row in rows)


async def load_units(connection: AsyncConnection, account: str) -> list[UnitRow]:
    """Every unit of the account, by id."""
    query = (
        select(_columns.unit_id, _columns.name, _columns.parent_id)
        .where(_columns.account == account)
        .order_by(_columns.unit_id)
    )
    rows = await connection.execute(query)
    return [UnitRow(row.unit_id, row.name, row.parent_id) for row in rows]


async def replace_units(
    connection: AsyncConnection, account: str, units: Sequence[UnitRow]
) -> None:
    """Make these the account's units, and no others."""
    await connection.execute(delete(unit_table).where(_columns.account == account))
    if units:
        await connection.execute(
            insert(unit_table),
            [
                {
                    "account": account,
                    "unit_id": unit.id,
                    "name": unit.name,
                    "parent_id": unit.parent_id,
                    "name_folded": unit.name.casefold(),
                }
                for unit in units
            ],
        )


async def load_fallbacks(
    connection: AsyncConnection, account: str, unit_ids: Sequence[str], roles: Sequence[str]
) -> dict[str, str]:
    """For each of these units without an active member with any of the roles, the nearest unit
    above that has one; left out where there is none.
    """
    if not unit_ids:
        return {}
    people = user_table.c
    staffed = exists().where(
        people.account == account,
        people.unit_id == _columns.unit_id,
        people.active,
        has_role(roles),
    )
    start = select(
        _columns.unit_id.label("origin"),
        _columns.unit_id,
        _columns.parent_id,
        literal(0).label("height"),
        staffed.label("staffed"),
    ).where(_columns.account == account, _columns.unit_id.in_(unit_ids))
    path = start.cte("unit_path", recursive=True)
    above = (
        select(path.c.origin, _columns.unit_id, _columns.parent_id, path.c.height + 1, staffed)
        .join(path, _columns.unit_id == path.c.parent_id)
        .where(_columns.account == account, ~path.c.staffed, path.c.height < MAX_UNIT_DEPTH)
    )
    path = path.union_all(above)
    query = select(path.c.origin, path.c.unit_id).where(path.c.staffed, path.c.height > 0)
    return {row.origin: row.unit_id for row in await connection.execute(query)}
