"""One transaction for many movements: lock, load, decide in memory, write, commit.

While one commit is in flight, what arrives waits and shares the next one. Each operation sees the
effect of those before it; a refused one leaves no trace and does not disturb the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import PlacetError, Unavailable
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
    Together,
)
from placet.ledger.posting import apply
from placet.storage.database import Database, is_unavailable, is_write_conflict
from placet.storage.ledger_book import Wanted, load_books, write_books

__all__ = ["LedgerBatch", "LedgerWrite", "apply_operations"]

_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class LedgerWrite:
    """An operation on the books of one context of an account."""

    account: str
    context_id: str
    operation: Operation


class LedgerBatch:
    """Commits operations in batches; `clock` tells the instant each batch happens at."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    async def commit(self, items: Sequence[LedgerWrite]) -> list[Any]:
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
    connection: AsyncConnection, items: Sequence[LedgerWrite], now: int
) -> list[Any]:
    """Apply the operations at `now` within the caller's transaction, in their order.

    Answers each operation's result or the PlacetError that refused it; what that means for the
    transaction is the caller's decision.
    """
    wanted: dict[tuple[str, str], Wanted] = {}
    for item in items:
        scope = (item.account, item.context_id)
        if scope not in wanted:
            wanted[scope] = Wanted()
        _collect(wanted[scope], item.operation)
    books = await load_books(connection, wanted, now)
    for book in books.values():
        for budget_id in list(book.budgets.values):
            catch_up(book, budget_id, now)
    results: list[Any] = []
    for item in items:
        try:
            results.append(apply(books[item.account, item.context_id], item.operation, now))
        except PlacetError as error:
            results.append(error)
    await write_books(connection, books, now)
    return results


def _collect(wanted: Wanted, operation: Operation) -> None:
    """Note what the operation needs."""
    if isinstance(operation, Together):
        for part in operation.operations:
            _collect(wanted, part)
        return
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
