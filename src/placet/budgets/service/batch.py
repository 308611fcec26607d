"""One transaction for many movements: lock, load, decide in memory, write, commit.

While one commit is in flight, what arrives waits and shares the next one. Each operation sees the
effect of those before it; a refused one leaves no trace and does not disturb the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.book import Book
from placet.budgets.core.due import catch_up
from placet.budgets.core.operations import (
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
from placet.budgets.core.posting import apply
from placet.budgets.service.notices import notice_messages
from placet.budgets.store.kept_books import KeptBooks
from placet.budgets.store.load import Loaded, Wanted, load_books
from placet.budgets.store.rows import Scope
from placet.budgets.store.write import write_books
from placet.database.database import Database
from placet.errors import Conflict, PlacetError
from placet.messages.store.outbox import insert_messages


@dataclass(frozen=True, slots=True)
class BooksWrite:
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
class BooksGroup:
    """Operations that all happen or none, in any contexts of one account.

    None happens where a budget is not as `expected`.
    """

    account: str
    writes: tuple[BooksWrite, ...]
    expected: tuple[Expected, ...] = ()


BooksItem = BooksWrite | BooksGroup


class BooksBatch:
    """Commits operations in batches; `clock` tells the instant each batch happens at.

    `kept` may be shared with others that write books of the same database.
    """

    def __init__(self, database: Database, clock: Callable[[], int], kept: KeptBooks) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    async def commit(self, items: Sequence[BooksItem]) -> list[Any]:
        """Each operation's answer after one commit, or the PlacetError that refused it.

        Raises:
            Unavailable: the database does not answer; nothing was kept.
            OutcomeUnknown: it was lost while it committed.
        """
        return await self._database.transact(
            lambda connection: self._apply(connection, items),
            contended="other servers keep changing the same budgets",
        )

    async def _apply(self, connection: AsyncConnection, items: Sequence[BooksItem]) -> list[Any]:
        books = await OpenBooks.load(connection, items, self._clock(), self._kept)
        results: list[Any] = []
        for item in items:
            try:
                results.append(books.apply(item))
            except PlacetError as error:
                results.append(error)
        await books.write()
        return results


class OpenBooks:
    """Books that are locked and loaded in a transaction, to be changed and then written.

    Locks are taken in one order within one `load`; a transaction that loads twice may have to be
    tried again after a deadlock.
    """

    def __init__(
        self, connection: AsyncConnection, loaded: Loaded, kept: KeptBooks, now: int
    ) -> None:
        self._connection = connection
        self._loaded = loaded
        self._books = loaded.books
        self._kept = kept
        self._now = now
        # Numbers what happens, for what it gives people to be told: what is all or none is one.
        self._movement = 0
        self._together = 0

    @classmethod
    async def load(
        cls, connection: AsyncConnection, items: Sequence[BooksItem], now: int, kept: KeptBooks
    ) -> OpenBooks:
        """What the items may touch, with all done that is due at `now`.

        What `kept` has of the books need not be read, and what is read or written is put there.
        """
        wanted: dict[Scope, Wanted] = {}
        for item in items:
            if isinstance(item, BooksWrite):
                _collect_write(wanted, item)
                continue
            for write in item.writes:
                _collect_write(wanted, write)
            for expected in item.expected:
                scope = (item.account, expected.context_id)
                wanted.setdefault(scope, Wanted()).budgets.add(expected.budget_id)
        loaded = await load_books(connection, wanted, now, kept)
        for book in loaded.books.values():
            for budget_id in list(book.budgets.values):
                catch_up(book, budget_id, now)
        return cls(connection, loaded, kept, now)

    def book(self, account: str, context_id: str) -> Book:
        """The loaded part of a context's books."""
        return self._books[account, context_id]

    def apply(self, item: BooksItem) -> Any:
        """The result of a write, or the tuple of a group's; refused, it leaves no trace.

        Raises:
            PlacetError: what refused it.
        """
        if isinstance(item, BooksWrite):
            book = self._books[item.account, item.context_id]
            if not self._together:
                self._movement += 1
            book.movement = self._movement
            return apply(book, item.operation, self._now)
        self._check(item)
        with self.all_or_none():
            return tuple(self.apply(write) for write in item.writes)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """What is applied inside leaves no trace when it ends in an exception."""
        marks = [(book, book.mark()) for book in self._books.values()]
        if not self._together:
            self._movement += 1
        self._together += 1
        try:
            yield
        except Exception:
            for book, mark in marks:
                book.rewind(mark)
            raise
        finally:
            self._together -= 1

    async def write(self) -> None:
        """Store what has changed, with the messages it calls for."""
        await write_books(self._connection, self._loaded, self._now, self._kept)
        messages = notice_messages(self._books, self._now)
        if messages:
            await insert_messages(self._connection, messages)

    def _check(self, group: BooksGroup) -> None:
        for context_id, budget_id, sequence in group.expected:
            book = self._books[group.account, context_id]
            position = book.budget_positions.values.get(budget_id)
            if position is None or position.sequence != sequence:
                raise Conflict("a budget has moved meanwhile", code="budget-moved")


def _collect_write(wanted: dict[Scope, Wanted], write: BooksWrite) -> None:
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
        wanted.allocations.setdefault(operation.budget_id, set()).add(allocation_id)
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
