"""Auditing the books of a test that kept them all in memory."""

from __future__ import annotations

from placet.budgets.core.book import Book
from placet.budgets.core.verify import BudgetBooks, first_difference

__all__ = ["differences"]


def differences(book: Book) -> list[str]:
    """What the audit finds wrong with the budgets of `book`, which must hold all of its entries."""
    found = []
    for budget in book.budgets.values.values():
        books = BudgetBooks(
            budget.id,
            budget.period.number,
            book.budget_positions.values[budget.id],
            {
                allocation.id: book.allocation_positions.values[allocation.id]
                for allocation in book.allocations_of(budget.id)
            },
            [period for period in book.periods if period.budget_id == budget.id],
            [
                reservation
                for reservation in book.reservations.values.values()
                if reservation.budget_id == budget.id
            ],
        )
        entries = [entry for entry in book.entries if entry.budget_id == budget.id]
        difference = first_difference(books, entries)
        if difference is not None:
            found.append(difference)
    return found
