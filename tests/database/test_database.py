"""Connections and transactions."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.commit_marks import new_mark, take_once
from placet.database.database import Database
from placet.database.mark_tables import commit_mark_table
from placet.database.store_errors import StoreAway, is_unavailable, is_write_conflict
from placet.database.tables import account_table
from placet.errors import Unavailable
from placet.people.store.accounts import ensure_account, load_policy_versions

pytestmark = pytest.mark.anyio


async def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await ensure_account(connection, "acme", 1)
            raise RuntimeError
    async with database.read() as connection:
        assert await load_policy_versions(connection, ["acme"]) == {}


async def test_a_reader_keeps_its_view_while_others_write(database: Database) -> None:
    async with database.read() as reader:
        assert await load_policy_versions(reader, ["acme"]) == {}
        async with database.write() as writer:
            await ensure_account(writer, "acme", 1)
        assert await load_policy_versions(reader, ["acme"]) == {}
    async with database.read() as reader:
        assert await load_policy_versions(reader, ["acme"]) == {"acme": 1}


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreAway):
        async with database.read() as connection:
            await ensure_account(connection, "acme", 1)


async def test_a_broken_unique_constraint_is_a_write_conflict(database: Database) -> None:
    row = {"account": "acme", "settings": "{}", "policy_version": 1, "created_at": 1}
    with pytest.raises(IntegrityError) as caught:
        async with database.write() as connection:
            await connection.execute(insert(account_table), [row, row])
    assert is_write_conflict(caught.value)
    assert not is_unavailable(caught.value)


async def test_sqlite_waits_for_the_disk_at_every_commit(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/placet.sqlite3")
    async with database.write() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA synchronous")) == 2
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
    await database.close()


async def test_an_unreachable_database_is_unavailable(tmp_path: Path) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreAway) as caught:
        await database.ping()
    assert isinstance(caught.value.__cause__, OSError)
    await database.close()


def _log_size(database: Database) -> int:
    return Path(f"{database.url.database}-wal").stat().st_size


async def _grow(database: Database) -> None:
    """Change more than the log may keep, while somebody reads."""
    async with database.read() as reader:
        await reader.execute(text("SELECT count(*) FROM accounts"))
        for _ in range(5):
            async with database.write() as connection:
                rows = [{"mark_id": new_mark()} for _ in range(60_000)]
                await connection.execute(insert(commit_mark_table), rows)
                await connection.execute(delete(commit_mark_table))


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_log_that_a_long_reader_made_grow_shrinks_again(database: Database) -> None:
    await _grow(database)
    assert _log_size(database) > 20_000_000
    for number in range(3):
        async with database.write() as connection:
            await ensure_account(connection, f"a-{number}", 1)
    assert _log_size(database) <= 16 * 1024 * 1024
    await _grow(database)
    await database.tidy()
    assert _log_size(database) <= 16 * 1024 * 1024


async def test_marks_that_nobody_will_ask_for_are_removed(database: Database) -> None:
    async with database.write() as connection:
        assert await take_once(connection, "first key")
        old = f"{1:012x}" + "0" * 24
        await connection.execute(insert(commit_mark_table).values(mark_id=old))
    await database.tidy()
    async with database.read() as connection:
        left = list(await connection.scalars(select(commit_mark_table.c.mark_id)))
    assert old not in left
    assert "first key" in left
    async with database.write() as connection:
        assert not await take_once(connection, "first key")


async def _insert_account(connection: AsyncConnection, account: str, version: int) -> None:
    row = {"account": account, "settings": "{}", "policy_version": version, "created_at": 1}
    await connection.execute(insert(account_table), [row])


async def test_work_that_another_transaction_beats_is_done_again(database: Database) -> None:
    tries = 0

    async def work(connection: AsyncConnection) -> int:
        nonlocal tries
        tries += 1
        await _insert_account(connection, "acme", 1)
        if tries < 3:
            await _insert_account(connection, "acme", 2)
        return tries

    assert await database.transact(work, contended="others are first") == 3
    async with database.read() as connection:
        assert await load_policy_versions(connection, ["acme"]) == {"acme": 1}


async def test_work_that_is_always_beaten_is_given_up_and_leaves_nothing(
    database: Database,
) -> None:
    async def work(connection: AsyncConnection) -> None:
        await _insert_account(connection, "acme", 1)
        await _insert_account(connection, "acme", 1)

    with pytest.raises(Unavailable, match=r"^others are first; try again later$"):
        await database.transact(work, contended="others are first")
    async with database.read() as connection:
        assert await load_policy_versions(connection, ["acme"]) == {}


async def test_work_that_fails_for_another_reason_is_not_done_again(database: Database) -> None:
    tries = 0

    async def work(connection: AsyncConnection) -> None:
        nonlocal tries
        tries += 1
        await connection.execute(insert(account_table), [{"account": None}])

    with pytest.raises(IntegrityError):
        await database.transact(work, contended="others are first")
    assert tries == 1
