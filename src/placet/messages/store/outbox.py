"""Outgoing messages: written with their cause, claimed by a worker, settled after delivery.

A claim is a lease: it moves `next_attempt_at` to the end of the lease, so a message whose worker
vanished becomes due again by itself. Only the holder of the lease can settle the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.messages.core.message import MessageKind, MessageState, OutboxFilter, OutboxMessage
from placet.messages.store.tables import IS_DELIVERED, IS_WAITING, outbox_table

_columns = outbox_table.c


async def insert_messages(connection: AsyncConnection, messages: Sequence[OutboxMessage]) -> None:
    """Store new messages, in the given order, in the transaction of what caused them.

    Two transactions that write for one ordering key at once: the second one fails with a write
    conflict, and its new attempt comes after the first.
    """
    keys: dict[str, set[str]] = {}
    for message in messages:
        keys.setdefault(message.account, set()).add(message.ordering_key)
    last = await _last_positions(connection, keys)
    rows = []
    for message in messages:
        key = message.account, message.ordering_key
        last[key] = last.get(key, 0) + 1
        rows.append(_row(replace(message, position=last[key])))
    if rows:
        await connection.execute(insert(outbox_table), rows)


async def due_accounts(connection: AsyncConnection, now_ms: int) -> list[str]:
    """The accounts with messages whose next attempt is due, whoever may be waiting before them.

    Goes from account to account by the index, however many messages each has.
    """
    first, following, earliest = (outbox_table.alias().c for _ in range(3))
    waiting = select(_first(first, first.account).label("account")).cte("waiting", recursive=True)
    behind = following.account > waiting.c.account
    step = _first(following, following.account, behind)
    waiting = waiting.union_all(select(step).where(waiting.c.account.is_not(None)))
    same = earliest.account == waiting.c.account
    next_attempt_at = _first(earliest, earliest.next_attempt_at, same)
    query = select(waiting.c.account).where(
        waiting.c.account.is_not(None), next_attempt_at <= now_ms
    )
    return sorted(await connection.scalars(query))


def _first(columns: Any, column: Column[Any], *conditions: ColumnElement[bool]) -> Any:
    """A column of the waiting message that comes first in the index of those."""
    in_order = (columns.account, columns.next_attempt_at, columns.message_id)
    query = select(column).where(IS_WAITING, *conditions).order_by(*in_order).limit(1)
    return query.scalar_subquery()


async def claim_due(
    connection: AsyncConnection,
    account: str,
    *,
    now_ms: int,
    lease: str,
    until_ms: int,
    limit: int,
) -> list[OutboxMessage]:
    """Lease at most `limit` due messages that have no waiting one before them, longest due first.

    Each counts as attempted. Messages that another transaction is just claiming are passed over.
    """
    earlier = outbox_table.alias("earlier")
    blocked = exists().where(
        earlier.c.account == _columns.account,
        earlier.c.ordering_key == _columns.ordering_key,
        earlier.c.position < _columns.position,
        earlier.c.state == MessageState.WAITING.value,
    )
    query = (
        select(outbox_table)
        .where(_columns.account == account, IS_WAITING, _columns.next_attempt_at <= now_ms)
        .where(~blocked)
        .order_by(_columns.next_attempt_at, _columns.message_id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox_table)
    )
    found = [_message(row) for row in await connection.execute(query)]
    claimed = [
        replace(message, lease=lease, next_attempt_at=until_ms, attempts=message.attempts + 1)
        for message in found
    ]
    if claimed:
        await connection.execute(
            update(outbox_table)
            .where(
                _columns.account == account,
                _columns.message_id.in_([message.message_id for message in claimed]),
            )
            .values(lease=lease, next_attempt_at=until_ms, attempts=_columns.attempts + 1)
        )
    return claimed


async def settle_message(
    connection: AsyncConnection, claimed: OutboxMessage, after: OutboxMessage
) -> bool:
    """Store what became of a claimed message and give the lease back.

    The messages that wait for it become due when it does, or at once when it is done with, so that
    nobody looks at them in vain. False when the lease was lost: it ended, and someone else claimed
    or renewed the message.
    """
    result = await connection.execute(
        update(outbox_table)
        .where(
            _columns.account == claimed.account,
            _columns.message_id == claimed.message_id,
            _columns.lease == claimed.lease,
        )
        .values(
            state=after.state.value,
            next_attempt_at=after.next_attempt_at,
            last_error=after.last_error,
            delivered_at=after.delivered_at,
            lease=None,
        )
    )
    if result.rowcount == 0:
        return False
    await connection.execute(
        update(outbox_table)
        .where(
            _columns.account == claimed.account,
            _columns.ordering_key == claimed.ordering_key,
            _columns.position > claimed.position,
            IS_WAITING,
            _columns.attempts == 0,
            _columns.next_attempt_at != after.next_attempt_at,
        )
        .values(next_attempt_at=after.next_attempt_at)
    )
    return True


async def find_messages(
    connection: AsyncConnection,
    wanted: OutboxFilter,
    *,
    limit: int | None = None,
    lock: bool = False,
) -> list[OutboxMessage]:
    """The messages that pass, oldest first; with `limit` only the newest so many of them."""
    query = select(outbox_table)
    if wanted.account is not None:
        query = query.where(_columns.account == wanted.account)
    if wanted.state is not None:
        query = query.where(_columns.state == wanted.state.value)
    if wanted.message_ids is not None:
        query = query.where(_columns.message_id.in_(wanted.message_ids))
    query = query.order_by(_columns.message_id.desc(), _columns.account).limit(limit)
    if lock:
        query = query.with_for_update()
    return [_message(row) for row in await connection.execute(query)][::-1]


async def renew_messages(
    connection: AsyncConnection, messages: Iterable[OutboxMessage], now_ms: int
) -> None:
    """Make these messages due at once, with all their attempts before them."""
    by_account: dict[str, list[str]] = {}
    for message in messages:
        by_account.setdefault(message.account, []).append(message.message_id)
    for account, ids in sorted(by_account.items()):
        await connection.execute(
            update(outbox_table)
            .where(_columns.account == account, among(_columns.message_id, ids))
            .values(
                state=MessageState.WAITING.value, attempts=0, next_attempt_at=now_ms, lease=None
            )
        )


async def delete_delivered(connection: AsyncConnection, before_ms: int) -> int:
    """Forget what was delivered before an instant; answers how many messages those were."""
    result = await connection.execute(
        delete(outbox_table).where(IS_DELIVERED, _columns.delivered_at < before_ms)
    )
    return result.rowcount


async def _last_positions(
    connection: AsyncConnection, keys: dict[str, set[str]]
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for account in sorted(keys):
        query = (
            select(_columns.ordering_key, func.max(_columns.position))
            .where(_columns.account == account, among(_columns.ordering_key, keys[account]))
            .group_by(_columns.ordering_key)
        )
        for key, position in await connection.execute(query):
            found[account, key] = position
    return found


def _row(message: OutboxMessage) -> dict[str, Any]:
    row = {column.name: getattr(message, column.name) for column in _columns}
    return row | {"kind": message.kind.value, "state": message.state.value}


def _message(row: Any) -> OutboxMessage:
    fields = dict(row._mapping)
    fields["kind"] = MessageKind(fields["kind"])
    fields["state"] = MessageState(fields["state"])
    return OutboxMessage(**fields)
