"""Connections and transactions."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from placet.storage.accounts import ensure_account, load_policy_versions
from placet.storage.database import Database, is_unavailable, is_write_conflict
from placet.storage.store_errors import StoreAway
from placet.storage.tables import account_table

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
