"""What became of a commit whose answer was lost.

Each writing transaction on a server puts a row of its own last, the mark. Who lost the connection
while the commit was under way inserts the same mark again, over another one: that waits until the
old transaction has ended, in whatever way, and then either finds the mark, so all of the
transaction is there, or finds it free, so nothing of it is nor ever will be. No database needs more
for it than a primary key.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any, Final

import asyncpg
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from placet.database.mark_tables import commit_mark_table
from placet.database.store_errors import is_write_conflict, sqlstates
from placet.errors import OutcomeUnknown

# Long enough for clocks that differ, and for everyone who may still ask.
_KEPT_MS: Final = 900_000
_MANY: Final = 500
_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 1.0
# How long the old transaction may take to end by itself.
_GRACE_S: Final = 1.0
_SETTLED: Final = ("23", "40001", "40P01", "40002")
# A connection that cannot be had raises what the driver does.
_AWAY: Final = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
_INSERT: Final = "INSERT INTO commit_marks (mark_id) VALUES ('{}')"


def new_mark() -> str:
    """A mark that nobody else has; marks sort by age."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(12)}"


def is_uncertain(error: BaseException) -> bool:
    """Whether a commit that ended in this error may have been done all the same."""
    return not any(state.startswith(_SETTLED) for state in sqlstates(error))


async def insert_probe(connection: AsyncConnection, *, many: bool) -> None:
    """Store something that nobody will ask for; `many` takes some room on the disk."""
    rows = [{"mark_id": new_mark()} for _ in range(_MANY if many else 1)]
    await connection.execute(insert(commit_mark_table), rows)


async def take_once(connection: AsyncConnection, name: str) -> bool:
    """Whether nobody has taken this name before, who did not fail; others wait for the end of the
    transaction. Names sort after every mark, so they stay.
    """
    sql = "INSERT INTO commit_marks (mark_id) VALUES (:name) ON CONFLICT DO NOTHING"
    result = await connection.execute(text(sql), {"name": name})
    return result.rowcount > 0


async def sweep_marks(connection: AsyncConnection) -> None:
    """Remove marks that nobody will ask for."""
    oldest = f"{time.time_ns() // 1_000_000 - _KEPT_MS:012x}"
    await connection.execute(delete(commit_mark_table).where(commit_mark_table.c.mark_id < oldest))


class CommitMarks:
    """Marks the transactions of one PostgreSQL, and asks for at most `patience_s` seconds."""

    def __init__(self, engine: AsyncEngine, *, patience_s: float) -> None:
        self._engine: Final = engine
        self._patience_s: Final = patience_s
        self._there = False

    async def put(self, connection: AsyncConnection) -> str | None:
        """Mark a transaction that is about to be committed; None where it has done nothing, or
        where the schema is older than marks are.
        """
        if connection.invalidated:
            return None
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if not driver.is_in_transaction() or not await self._is_there(connection):
            return None
        mark = new_mark()
        sql = _INSERT.format(mark)
        try:
            # Past SQLAlchemy, which would take longer than the database does.
            await driver.execute(sql)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            lost = driver.is_closed()
            raise DBAPIError(sql, None, error, connection_invalidated=lost) from error
        return mark

    async def committed(self, mark: str) -> bool:
        """Whether the marked transaction, whose connection is lost, was committed.

        Raises:
            OutcomeUnknown: the database did not say in time.
        """
        pause = _PAUSE_S
        try:
            async with asyncio.timeout(self._patience_s):
                while True:
                    try:
                        return await self._ask(mark)
                    except _AWAY:
                        await asyncio.sleep(pause)
                        pause = min(2 * pause, _LONGEST_PAUSE_S)
        except TimeoutError as error:
            raise OutcomeUnknown(
                "the connection to the database broke while this was being stored, and whether it"
                " was is not known: look before you send it again"
            ) from error

    async def _is_there(self, connection: AsyncConnection) -> bool:
        if not self._there:
            found = await connection.scalar(text("SELECT to_regclass('commit_marks') IS NOT NULL"))
            self._there = bool(found)
        return self._there

    async def _ask(self, mark: str) -> bool:
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            taking = asyncio.create_task(_take(connection, mark))
            try:
                await asyncio.wait([taking], timeout=_GRACE_S)
                if not taking.done():
                    await self._end_others(driver.get_server_pid())
                return not await taking
            finally:
                taking.cancel()
                await asyncio.gather(taking, return_exceptions=True)

    async def _end_others(self, backend: int) -> None:
        """End the transaction that this backend waits for: its client is gone, and the server may
        not notice for hours. Where that cannot be asked for, it is waited for all the same.
        """
        ending = text(
            "SELECT pg_terminate_backend(pid) FROM unnest(pg_blocking_pids(:backend)) AS pid"
        )
        try:
            async with self._engine.connect() as connection:
                await connection.execute(ending, {"backend": backend})
        except _AWAY:
            return


async def _take(connection: AsyncConnection, mark: str) -> bool:
    """Whether the mark was free. It is left free: its transaction, which had it, has ended."""
    try:
        await connection.execute(insert(commit_mark_table).values(mark_id=mark))
    except DBAPIError as error:
        if is_write_conflict(error):
            return False
        raise
    await connection.rollback()
    return True
