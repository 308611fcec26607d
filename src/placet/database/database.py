"""Connections: one way to read, one way to write, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from placet.database.commit_marks import CommitMarks, insert_probe, is_uncertain, sweep_marks
from placet.database.sqlite_driver import connect_sqlite
from placet.database.store_errors import Trouble, is_write_conflict
from placet.database.store_health import StoreHealth
from placet.database.url import is_embedded, parse_database_url
from placet.errors import Unavailable

_BUSY_TIMEOUT_MS: Final = 10_000
_POOL_TIMEOUT_S: Final = 10.0
_IDLE_S: Final = 1.0
_PATIENCE_S: Final = 10.0
_CHECKPOINT_PAGES: Final = 4_000
_CACHE_KIB: Final = 32_768
_WAL_BYTES: Final = 16 * 1024 * 1024
# How often others may be first.
_ATTEMPTS: Final = 8

Result = TypeVar("Result")


class Database:
    """The database of one process.

    SQLite: one connection writes (`BEGIN IMMEDIATE`, so a transaction never fails half-way for want
        of the lock), the others only read. PostgreSQL: one pool; readers see one snapshot per
        transaction.
    """

    def __init__(
        self, database_url: str, *, connections: int = 8, patience_s: float = _PATIENCE_S
    ) -> None:
        """`patience_s` is how long is asked for what became of a commit whose answer was lost.

        Raises InvalidRequest for a URL that is none; nothing is opened yet.
        """
        self.url: Final[URL] = parse_database_url(database_url)
        self._health: Final = StoreHealth()
        self._probing: Final = asyncio.Lock()
        self._marks: CommitMarks | None = None
        if is_embedded(self.url):
            self._writer = _sqlite_engine(self.url, connections=1, writes=True)
            self._reader = _sqlite_engine(self.url, connections=connections, writes=False)
        else:
            self._writer = create_async_engine(
                self.url,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=_POOL_TIMEOUT_S,
            )
            _ping_idle_connections(self._writer)
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._marks = CommitMarks(self._writer, patience_s=patience_s)

    @property
    def embedded(self) -> bool:
        """Whether this is an SQLite file."""
        return is_embedded(self.url)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            StoreAway: the database is in trouble; nothing was changed.
            OutcomeUnknown: it was lost while it committed, and did not come back.
        """
        mark = None
        try:
            async with self._writer.begin() as connection:
                yield connection
                mark = await self._mark(connection)
        except Exception as error:
            away = self._health.failed(error, writing=True)
            if mark is not None and is_uncertain(error):
                # Without an answer to a commit, it is as good as its mark.
                if await self._committed(mark):
                    return
                away = away or self._health.in_trouble(Trouble.AWAY, error, writing=True)
            if away is None or away is error:
                raise
            raise away from error
        self._health.written()

    async def transact(
        self, work: Callable[[AsyncConnection], Awaitable[Result]], *, contended: str
    ) -> Result:
        """What `work` answers after its commit, tried again where another transaction was first.

        Raises:
            Unavailable: others always were, which `contended` says, or the database is in trouble;
                nothing was kept.
            OutcomeUnknown: it was lost while it committed.
        """
        for _ in range(_ATTEMPTS):
            try:
                async with self.write() as connection:
                    return await work(connection)
            except SQLAlchemyError as error:
                if not is_write_conflict(error):
                    raise
        raise Unavailable(f"{contended}; try again later")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view of the committed state. Raises StoreAway."""
        try:
            async with self._reader.begin() as connection:
                yield connection
        except Exception as error:
            away = self._health.failed(error, writing=False)
            if away is None or away is error:
                raise
            raise away from error

    async def ping(self) -> None:
        """Raises StoreAway when the database does not answer."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def check_writable(self) -> None:
        """Make sure that changes can be stored; where none was for a moment, by storing one.

        Raises:
            StoreAway: they cannot.
        """
        if self._health.fresh:
            return
        async with self._probing:
            if not self._health.fresh:
                async with self.write() as connection:
                    await insert_probe(connection, many=self._health.full)

    async def tidy(self) -> None:
        """Remove what only the last minutes needed, and what long readers made the log grow to."""
        async with self.write() as connection:
            await sweep_marks(connection)
        if self.embedded and _size(f"{self.url.database}-wal") > _WAL_BYTES:
            await self._cut_log()

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()

    async def _cut_log(self) -> None:
        """Give the log's room back, where nobody reads it; nobody is waited for."""
        async with self._writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.run(_truncate_log)

    async def _mark(self, connection: AsyncConnection) -> str | None:
        return None if self._marks is None else await self._marks.put(connection)

    async def _committed(self, mark: str) -> bool:
        return self._marks is not None and await self._marks.committed(mark)


def _truncate_log(cursor: sqlite3.Cursor) -> None:
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")


def _size(file: str) -> int:
    try:
        return os.stat(file).st_size
    except FileNotFoundError:
        return 0


def _ping_idle_connections(engine: AsyncEngine) -> None:
    """Replace connections that broke while nobody used them. A busy one is not asked each time,
    which would take as long as a statement.
    """

    def leave(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    def take(connection: DBAPIConnection, record: ConnectionPoolEntry, _fairy: object) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None or time.monotonic() - idle_since < _IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The others in the pool are at least as likely to be broken.
            raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "checkin", leave)
    event.listen(engine.sync_engine, "checkout", take)


def _sqlite_engine(url: URL, *, connections: int, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_S,
        connect_args={"async_creator_fn": connect_sqlite},
    )

    def configure(connection: Any, _record: object) -> None:
        try:
            settle(connection)
        except BaseException:
            # Nobody else would end the driver's thread, which outlives the event loop then.
            connection.close()
            raise

    def settle(connection: Any) -> None:
        # The driver's own implicit BEGIN would come too late, so it is turned off.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        if writes:
            # A page that is written again and again is copied into the database file less often.
            cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            # What a long reader made the log grow by is given back with the next change.
            cursor.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
            cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.begin_with_next("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "begin", begin)
    return engine
