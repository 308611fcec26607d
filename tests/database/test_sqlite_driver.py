from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event, Thread

import pytest

from placet.database.sqlite_driver import SqliteConnection, connect_sqlite

pytestmark = pytest.mark.anyio


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[SqliteConnection]:
    connection = await connect_sqlite(str(tmp_path / "x.sqlite3"), isolation_level=None)
    await connection.cursor().execute("CREATE TABLE words (word TEXT UNIQUE)")
    assert isinstance(connection, SqliteConnection)
    yield connection
    await connection.close()


async def _words(connection: SqliteConnection) -> list[str]:
    cursor = await connection.cursor().execute("SELECT word FROM words ORDER BY word")
    return [word for (word,) in await cursor.fetchall()]


async def test_a_cursor_holds_what_its_statement_answered(connection: SqliteConnection) -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO words VALUES (?)", [("a",), ("b",)])
    assert cursor.rowcount == 2
    await cursor.execute("SELECT word FROM words WHERE word > ?", ("a",))
    assert [column[0] for column in cursor.description] == ["word"]
    assert await cursor.fetchall() == [("b",)]
    assert await cursor.fetchall() == []


async def test_a_transaction_begins_with_its_first_statement(connection: SqliteConnection) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    assert not connection.in_transaction
    await connection.cursor().execute("INSERT INTO words VALUES ('a')")
    assert connection.in_transaction
    await connection.rollback()
    assert await _words(connection) == []


async def test_what_was_announced_does_not_begin_after_the_end(
    connection: SqliteConnection,
) -> None:
    for end in (connection.commit, connection.rollback):
        connection.begin_with_next("BEGIN IMMEDIATE")
        await end()
        assert await _words(connection) == []
        assert not connection.in_transaction


async def test_a_failed_statement_leaves_the_transaction_open(connection: SqliteConnection) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    await connection.cursor().execute("INSERT INTO words VALUES ('a')")
    with pytest.raises(sqlite3.IntegrityError):
        await connection.cursor().execute("INSERT INTO words VALUES ('a')")
    await connection.commit()
    assert await _words(connection) == ["a"]


async def test_a_transaction_is_rolled_back_though_nobody_waited_for_its_beginning(
    connection: SqliteConnection,
) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    statement = asyncio.create_task(connection.cursor().execute("INSERT INTO words VALUES ('a')"))
    await asyncio.sleep(0)
    statement.cancel()
    await connection.rollback()
    assert not connection.in_transaction
    assert await _words(connection) == []


def test_a_loop_that_ends_first_leaves_no_thread_and_no_open_connection(tmp_path: Path) -> None:
    """As where a server stops while statements run: warnings of threads are errors here."""
    threads: list[Thread] = []
    go_on = Event()

    async def leave() -> None:
        connection = connect_sqlite(str(tmp_path / "x.sqlite3"))
        connections.append(connection)
        threads.append(connection._thread)
        await connection
        running = asyncio.ensure_future(connection.run(lambda _: go_on.wait()))
        await asyncio.sleep(0)
        connection.stop()
        running.cancel()

    connections: list[SqliteConnection] = []
    asyncio.run(leave())
    go_on.set()
    threads[0].join(timeout=60)
    assert not threads[0].is_alive()
    with pytest.raises(ValueError, match="no active connection"):
        _ = connections[0].in_transaction
