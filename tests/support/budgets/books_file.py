"""A database file with one budget in which money has moved, for commands to read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from placet.budgets.core.model import Direction
from placet.budgets.core.operations import Post, Refund
from placet.budgets.service.books import enqueue
from placet.budgets.service.input import Context
from placet.database.database import Database
from placet.schema import upgrade
from support.budgets.service import WHO, Ledger, units

__all__ = ["BooksFile", "write_books_file"]


@dataclass(frozen=True)
class BooksFile:
    """A budget of 100 of the unit `lab` of `acme` with two allocations of 50 each."""

    budget_id: str
    allocation_ids: list[str]


def write_books_file(path: Path) -> BooksFile:
    """Debit 20.5 and 40, refund the first, in a new file."""
    return asyncio.run(_write(path))


async def _write(path: Path) -> BooksFile:
    database = Database(f"sqlite:///{path}")
    await upgrade(database)
    books = Ledger.on(database)
    books.context = Context("acme", "lab")
    view, parts = await books.budget(100, 50, 50)
    id = view.budget.id
    for part, amount, name, reference in (
        (parts[0], 20.5, "t1", "order-1"),
        (parts[1], 40, "t2", "=cmd()"),
    ):
        debit = Post(id, part, Direction.DEBIT, units(amount), "test", reference, WHO, name)
        await enqueue(books.service, books.context, debit)
    refund = Refund(id, parts[0], "t1", WHO, "t3")
    await enqueue(books.service, books.context, refund)
    await books.service.close()
    await database.close()
    return BooksFile(id, parts)
