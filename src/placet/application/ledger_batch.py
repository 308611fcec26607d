"""One transaction for many movements: lock, load, decide in memory, write, commit.

While one commit is in flight, what arrives waits and shares the next one. Each operation sees the
effect of those before it; a refused one leaves no trace and does not disturb the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.budgets_notices import notice_messages
from placet.errors import Conflict, PlacetError, Unavailable
from placet.ledger.book import Book
from placet.ledger.due import catch_up
from placet.ledger.operations import (
    Cancel,
    Confirm,
    CreateAllocations,
    CreateBudget,
    DeleteBudget,
    Operation,
    Post,
    Refund,
    Reserve,
)
from placet.ledger.posting import apply
from placet.storage.database import Database, is_unavailable, is_write_conflict
from placet.storage.ledger_book import Wanted, load_books, write_books
from placet.storage.ledger_rows import Scope
from placet.storage.outbox import insert_messages

__all__ = [
    "Expected",
    "LedgerBatch",
    "LedgerGroup",
    "LedgerItem",
    "LedgerWrite",
    "apply_operations",
]

_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class LedgerWrite:
    """An operation on the books of one context of an account."""

    account: str
    context_id: str
    operation: Operation


class Expected(NamedTuple):
    """The state of a budget on which something was decided: the number of its last entry."""

    context_id: str
    budget_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LedgerGroup:
    """Operations that all happen or none, in any contexts of one account.

    None happens where a budget is not as `expected`.
    """

    account: str
    writes: tuple[LedgerWrite, ...]
    expected: tuple[Expected, ...] = ()


LedgerItem = LedgerWrite | LedgerGroup


class LedgerBatch:
    """Commits operations in batches; `clock` tells the instant each batch happens at."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    async def commit(self, items: Sequence[LedgerItem]) -> list[Any]:
        """Each operation's answer after one commit, or the PlacetError that refused it.

        Raises:
            Unavailable: the database does not answer; nothing was kept.
        """
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.write() as connection:
                    return await apply_operations(connection, items, self._clock())
            except (SQLAlchemyError, OSError) as error:
                if is_unavailable(error):
                    raise Unavailable("the database does not answer; try again later") from error
                if not (isinstance(error, SQLAlchemyError) and is_write_conflict(error)):
                    raise
        raise Unavailable("other servers keep changing the same budgets; try again later")


async def apply_operations(
    connection: AsyncConnection, items: Sequence[LedgerItem], now: int
) -> list[Any]:
    """Apply the items at `now` within the caller's transaction, in their order.

    Answers for each write its operation's result, for each group the tuple of its results, or the
    PlacetError that refused it. Locks are taken in one order within a call; a transaction that
    calls twice may have to be tried again after a deadlock.
    """
    wanted: dict[Scope, Wanted] = {}
    for item in items:
        if isinstance(item, LedgerWrite):
            _collect_write(wanted, item)
            continue
        for write in item.writes:
            _collect_write(wanted, write)
        for expected in item.expected:
            scope = (item.account, expected.context_id)
            wanted.setdefault(scope, Wanted()).budgets.add(expected.budget_id)
    books = await load_books(connection, wanted, now)
    for book in books.values():
        for budget_id in list(book.budgets.values):
            catch_up(book, budget_id, now)
    results: list[Any] = []
    for item in items:
        try:
            if isinstance(item, LedgerWrite):
                book = books[item.account, item.context_id]
                results.append(apply(book, item.operation, now))
            else:
                results.append(_apply_group(books, item, now))
        except PlacetError as error:
            results.append(error)
    await write_books(connection, books, now)
    messages = notice_messages(books, now)
    if messages:
        await insert_messages(connection, messages)
    return results


def _apply_group(books: dict[Scope, Book], group: LedgerGroup, now: int) -> tuple[Any, ...]:
    for context_id, budget_id, sequence in group.expected:
        position = books[group.account, context_id].budget_positions.values.get(budget_id)
        if position is None or position.sequence != sequence:
            raise Conflict("a budget has moved meanwhile", code="budget-moved")
    marks = [(book, book.mark()) for book in books.values()]
    try:
        return tuple(
            apply(books[write.account, write.context_id], write.operation, now)
            for write in group.writes
        )
    except PlacetError:
        for book, mark in marks:
            book.rewind(mark)
        raise


def _collect_write(wanted: dict[Scope, Wanted], write: LedgerWrite) -> None:
    scope = (write.account, write.context_id)
    needs = wanted.get(scope)
    if needs is None:
        needs = wanted[scope] = Wanted()
    _collect(needs, write.operation)


def _collect(wanted: Wanted, operation: Operation) -> None:
    """Note what the operation needs."""
    wanted.budgets.add(operation.budget_id)
    allocation_id = getattr(operation, "allocation_id", None)
    if allocation_id is not None:
        wanted.allocations.add(allocation_id)
    match operation:
        case Reserve() | Confirm() | Cancel():
            wanted.reservations.add(operation.reservation_id)
        case Refund():
            wanted.transactions.add(operation.transaction_id)
        case DeleteBudget():
            wanted.whole.add(operation.budget_id)
        case _:
            pass
    if isinstance(operation, Post | Refund | CreateBudget | CreateAllocations):
        wanted.requests |= _present(operation.client_id)


def _present(client_id: str | None) -> set[str]:
    return set() if client_id is None else {client_id}
