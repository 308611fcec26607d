"""Books from the database into memory: lock and load what a batch touches.

A budget's row is locked before anything of its books is read, always in the order of account and
budget id, so two transactions cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.book import Book, Remembered, ReservationKey
from placet.budgets.core.due import is_due, renewal_at
from placet.budgets.core.model import Budget, Transaction
from placet.budgets.store.kept_books import BudgetKey, KeptBooks, KeptBudget
from placet.budgets.store.rows import (
    ENTRY_COLUMNS,
    RESERVATION_COLUMNS,
    Scope,
    allocation_of,
    allocation_position,
    budget_of,
    budget_position,
    entry_of,
    reservation_of,
)
from placet.budgets.store.tables import (
    IS_OPEN,
    allocation_table,
    budget_table,
    ledger_entry_table,
    ledger_refund_table,
    ledger_request_table,
    reservation_table,
)
from placet.database.lists import among

_budgets = budget_table.c
_allocations = allocation_table.c
_entries = ledger_entry_table.c
_reservations = reservation_table.c
_refunds = ledger_refund_table.c
_requests = ledger_request_table.c


@dataclass(slots=True)
class Wanted:
    """What a batch needs of one context. `whole` are budgets needed with all their allocations."""

    budgets: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    # By the budget they are said to be in.
    allocations: dict[str, set[str]] = field(default_factory=dict)
    reservations: set[str] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The books that are locked, and the stamps of their budgets."""

    books: dict[Scope, Book]
    stamps: dict[BudgetKey, int]


async def load_books(
    connection: AsyncConnection, wanted: Mapping[Scope, Wanted], now: int, kept: KeptBooks
) -> Loaded:
    """Lock the wanted budgets and load their books, with whatever is due in them by `now`.

    What `kept` has of a budget is not read again where the locked row says that it is current.
    """
    accounts: dict[str, list[Scope]] = {}
    for scope in sorted(wanted):
        accounts.setdefault(scope[0], []).append(scope)
    loaded = Loaded({scope: Book() for scope in wanted}, {})
    loads = [
        _Load(connection, account, {scope: wanted[scope] for scope in scopes}, loaded, kept)
        for account, scopes in accounts.items()
    ]
    # All locks first, so that what is read afterwards is what the last holder left.
    for load in loads:
        await load.budgets()
    for load in loads:
        await load.due(now)
        await load.allocations()
        await load.whole_budgets()
        await load.requests()
        await load.reservations()
        await load.transactions()
    kept.make_room()
    return loaded


