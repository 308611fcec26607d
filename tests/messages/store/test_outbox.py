"""Storing, claiming and settling outgoing messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from placet.database.database import Database
from placet.database.store_errors import is_write_conflict
from placet.messages.core.message import MessageState, OutboxFilter, OutboxMessage
from placet.messages.service.outbox import webhook_message
from placet.messages.store.outbox import (
    claim_due,
    delete_delivered,
    due_accounts,
    find_messages,
    insert_messages,
    renew_messages,
    settle_message,
)

pytestmark = pytest.mark.anyio

NOW = 1_000_000
LEASE_MS = 60_000


def message(ordering_key: str = "order-1", account: str = "acme", at: int = NOW) -> OutboxMessage:
    return webhook_message(
        account,
        topic="authorization.changed",
        ordering_key=ordering_key,
        url="https://erp.example.com/hook",
        body={"é": 1},
        now_ms=at,
    )


async def store(database: Database, *messages: OutboxMessage) -> None:
    async with database.write() as connection:
        await insert_messages(connection, messages)


async def stored(database: Database, account: str | None = None) -> list[OutboxMessage]:
    async with database.read() as connection:
        return await find_messages(connection, OutboxFilter(account))


async def claim(
    database: Database, now: int = NOW, lease: str = "one", limit: int = 10, account: str = "acme"
) -> list[OutboxMessage]:
    async with database.write() as connection:
        return await claim_due(
            connection, account, now_ms=now, lease=lease, until_ms=now + LEASE_MS, limit=limit
        )


async def settle(database: Database, claimed: OutboxMessage, **changes: object) -> bool:
    async with database.write() as connection:
        return await settle_message(connection, claimed, replace(claimed, **changes))


async def test_messages_come_back_as_they_were_with_their_place_in_the_order(
    database: Database,
) -> None:
    first, second, other = message(), message(), message("order-2")
    await store(database, first, second)
    await store(database, other)
    third = message()
    await store(database, third)
    assert await stored(database) == [
        replace(first, position=1),
        replace(second, position=2),
        replace(other, position=1),
        replace(third, position=3),
    ]


async def test_nothing_is_stored_without_its_cause(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await insert_messages(connection, [message()])
            raise RuntimeError
    assert await stored(database) == []


async def test_two_causes_cannot_take_the_same_place(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.write() as connection:
            await insert_messages(connection, [replace(message(), message_id="same")] * 2)
    assert is_write_conflict(caught.value)


async def test_what_is_claimed_is_not_due_until_the_lease_ends(database: Database) -> None:
    await store(database, message())
    [claimed] = await claim(database)
    assert (claimed.attempts, claimed.next_attempt_at) == (1, NOW + LEASE_MS)
    assert await stored(database) == [claimed]
    assert await claim(database, lease="two") == []
    assert await claim(database, NOW + LEASE_MS - 1, "two") == []
    [again] = await claim(database, NOW + LEASE_MS, "two")
    assert (again.message_id, again.attempts, again.lease) == (claimed.message_id, 2, "two")


async def test_only_the_holder_of_the_lease_settles(database: Database) -> None:
    await store(database, message())
    [late] = await claim(database)
    [holder] = await claim(database, NOW + LEASE_MS, "two")
    assert not await settle(database, late, state=MessageState.DEAD)
    assert await settle(database, holder, state=MessageState.DELIVERED, delivered_at=NOW)
    assert not await settle(database, holder, state=MessageState.DEAD)
    [after] = await stored(database)
    assert (after.state, after.delivered_at, after.lease) == (MessageState.DELIVERED, NOW, None)


async def test_messages_are_claimed_longest_due_first_and_not_before_their_time(
    database: Database,
) -> None:
    late, early, future = message("a", at=NOW), message("b", at=NOW - 5), message("c", at=NOW + 1)
    await store(database, late, early, future)
    assert [found.message_id for found in await claim(database, limit=1)] == [early.message_id]
    assert [found.message_id for found in await claim(database)] == [late.message_id]
    assert await claim(database) == []


@pytest.mark.parametrize("end", [MessageState.DELIVERED, MessageState.DEAD])
async def test_a_message_waits_for_those_before_it_in_its_key(
    database: Database, end: MessageState
) -> None:
    first, second = message(), message(at=NOW - 500)
    await store(database, first, second, message("order-2"))
    claimed = {found.message_id: found for found in await claim(database)}
    assert len(claimed) == 2
    assert second.message_id not in claimed
    head = claimed[first.message_id]
    assert await settle(database, head, next_attempt_at=NOW + 10)
    assert await claim(database) == []
    [_, behind, _] = await stored(database)
    assert behind.next_attempt_at == NOW + 10
    [head] = await claim(database, NOW + 10)
    assert await settle(database, head, state=end, next_attempt_at=NOW)
    assert [found.message_id for found in await claim(database)] == [second.message_id]


async def test_accounts_are_apart(database: Database) -> None:
    await store(database, message(), message(account="globex"))
    async with database.read() as connection:
        assert await due_accounts(connection, NOW) == ["acme", "globex"]
        assert await due_accounts(connection, NOW - 1) == []
    assert [found.account for found in await claim(database)] == ["acme"]
    assert [found.account for found in await stored(database, "globex")] == ["globex"]


# SQLite has one writer at a time.
@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_a_claim_passes_over_what_another_is_claiming(database: Database) -> None:
    await store(database, message("a"), message("b"))
    async with database.write() as connection:
        mine = await claim_due(
            connection, "acme", now_ms=NOW, lease="one", until_ms=NOW + 1, limit=1
        )
        theirs = await claim(database, lease="two")
    assert len(mine) == len(theirs) == 1
    assert mine[0].message_id != theirs[0].message_id


async def test_renewed_messages_are_due_with_all_attempts_before_them(database: Database) -> None:
    await store(database, message())
    [claimed] = await claim(database)
    await settle(database, claimed, state=MessageState.DEAD, last_error="gone")
    async with database.write() as connection:
        await renew_messages(connection, [claimed], NOW + 7)
    [renewed] = await stored(database)
    assert (renewed.state, renewed.attempts, renewed.last_error) == (
        MessageState.WAITING,
        0,
        "gone",
    )
    assert len(await claim(database, NOW + 7)) == 1


async def test_only_old_delivered_messages_are_forgotten(database: Database) -> None:
    await store(database, *(message(str(number)) for number in range(4)))
    old, new, dead, _waiting = await claim(database)
    await settle(database, old, state=MessageState.DELIVERED, delivered_at=NOW)
    await settle(database, new, state=MessageState.DELIVERED, delivered_at=NOW + 1)
    await settle(database, dead, state=MessageState.DEAD)
    async with database.write() as connection:
        assert await delete_delivered(connection, NOW + 1) == 1
    left = {found.message_id for found in await stored(database)}
    assert len(left) == 3
    assert old.message_id not in left


async def test_the_newest_are_found_oldest_first(database: Database) -> None:
    made = [message(str(number)) for number in range(5)]
    await store(database, *made)
    async with database.read() as connection:
        found = await find_messages(connection, OutboxFilter("acme", MessageState.WAITING), limit=2)
    assert [item.message_id for item in found] == [item.message_id for item in made[-2:]]
