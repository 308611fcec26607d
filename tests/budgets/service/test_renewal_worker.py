"""The worker of due budgets, driven by a clock that moves when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from placet.budgets.core.model import Cycle
from placet.budgets.service.books import Books
from placet.budgets.service.budgets import create_budget
from placet.budgets.service.input import BudgetInput, Context
from placet.budgets.service.renewal_worker import DueWorker
from placet.budgets.store.tables import budget_table
from placet.database.database import Database
from placet.kit.instants import DAY
from support.budgets.facts import said
from support.budgets.service import entered, units
from support.clock import ManualClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def books(database: Database, clock: ManualClock) -> AsyncIterator[Books]:
    service = Books.on(database, clock=clock.now_ms)
    yield service
    await service.close()


async def wait_for_period(database: Database, clock: ManualClock, number: int) -> None:
    """Return when the only budget's stored period has this number; seconds pass meanwhile."""
    async with asyncio.timeout(10):
        while True:
            clock.advance(1_000)
            async with database.read() as connection:
                if await connection.scalar(select(budget_table.c.period)) == number:
                    return


async def test_periods_begin_without_anybody_looking(
    database: Database, books: Books, clock: ManualClock
) -> None:
    now = clock.now_ms()
    cycle = Cycle(now, now + DAY, auto_reset=True, carry_over=False)
    await create_budget(
        books,
        entered(Context("acme", "lab")),
        BudgetInput(said("Budget"), units(100), cycle),
    )
    workers = [DueWorker(books, clock=clock) for _ in range(2)]
    for worker in workers:
        worker.start()
    await wait_for_period(database, clock, 1)
    for number in (2, 3):
        clock.advance(DAY)
        await wait_for_period(database, clock, number)
    for worker in workers:
        await worker.close()


async def test_a_database_that_fails_does_not_end_the_worker(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    without_tables = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    worker = DueWorker(Books.on(without_tables, clock=clock.now_ms), clock=clock)
    worker.start()
    async with asyncio.timeout(10):
        while len(caplog.records) < 2:
            async with database.read() as connection:
                await connection.scalar(select(1))
            clock.advance(1_000)
    await worker.close()
    await without_tables.close()
    assert "budgets cannot be renewed now" in caplog.text
