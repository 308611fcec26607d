"""The same random histories through batches, transactions and rows, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from placet.budgets.core.model import Position
from placet.budgets.core.operations import Operation
from placet.budgets.service.audit import verify_books
from placet.budgets.service.batch import BooksBatch, BooksWrite, OpenBooks
from placet.budgets.store.kept_books import KeptBooks
from placet.budgets.store.rows import allocation_position, budget_position
from placet.budgets.store.tables import allocation_table, budget_table, threshold_notice_table
from placet.database.database import Database
from placet.errors import PlacetError
from placet.people.core.visit import OPERATOR
from support.budgets.machine import LedgerMachine

# Which server executes what: long enough ones for another to hear nothing of it.
TURNS = (0, 0, 1, 0, 2, 2, 1, 1, 0, 1, 2)


class _StopError(Exception):
    """Ends a transaction just before its commit."""


class StoredMachine(LedgerMachine):
    """The books in a database, written by several servers, of which one hardly keeps anything in
    memory; each history has an account of its own. Now and then a commit fails first.
    """

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self._runner = runner
        self._database = database
        self._account = f"account-{uuid4().hex}"
        self._prefix = uuid4().hex[:8]
        self._kept = [KeptBooks(), KeptBooks(), KeptBooks(capacity=2)]
        self._turns = cycle(TURNS)
        self._fails = cycle((False, True, False, False, True))

    def name(self, name: str) -> str:
        return f"{self._prefix}-{name}"

    def execute(self, operations: Sequence[Operation], now: int) -> list[Any]:
        assert now == self.now
        writes = [BooksWrite(self._account, "unit", operation) for operation in operations]
        kept = self._kept[next(self._turns)]
        if next(self._fails):
            self._runner.run(self._fail(writes, kept))
        batch = BooksBatch(self._database, lambda: self.now, kept)
        return self._runner.run(batch.commit(writes))

    async def _fail(self, writes: Sequence[BooksWrite], kept: KeptBooks) -> None:
        with suppress(_StopError):
            async with self._database.write() as connection:
                books = await OpenBooks.load(connection, writes, self.now, kept)
                for write in writes:
                    with suppress(PlacetError):
                        books.apply(write)
                await books.write()
                raise _StopError

    def position(self, name: str) -> Position:
        budget = self._rows(select(budget_table).where(budget_table.c.budget_id == name))
        if budget:
            return budget_position(budget[0])
        query = select(allocation_table).where(allocation_table.c.allocation_id == name)
        return allocation_position(self._rows(query)[0])

    def audit(self) -> list[str]:
        result = self._runner.run(verify_books(self._database, OPERATOR, account=self._account))
        assert result.budgets == 2
        return [] if result.difference is None else [result.difference]

    def notices(self) -> list[tuple[str, int, str]]:
        table = threshold_notice_table
        query = select(table).where(table.c.account == self._account)
        return [
            (row.allocation_id or row.budget_id, row.period, row.threshold)
            for row in self._rows(query)
        ]

    def _rows(self, query: Any) -> list[Any]:
        async def read() -> list[Any]:
            async with self._database.read() as connection:
                return list(await connection.execute(query))

        return self._runner.run(read())


def test_batches_in_a_database_do_what_the_auditor_does_one_by_one(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url)
        try:
            run_state_machine_as_test(
                lambda: StoredMachine(runner, database),
                settings=settings(
                    max_examples=15,
                    stateful_step_count=30,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())
