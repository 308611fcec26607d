"""Random histories of the books against a naive auditor, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import settings

from placet.budgets.core.book import Book
from placet.budgets.core.due import catch_up
from placet.budgets.core.model import Position
from placet.budgets.core.operations import Operation
from placet.budgets.core.posting import apply
from placet.errors import PlacetError
from support.budgets.books import differences
from support.budgets.machine import LedgerMachine


class BookMachine(LedgerMachine):
    """The books in memory; every refusal is checked to change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()

    def execute(self, operations: Sequence[Operation], now: int) -> list[Any]:
        for budget_id in list(self.book.budgets.values):
            catch_up(self.book, budget_id, now)
        return [self._apply(operation, now) for operation in operations]

    def _apply(self, operation: Operation, now: int) -> Any:
        before = self._state()
        try:
            return apply(self.book, operation, now)
        except PlacetError as error:
            assert self._state() == before
            return error

    def _state(self) -> tuple[Any, ...]:
        book = self.book
        return (
            dict(book.budgets.values), dict(book.budget_positions.values),
            dict(book.allocations.values), dict(book.allocation_positions.values),
            dict(book.reservations.values), dict(book.transactions.values),
            dict(book.remembered.values), tuple(book.entries), tuple(book.periods),
            tuple(book.notices), tuple(book.refunds),
        )  # fmt: skip

    def position(self, name: str) -> Position:
        book = self.book
        found = book.budget_positions.values.get(name)
        return book.allocation_positions.values[name] if found is None else found

    def audit(self) -> list[str]:
        return differences(self.book)

    def notices(self) -> list[tuple[str, int, str]]:
        return [
            (notice.allocation_id or notice.budget_id, notice.period, notice.threshold.key)
            for notice in self.book.notices
        ]


TestBooks = BookMachine.TestCase
TestBooks.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
