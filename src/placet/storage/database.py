"""Connections: one way to read, one way to write, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from placet.storage.sqlite_driver import connect_sqlite
from placet.storage.url import is_embedded, parse_database_url

__all__ = ["Database", "is_unavailable", "is_write_conflict"]

_BUSY_TIMEOUT_MS: Final = 10_000
_POOL_TIMEOUT_S: Final = 10.0
_IDLE_S: Final = 1.0
_CHECKPOINT_PAGES: Final = 4_000
_CACHE_KIB: Final = 32_768
# What a serialization failure, a deadlock and a broken unique constraint are called by PostgreSQL.
_CONFLICT_STATES: Final = frozenset({"40001", "40P01", "23505"})
# Lost connections, too few resources, and an operator who shuts it down.
_AWAY_CLASSES: Final = ("08", "53", "57P")


class Database:
    """The database of one process.

    SQLite: one connection writes (`BEGIN IMMEDIATE`, so a transaction never fails half-way for want
        of the lock), the others only read. PostgreSQL: one pool; readers see one snapshot per
        transaction.
    """

    def __init__(self, database_url: str, *, connections: int = 8) -> None:
        """Raises InvalidRequest for a URL that is none; nothing is opened yet."""
        self.url: Final[URL] = parse_database_url(database_url)
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

    @property
    def embedded(self) -> bool:
        """Whether this is an SQLite file."""
        return is_embedded(self.url)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view of the committed state."""
        async with self._reader.begin() as connection:
            yield connection

    async def ping(self) -> None:
        """Raises SQLAlchemyError or OSError when the database does not answer."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def is_write_conflict(error: SQLAlchemyError) -> bool:
    """Whether another process wrote first, so that a new attempt will see its work."""
    if not isinstance(error, DBAPIError):
        return False
    state = _sqlstate(error)
    if state is not None:
        return state in _CONFLICT_STATES
    return "UNIQUE constraint failed" in str(error.orig)


def is_unavailable(error: BaseException) -> bool:
    """Whether the database could not be reached or stayed locked: nothing is wrong with the
    request.
    """
    if isinstance(error, OSError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or (_sqlstate(error) or "").startswith(_AWAY_CLASSES):
        return True
    reason = str(error.orig)
    return any(
        words in reason for words in ("database is locked", "disk I/O", "database or disk is full")
    )


def _sqlstate(error: DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


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
