"""What waits for whom, as rows that inboxes are read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Select, and_, delete, exists, insert, select, tuple_, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.authorization.model import Authorization, Status
from placet.storage.authorizations import AuthorizationFilter, conditions_of
from placet.storage.lists import among
from placet.storage.pending_approval_tables import pending_approval_table
from placet.storage.tables import authorization_table

__all__ = [
    "ANYONE", "NOBODY", "ListedUnit", "PendingFilter", "PendingRow", "approver_of_unit",
    "approver_of_user", "find_listed_units", "find_pending", "find_without_rows", "insert_pending",
    "remove_pending", "set_approver",
]  # fmt: skip

ANYONE = "anyone"
NOBODY = "nobody"

_columns = pending_approval_table.c
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One approver of one rule that waits; `since` in milliseconds, `level` counted from 0.

    `approver` is who may act: `approver_of_user`, `approver_of_unit`, `ANYONE` or `NOBODY`.
    `listed_unit_id` is the listed unit that this follows from, `above` that its parent is meant,
    and `barred` who may not decide the order, sorted.
    """

    account: str
    authorization_id: str
    entry: int
    dimension_id: str
    rule_id: str
    level: int | None
    since: int
    approver: str
    listed_unit_id: str | None = None
    above: bool = False
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingFilter:
    """Which rules that wait: those of `approvers` (None: everybody's), and what else is given.

    `since_before` is exclusive, in milliseconds.
    """

    approvers: Sequence[str] | None = None
    dimension_id: str | None = None
    rule_id: str | None = None
    since_before: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class ListedUnit:
    """A listed unit, or with `above` the one above it, and who acts for it by the rows in orders
    that the `barred` may not decide.
    """

    unit_id: str
    above: bool
    approver: str
    barred: tuple[str, ...]


def approver_of_user(user_id: str) -> str:
    """A person as `PendingRow.approver`."""
    return f"user {user_id}"


def approver_of_unit(unit_id: str) -> str:
    """The approvers of a unit as `PendingRow.approver`."""
    return f"unit {unit_id}"


async def insert_pending(connection: AsyncConnection, rows: Sequence[PendingRow]) -> None:
    """Store rows of authorizations that have none."""
    if rows:
        await connection.execute(insert(pending_approval_table), [_values(row) for row in rows])


async def remove_pending(
    connection: AsyncConnection, authorizations: Mapping[str, Sequence[str]]
) -> None:
    """Forget all rows of these authorizations (account → ids)."""
    for account in sorted(authorizations):
        await connection.execute(
            delete(pending_approval_table).where(
                _columns.account == account,
                among(_columns.authorization_id, authorizations[account]),
            )
        )


async def find_pending(
    connection: AsyncConnection,
    account: str,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None = None,
) -> list[str]:
    """The ids of at most `limit` authorizations with such rows, newest first, below `before_id`.

    Each approver is one short search of an index, whatever waits for others.
    """
    query = (
        select(_columns.authorization_id)
        .distinct()
        .where(_columns.account == account)
        .order_by(_columns.authorization_id.desc())
        .limit(limit)
    )
    conditions = conditions_of(wanted)
    if conditions:
        orders = authorization_table.c
        same = and_(
            orders.account == _columns.account,
            orders.authorization_id == _columns.authorization_id,
        )
        query = query.join(authorization_table, same).where(*conditions)
    for column, value in (
        (_columns.dimension_id, pending.dimension_id),
        (_columns.rule_id, pending.rule_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if pending.since_before is not None:
        query = query.where(_columns.since < pending.since_before)
    if before_id is not None:
        query = query.where(_columns.authorization_id < before_id)
    found = await connection.scalars(_of_approvers(query, pending.approvers))
    return sorted({*found}, reverse=True)[:limit]


async def find_without_rows(
    connection: AsyncConnection, *, after: tuple[str, str], limit: int
) -> list[Authorization]:
    """At most `limit` pending authorizations of all accounts that have no row, by account and id,
    those behind `after`.
    """
    orders = authorization_table.c
    rows = exists().where(
        _columns.account == orders.account, _columns.authorization_id == orders.authorization_id
    )
    query = (
        select(orders.document)
        .where(
            orders.status == Status.PENDING.value,
            tuple_(orders.account, orders.authorization_id) > after,
            ~rows,
        )
        .order_by(orders.account, orders.authorization_id)
        .limit(limit)
    )
    documents = await connection.scalars(query)
    return [Authorization.from_document(from_json(document)) for document in documents]


async def find_listed_units(connection: AsyncConnection, account: str) -> list[ListedUnit]:
    """The units that rules which wait list, each with who acts for it according to the rows."""
    query = (
        select(_columns.listed_unit_id, _columns.above, _columns.approver, _columns.barred)
        .distinct()
        .where(_columns.account == account, _columns.listed_unit_id.is_not(None))
    )
    return sorted(
        ListedUnit(unit_id, above, approver, tuple(from_json(barred)))
        for unit_id, above, approver, barred in await connection.execute(query)
    )


async def set_approver(
    connection: AsyncConnection, account: str, listed: Iterable[ListedUnit], approver: str
) -> None:
    """Let `approver` act for these listed units, in orders with the same barred, from now on."""
    units = [(unit.unit_id, unit.above, _people(unit.barred)) for unit in listed]
    for start in range(0, len(units), _CHUNK):
        await connection.execute(
            update(pending_approval_table)
            .where(
                _columns.account == account,
                tuple_(_columns.listed_unit_id, _columns.above, _columns.barred).in_(
                    units[start : start + _CHUNK]
                ),
            )
            .values(approver=approver)
        )


def _values(row: PendingRow) -> dict[str, Any]:
    return asdict(row) | {"barred": _people(row.barred)}


def _people(barred: Sequence[str]) -> str:
    return to_json(barred).decode()


def _of_approvers(query: Select[tuple[str]], approvers: Sequence[str] | None) -> Select[tuple[str]]:
    if approvers is None:
        return query
    each = [query.where(_columns.approver == approver).subquery() for approver in approvers]
    together = union_all(*(select(part.c.authorization_id) for part in each)).subquery()
    return select(together.c.authorization_id)
