"""The books of one process, and the two steps every use case is made of: do what is due, commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from placet.budgets.core.due import is_due
from placet.budgets.core.operations import Operation, Touch
from placet.budgets.core.views import BudgetView
from placet.budgets.service.batch import BooksBatch, BooksGroup, BooksItem, BooksWrite
from placet.budgets.service.input import Context, usable_id
from placet.budgets.store.kept_books import KeptBooks
from placet.budgets.store.queries import find_due, find_due_in_context, load_budget
from placet.budgets.store.statement_lines import LineCounts
from placet.database.database import Database
from placet.errors import NotFound
from placet.kit.group_commit import GroupCommit
from placet.kit.ids import now_ms


@dataclass(frozen=True, slots=True)
class Books:
    """The books of one process: where they are, what is kept of them in memory, what time it is,
    and the way to write them.
    """

    database: Database
    kept: KeptBooks
    clock: Callable[[], int]
    writes: GroupCommit[BooksItem, Any]
    line_counts: LineCounts = field(default_factory=LineCounts)

    @classmethod
    def on(
        cls,
        database: Database,
        *,
        clock: Callable[[], int] = now_ms,
        max_batch: int = 256,
        max_queue: int = 4_096,
    ) -> Self:
        """Wire the parts together. `clock` tells milliseconds since 1970."""
        kept = KeptBooks()
        commit = BooksBatch(database, clock, kept).commit
        writes = GroupCommit(commit, max_batch=max_batch, max_queue=max_queue)
        return cls(database, kept, clock, writes)

    async def close(self) -> None:
        """Finish what was accepted; the database stays open."""
        await self.writes.close()


async def enqueue(books: Books, context: Context, operation: Operation) -> Any:
    """Hand an operation to the group commit; its answer.

    Raises:
        NotFound: an id that no budget, allocation, transaction or reservation can have.
        PlacetError: what refused the operation.
    """
    return await books.writes.submit(_write(context, operation))


async def enqueue_together(
    books: Books, context: Context, operations: Sequence[Operation]
) -> tuple[Any, ...]:
    """Hand operations to the group commit that all happen or none; their answers.

    Raises:
        PlacetError: as `enqueue`, for the first that is refused.
    """
    writes = tuple(_write(context, operation) for operation in operations)
    answers: tuple[Any, ...] = await books.writes.submit(BooksGroup(context.account, writes))
    return answers


async def current_budget(books: Books, context: Context, budget_id: str) -> BudgetView:
    """A budget without its allocations, after doing what is due in it. Raises NotFound."""
    view = await _load(books, context, budget_id)
    if is_due(view.budget, books.clock()):
        await enqueue(books, context, Touch(budget_id))
        view = await _load(books, context, budget_id)
    return view


async def do_what_is_due(books: Books, *, limit: int = 100) -> int:
    """Renew budgets and expire reservations that wait for it; how many budgets were touched.

    For a worker: fewer than `limit` means that nothing is left. It may run anywhere, any number of
    times; what has been done is not done again.
    """
    async with books.database.read() as connection:
        due = await find_due(connection, books.clock(), limit=limit)
    await asyncio.gather(
        *(
            enqueue(books, Context(account, context_id), Touch(budget_id))
            for account, context_id, budget_id in due
        )
    )
    return len(due)


async def touch_due(books: Books, context: Context) -> None:
    """Do what is due in the budgets of a context, before they are listed or searched."""
    async with books.database.read() as connection:
        due = await find_due_in_context(connection, context.scope, books.clock())
    await asyncio.gather(*(enqueue(books, context, Touch(budget_id)) for budget_id in due))


def _write(context: Context, operation: Operation) -> BooksWrite:
    for name in ("budget_id", "allocation_id", "transaction_id"):
        id = getattr(operation, name, "x")
        if not usable_id(id):
            noun = name.removesuffix("_id")
            raise NotFound(f"the {noun} `{id[:100]}` was not found", code=f"{noun}-not-found")
    return BooksWrite(context.account, context.context_id, operation)


async def _load(books: Books, context: Context, budget_id: str) -> BudgetView:
    view = None
    if usable_id(budget_id):
        async with books.database.read() as connection:
            view = await load_budget(connection, context.scope, budget_id)
    if view is None:
        raise NotFound(f"the budget `{budget_id[:100]}` was not found", code="budget-not-found")
    return view
