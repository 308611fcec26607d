"""What waits for whom, as rows that inboxes are read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.tables import authorization_table
from placet.orders.core.filters import AuthorizationFilter, PendingFilter
from placet.orders.core.model import Authorization
from placet.orders.core.record import Status
from placet.orders.store.authorizations import conditions_of
from placet.orders.store.pending_approval_tables import pending_approval_table

ANYONE = "anyone"
NOBODY = "nobody"
# No one beside those who were asked before.
NOBODY_ABOVE = "nobody above"

_columns = pending_approval_table.c


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One approver of one rule that waits; `since` in milliseconds, `level` counted from 0.

    `approver` is who may act: `approver_of_user`, `approver_of_unit`, `ANYONE`, `NOBODY` or
    `NOBODY_ABOVE`. `seat` is the digest of the seat that this follows from, `listed_unit_id` the
    unit it names, and `barred` who may not have it, sorted.
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
    seat: str | None = None
    barred: tuple[str, ...] = ()


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
    approvers = pending.approvers
    if pending.stuck:
        query, approvers = query.where(~_held()), [NOBODY]
    found = await connection.scalars(_of_approvers(query, approvers))
    return sorted({*found}, reverse=True)[:limit]


async def find_rows_of_seats(
    connection: AsyncConnection, account: str, seats: Collection[str], *, limit: int
) -> list[PendingRow]:
    """At most `limit` rows that ask for these seats (digests), in no particular order."""
    if not seats:
        return []
    # An order would lead SQLite through all rows of the account.
    query = (
        select(pending_approval_table)
        .where(_columns.account == account, among(_columns.seat, seats))
        .limit(limit)
    )
    rows = (dict(row._mapping) for row in await connection.execute(query))
    return [PendingRow(**row | {"barred": tuple(from_json(row["barred"]))}) for row in rows]


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


def _held() -> ColumnElement[bool]:
    """Whether somebody has another seat of the rule that a row belongs to."""
    other = pending_approval_table.alias().c
    return exists().where(
        other.account == _columns.account,
        other.authorization_id == _columns.authorization_id,
        other.dimension_id == _columns.dimension_id,
        other.rule_id == _columns.rule_id,
        # As "is not null" SQLite would look it up in the index of all seats of the account.
        func.coalesce(other.seat, "") != "",
        other.approver.not_in([NOBODY, NOBODY_ABOVE]),
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