class _Load:
    """Loading from one account's books."""

    def __init__(
        self,
        connection: AsyncConnection,
        account: str,
        wanted: Mapping[Scope, Wanted],
        loaded: Loaded,
        kept: KeptBooks,
    ) -> None:
        self._connection = connection
        self._account = account
        self._wanted = wanted
        self._books = loaded.books
        self._stamps = loaded.stamps
        self._kept = kept

    async def budgets(self) -> None:
        """Lock the budgets; what is kept of them and their allocations is in the books then."""
        ids = {id for wanted in self._wanted.values() for id in wanted.budgets}
        if not ids:
            return
        values = {"of": self._account, "ids": ids}
        if all(self._kept.knows(scope, need.budgets) for scope, need in self._wanted.items()):
            rows = await self._connection.execute(_LOCK_STAMPS, values)
            stale = [row.budget_id for row in rows if not self._take_current(*row)]
            if not stale:
                return
            rows = await self._connection.execute(_BUDGETS, values | {"ids": stale})
        else:
            rows = await self._connection.execute(_LOCK_BUDGETS, values)
        for row in rows:
            scope = (self._account, row.context_id)
            if scope in self._wanted:
                budget, position = budget_of(row), budget_position(row)
                self._take(scope, self._kept.read(scope, row.stamp, budget, position))

    def _take_current(self, context_id: str, budget_id: str, stamp: int, sequence: int) -> bool:
        """Take what is kept of a budget; False where that is not current."""
        scope = (self._account, context_id)
        if scope not in self._wanted:
            return True
        kept = self._kept.find(scope, budget_id, stamp, sequence)
        if kept is None:
            return False
        self._take(scope, kept)
        return True

    def _take(self, scope: Scope, kept: KeptBudget) -> None:
        """Put on the book's shelves what is kept of a budget and its wanted allocations.

        All at once, because the next one to hold the lock will change what is kept.
        """
        book = self._books[scope]
        budget_id = kept.budget.id
        book.budgets.load(budget_id, kept.budget)
        book.budget_positions.load(budget_id, kept.position)
        self._stamps[*scope, budget_id] = kept.stamp
        for allocation_id in self._wanted[scope].allocations.get(budget_id, ()):
            found = kept.allocations.get(allocation_id)
            if found is not None:
                book.allocations.load(allocation_id, found[0])
                book.allocation_positions.load(allocation_id, found[1])

    async def due(self, now: int) -> None:
        """What is due needs: the expiring reservations and the next one after them, and perhaps all
        allocations.
        """
        for scope, wanted in self._wanted.items():
            for budget in self._books[scope].budgets.values.values():
                if is_due(budget, now):
                    await self._due_in(scope, wanted, budget, now)

    async def _due_in(self, scope: Scope, wanted: Wanted, budget: Budget, now: int) -> None:
        end = renewal_at(budget)
        if end is not None and end <= now:
            wanted.whole.add(budget.id)
        expiring = (
            select(*RESERVATION_COLUMNS)
            .where(_reservations.account == scope[0], _reservations.context_id == scope[1])
            .where(_reservations.budget_id == budget.id, IS_OPEN)
            .order_by(_reservations.expires_at)
        )
        due = expiring.where(_reservations.expires_at <= now)
        later = expiring.where(_reservations.expires_at > now).limit(1)
        for query in (due, later):
            for row in await self._connection.execute(query):
                reservation = reservation_of(row)
                key = ReservationKey(reservation.allocation_id, reservation.id)
                self._books[scope].reservations.load(key, reservation)
                wanted.allocations.setdefault(budget.id, set()).add(reservation.allocation_id)

    async def allocations(self) -> None:
        """The allocations that were not kept."""
        missing = {
            id
            for scope, wanted in self._wanted.items()
            for ids in wanted.allocations.values()
            for id in ids
            if id not in self._books[scope].allocations.values
        }
        if missing:
            values = {"of": self._account, "ids": missing}
            self._put_allocations(await self._connection.execute(_ALLOCATIONS, values))

    async def whole_budgets(self) -> None:
        """All allocations of the budgets that are needed whole."""
        whole = {id for wanted in self._wanted.values() for id in wanted.whole}
        if whole:
            contexts = [scope[1] for scope, wanted in self._wanted.items() if wanted.whole]
            values = {"of": self._account, "contexts": contexts, "ids": whole}
            self._put_allocations(await self._connection.execute(_WHOLE_BUDGETS, values))

    def _put_allocations(self, rows: Iterable[Any]) -> None:
        for row in rows:
            scope = (self._account, row.context_id)
            book = self._books.get(scope)
            # An allocation counts only with its budget, whose row is the lock.
            if book is not None and row.budget_id in book.budgets.values:
                allocation, position = allocation_of(row), allocation_position(row)
                book.allocations.load(allocation.id, allocation)
                book.allocation_positions.load(allocation.id, position)
                stamp = self._stamps[*scope, allocation.budget_id]
                self._kept.read_allocation(scope, stamp, allocation, position)

    async def requests(self) -> None:
        """What client ids stand for."""
        for row in await self._find("requests", _REQUESTS):
            scope = (self._account, row.context_id)
            remembered = Remembered(row.fingerprint, row.answer)
            self._books[scope].remembered.load(row.client_id, remembered)
            self._wanted[scope].transactions.add(row.answer)

    async def reservations(self) -> None:
        """Reservations in budgets that are locked."""
        for row in await self._find("reservations", _RESERVATIONS):
            scope = (self._account, row.context_id)
            book = self._books[scope]
            reservation = reservation_of(row[:-1])
            # Without its budget's lock it might change under us; nobody in this batch asks for it.
            if reservation.budget_id in book.budgets.values:
                key = ReservationKey(reservation.allocation_id, reservation.id)
                book.reservations.load(key, reservation)
                if reservation.transaction_id is not None:
                    self._wanted[scope].transactions.add(reservation.transaction_id)

    async def transactions(self) -> None:
        """Transactions, and how much of each was refunded."""
        sums = await self._find("transactions", _REFUNDED)
        refunded = {(row[0], row[1]): int(row[2]) for row in sums}
        for row in await self._find("transactions", _TRANSACTIONS):
            entry = entry_of(row)
            id = str(entry.id)
            transaction = Transaction(entry, refunded.get((row.context_id, id), 0), row[-1])
            self._books[self._account, row.context_id].transactions.load(id, transaction)

    async def _find(self, wanted: str, query: Any) -> Iterable[Any]:
        """The rows for the ids that are wanted of one kind."""
        ids: set[str] = set()
        contexts: list[str] = []
        for scope, needs in self._wanted.items():
            found: set[str] = getattr(needs, wanted)
            if found:
                ids |= found
                contexts.append(scope[1])
        if not ids:
            return ()
        values = {"of": self._account, "contexts": contexts, "ids": ids}
        rows: Iterable[Any] = await self._connection.execute(query, values)
        return rows


