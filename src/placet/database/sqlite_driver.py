"""SQLite with one turn in the driver's thread per statement.

Each turn costs as much as the work of a small statement. So a cursor is made, read to its end and
closed in the turn that executes it, `BEGIN` goes with the first statement that needs it, and where
there is no transaction none is rolled back.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

import aiosqlite
from aiosqlite.core import _STOP_RUNNING_SENTINEL

Work = Callable[[sqlite3.Cursor], Any]
_LAST = _STOP_RUNNING_SENTINEL


def connect_sqlite(*arguments: Any, **options: Any) -> SqliteConnection:
    """A connection to be awaited, with the arguments of `sqlite3.connect`."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(*arguments, **options)
        return opened

    connection = SqliteConnection(connector, iter_chunk_size=64)
    # As the dialect does: a connection that nobody closed does not keep the process alive.
    connection._thread = Thread(target=_take_turns, args=(connection._tx,), daemon=True)
    return connection


def _take_turns(turns: SimpleQueue[tuple[asyncio.Future[Any] | None, Callable[[], Any]]]) -> None:
    """Take one turn after the other in this thread, up to the one that gives `_LAST`.

    Where the loop that waited is closed, nobody waits: the driver's own thread dies of that and
    leaves its connection open.
    """
    result = None
    while result is not _LAST:
        future, work = turns.get()
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:
            result, failure = None, error
        if future is not None:
            with suppress(RuntimeError):
                future.get_loop().call_soon_threadsafe(_tell, future, result, failure)


def _tell(future: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
    if future.done():
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)


class SqliteConnection(aiosqlite.Connection):
    """What SQLAlchemy's dialect uses of a connection."""

    _begin: str | None = None
    # Known here and not asked of the driver, whose thread may be about to begin.
    _begun = False

    def begin_with_next(self, begin: str) -> None:
        """Begin a transaction by this statement, together with the first one inside."""
        self._begin = begin

    def cursor(self) -> SqliteCursor:  # type: ignore[override]
        """A cursor that does nothing until it executes."""
        return SqliteCursor(self)

    async def run(self, work: Work) -> Any:
        """What `work` makes of a cursor, in the driver's thread and within the transaction."""
        begin, self._begin = self._begin, None
        self._begun |= begin is not None

        def turn() -> Any:
            cursor = self._conn.cursor()
            try:
                if begin is not None:
                    cursor.execute(begin)
                return work(cursor)
            finally:
                cursor.close()

        return await self._execute(turn)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Commit, where anything was begun."""
        self._begin = None
        if self._begun:
            await super().commit()
            self._begun = False

    async def rollback(self) -> None:
        """Roll back, where anything was begun."""
        self._begin = None
        if self._begun:
            await super().rollback()
            self._begun = False


class SqliteCursor:
    """What SQLAlchemy's dialect uses of a cursor; it holds its rows once it has executed."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """The cursor itself."""
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute a statement and read all of its rows."""

        def work(cursor: sqlite3.Cursor) -> list[Any]:
            cursor.execute(sql, parameters)
            return self._finish(cursor)

        self._rows = await self._connection.run(work)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Execute a statement for each of the parameters."""

        def work(cursor: sqlite3.Cursor) -> list[Any]:
            cursor.executemany(sql, parameters)
            return self._finish(cursor)

        self._rows = await self._connection.run(work)
        return self

    async def fetchall(self) -> list[Any]:
        """The rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left to be closed."""

    def _finish(self, cursor: sqlite3.Cursor) -> list[Any]:
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        return cursor.fetchall() if cursor.description else []
