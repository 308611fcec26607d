"""Which pending authorizations have something due, and when.

`due_at` is when a worker is to look at an authorization next. A claim is a lease: it moves that
instant to the end of the lease, so what a worker that vanished has claimed becomes due again by
itself. What is to be done is never stored here: the authorization and its rules say that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.orders.store.moment_tables import authorization_due_table

_columns = authorization_due_table.c
# However much is due, a look at it reads no more; what was claimed is not due any more.
_LOOKED_AT: Final = 1_000


@dataclass(frozen=True, slots=True)
class AuthorizationDue:
    """An authorization to look at from `due_at` on, in milliseconds."""

    account: str
    authorization_id: str
    due_at: int


async def replace_due(
    connection: AsyncConnection,
    changed: Collection[tuple[str, str]],
    due: Sequence[AuthorizationDue],
) -> None:
    """Store what is due in new and in `changed` authorizations (account and id), in the transaction
    of their change; nothing more is due in those that `due` leaves out.
    """
    ids: dict[str, list[str]] = {}
    for account, authorization_id in changed:
        ids.setdefault(account, []).append(authorization_id)
    for account in sorted(ids):
        await connection.execute(
            delete(authorization_due_table).where(
                _columns.account == account, among(_columns.authorization_id, ids[account])
            )
        )
    if due:
        rows = [
            {
                "account": entry.account,
                "authorization_id": entry.authorization_id,
                "due_at": entry.due_at,
            }
            for entry in due
        ]
        await connection.execute(insert(authorization_due_table), rows)


async def next_due(connection: AsyncConnection) -> int | None:
    """The earliest instant at which something is due; None: nothing ever."""
    found: int | None = await connection.scalar(select(func.min(_columns.due_at)))
    return found


async def due_accounts(connection: AsyncConnection, now_ms: int) -> list[str]:
    """Accounts in which something is due, those of what is due the longest; none if nothing is."""
    query = select(_columns.account).where(_columns.due_at <= now_ms)
    accounts = await connection.scalars(query.order_by(_columns.due_at).limit(_LOOKED_AT))
    return sorted({*accounts})


async def claim_due(
    connection: AsyncConnection, account: str, *, now_ms: int, until_ms: int, limit: int
) -> list[AuthorizationDue]:
    """Lease at most `limit` due authorizations until `until_ms`, longest due first.

    Those that another transaction is just claiming or changing are passed over.
    """
    query = (
        select(_columns.authorization_id)
        .where(_columns.account == account, _columns.due_at <= now_ms)
        .order_by(_columns.due_at, _columns.authorization_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(await connection.scalars(query))
    if ids:
        await connection.execute(
            update(authorization_due_table)
            .where(_columns.account == account, among(_columns.authorization_id, ids))
            .values(due_at=until_ms)
        )
    return [AuthorizationDue(account, authorization_id, until_ms) for authorization_id in ids]


async def postpone_due(
    connection: AsyncConnection, claimed: AuthorizationDue, due_at: int | None
) -> None:
    """Say when to look again at a claimed authorization in which nothing was due (None: never);
    whoever has changed it meanwhile has said so better.
    """
    mine = (
        _columns.account == claimed.account,
        _columns.authorization_id == claimed.authorization_id,
        _columns.due_at == claimed.due_at,
    )
    if due_at is None:
        await connection.execute(delete(authorization_due_table).where(*mine))
    else:
        await connection.execute(update(authorization_due_table).where(*mine).values(due_at=due_at))