def _in_contexts(columns: Any, id_column: Any) -> Any:
    return and_(
        columns.account == bindparam("of"),
        among(columns.context_id, "contexts"),
        among(id_column, "ids"),
    )


def _locked(*columns: Any) -> Any:
    return (
        select(*columns)
        .where(_budgets.account == bindparam("of"), among(_budgets.budget_id, "ids"))
        .order_by(_budgets.budget_id)
        .with_for_update()
    )


# Statements are made once: putting one together takes longer than executing it.
_LOCK_BUDGETS: Final = _locked(budget_table)
_LOCK_STAMPS: Final = _locked(
    _budgets.context_id, _budgets.budget_id, _budgets.stamp, _budgets.sequence
)
_BUDGETS: Final = select(budget_table).where(
    _budgets.account == bindparam("of"), among(_budgets.budget_id, "ids")
)
_ALLOCATIONS: Final = select(allocation_table).where(
    _allocations.account == bindparam("of"), among(_allocations.allocation_id, "ids")
)
_WHOLE_BUDGETS: Final = select(allocation_table).where(
    _in_contexts(_allocations, _allocations.budget_id)
)
_REQUESTS: Final = select(ledger_request_table).where(_in_contexts(_requests, _requests.client_id))
_RESERVATIONS: Final = select(*RESERVATION_COLUMNS, _reservations.context_id).where(
    _in_contexts(_reservations, _reservations.reservation_id)
)
_REFUNDED: Final = (
    select(_refunds.context_id, _refunds.original_id, func.sum(_refunds.amount))
    .where(_in_contexts(_refunds, _refunds.original_id))
    .group_by(_refunds.context_id, _refunds.original_id)
)
_TRANSACTIONS: Final = (
    select(
        *ENTRY_COLUMNS, _entries.context_id, func.coalesce(_reservations.created_at, _entries.at)
    )
    .outerjoin(
        reservation_table,
        (_reservations.account == _entries.account)
        & (_reservations.context_id == _entries.context_id)
        & (_reservations.reservation_id == _entries.reservation_id)
        & (_reservations.allocation_id == _entries.allocation_id),
    )
    .where(_in_contexts(_entries, _entries.transaction_id))
)
