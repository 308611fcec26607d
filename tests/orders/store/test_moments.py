"""What is due in authorizations: written with them, claimed once, due again after a lease."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from placet.database.database import Database
from placet.orders.store.moments import (
    AuthorizationDue,
    claim_due,
    due_accounts,
    next_due,
    postpone_due,
    replace_due,
)

pytestmark = pytest.mark.anyio


async def put(database: Database, *due: tuple[str, str, int]) -> None:
    async with database.write() as connection:
        await replace_due(connection, [], [AuthorizationDue(*entry) for entry in due])


async def claim(database: Database, now: int, until: int, *, limit: int = 10) -> list[str]:
    async with database.write() as connection:
        claimed = await claim_due(connection, "acme", now_ms=now, until_ms=until, limit=limit)
    return [item.authorization_id for item in claimed]


async def test_what_is_due_is_claimed_longest_due_first_and_once(database: Database) -> None:
    await put(database, ("acme", "a", 30), ("acme", "b", 10), ("acme", "c", 20), ("acme", "d", 31))
    assert await claim(database, 30, 100, limit=2) == ["b", "c"]
    assert await claim(database, 30, 100) == ["a"]
    assert await claim(database, 30, 100) == []
    assert await claim(database, 100, 200) == ["d", "a", "b", "c"]


async def test_every_account_is_claimed_by_itself(database: Database) -> None:
    await put(database, ("acme", "a", 10), ("globex", "a", 20))
    async with database.read() as connection:
        assert await due_accounts(connection, 9) == []
        assert await due_accounts(connection, 10) == ["acme"]
        assert await due_accounts(connection, 20) == ["acme", "globex"]
        assert await next_due(connection) == 10
    assert await claim(database, 20, 100) == ["a"]
    async with database.read() as connection:
        assert await due_accounts(connection, 20) == ["globex"]
        assert await next_due(connection) == 20


async def test_a_change_replaces_what_was_due(database: Database) -> None:
    await put(database, ("acme", "a", 10), ("acme", "b", 20), ("globex", "a", 30))
    async with database.write() as connection:
        changed = [("acme", "a"), ("acme", "b")]
        await replace_due(connection, changed, [AuthorizationDue("acme", "b", 40)])
        assert await due_accounts(connection, 29) == []
        assert await next_due(connection) == 30
    assert await claim(database, 50, 100) == ["b"]


@pytest.mark.parametrize(("due_at", "after"), [(70, 70), (None, None)])
async def test_a_claim_is_given_back_by_its_holder(
    database: Database, due_at: int | None, after: int | None
) -> None:
    await put(database, ("acme", "a", 10))
    await claim(database, 10, 100)
    async with database.write() as connection:
        await postpone_due(connection, AuthorizationDue("acme", "a", 100), due_at)
        assert await next_due(connection) == after


async def test_a_claim_that_a_change_has_overtaken_is_not_given_back(database: Database) -> None:
    await put(database, ("acme", "a", 10))
    await claim(database, 10, 100)
    async with database.write() as connection:
        await replace_due(connection, [("acme", "a")], [AuthorizationDue("acme", "a", 60)])
    async with database.write() as connection:
        await postpone_due(connection, AuthorizationDue("acme", "a", 100), None)
        assert await next_due(connection) == 60


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_what_another_server_is_claiming_is_passed_over(database: Database) -> None:
    await put(database, *(("acme", name, 10) for name in "abc"))
    async with database.write() as one:
        first = await claim_due(one, "acme", now_ms=10, until_ms=100, limit=2)
        assert await claim(database, 10, 100) == ["c"]
    assert [item.authorization_id for item in first] == ["a", "b"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT min(due_at) FROM authorization_due",
        "SELECT DISTINCT account FROM authorization_due WHERE due_at <= 1",
        "SELECT authorization_id FROM authorization_due WHERE account = 'acme' AND due_at <= 1"
        " ORDER BY due_at, authorization_id LIMIT 9",
    ],
)
async def test_looking_for_what_is_due_costs_no_more_with_many_orders(
    database: Database, query: str
) -> None:
    async with database.read() as connection:
        plan = (await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))).all()
    assert "USING COVERING INDEX" in plan[0].detail
    assert not any("B-TREE FOR ORDER" in step.detail for step in plan)
