"""Books between the database and memory: lock and load what a batch touches, write what it changed.

A budget's row is locked before anything of its books is read, always in the order of account and
budget id, so two transactions cannot wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase

from placet.ledger.book import Book, Remembered, ReservationKey
from placet.ledger.due import is_due, renewal_at
from placet.ledger.model import Transaction
from placet.storage.ledger_rows import (
    ENTRY_COLUMNS,
    RESERVATION_COLUMNS,
    Scope,
    allocation_of,
    allocation_position,
    allocation_row,
    budget_of,
    budget_position,
    budget_row,
    entry_of,
    entry_row,
    notice_row,
    period_row,
    position_row,
    request_row,
    reservation_of,
    reservation_row,
)
from placet.storage.ledger_tables import (
    IS_OPEN,
    allocation_table,
    budget_period_table,
    budget_table,
    ledger_entry_table,
    ledger_refund_table,
    ledger_request_table,
    reservation_table,
    threshold_notice_table,
)
from placet.storage.lists import among
from placet.storage.many_rows import execute_rows

__all__ = ["Wanted", "load_books", "write_books"]

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
    allocations: set[str] = field(default_factory=set)
    reservations: set[str] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)


async def load_books(
    connection: AsyncConnection, wanted: Mapping[Scope, Wanted], now: int
) -> dict[Scope, Book]:
    """Lock and load the books of each scope, with whatever is due in them by `now`."""
    books = {scope: Book() for scope in wanted}
    accounts: dict[str, list[Scope]] = {}
    for scope in sorted(wanted):
        accounts.setdefault(scope[0], []).append(scope)
    # All locks first, so that what is read afterwards is what the last holder left.
    for account, scopes in accounts.items():
        await _load_budgets(connection, account, _union(wanted, scopes, "budgets"), books)
    for account, scopes in accounts.items():
        for scope in scopes:
            await _load_due(connection, scope, wanted[scope], books[scope], now)
        await _load_allocations(connection, account, scopes, wanted, books)
        await _load_requests(connection, account, scopes, wanted, books)
        await _load_reservations(connection, account, scopes, wanted, books)
        await _load_transactions(connection, account, scopes, wanted, books)
    return books


def _union(wanted: Mapping[Scope, Wanted], scopes: Iterable[Scope], name: str) -> list[str]:
    ids: set[str] = set()
    for scope in scopes:
        ids |= getattr(wanted[scope], name)
    return sorted(ids)


async def _load_budgets(
    connection: AsyncConnection, account: str, ids: list[str], books: dict[Scope, Book]
) -> None:
    if not ids:
        return
    for row in await connection.execute(_LOCK_BUDGETS, {"of": account, "ids": ids}):
        book = books.get((account, row.context_id))
        if book is not None:
            book.budgets.load(row.budget_id, budget_of(row))
            book.budget_positions.load(row.budget_id, budget_position(row))


async def _load_due(
    connection: AsyncConnection, scope: Scope, wanted: Wanted, book: Book, now: int
) -> None:
    """What is due needs: the expiring reservations and the next one after them, and perhaps all
    allocations.
    """
    for budget in [budget for budget in book.budgets.values.values() if is_due(budget, now)]:
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
            for row in await connection.execute(query):
                reservation = reservation_of(row)
                key = ReservationKey(reservation.allocation_id, reservation.id)
                book.reservations.load(key, reservation)
                wanted.allocations.add(reservation.allocation_id)


async def _load_allocations(
    connection: AsyncConnection,
    account: str,
    scopes: list[Scope],
    wanted: Mapping[Scope, Wanted],
    books: dict[Scope, Book],
) -> None:
    queries: list[tuple[Executable, dict[str, Any]]] = []
    ids = _union(wanted, scopes, "allocations")
    if ids:
        queries.append((_ALLOCATIONS, {"of": account, "ids": ids}))
    whole = _union(wanted, scopes, "whole")
    if whole:
        contexts = sorted(scope[1] for scope in scopes if wanted[scope].whole)
        values = {"of": account, "contexts": contexts, "ids": whole}
        queries.append((_WHOLE_BUDGETS, values))
    for query, values in queries:
        for row in await connection.execute(query, values):
            book = books.get((account, row.context_id))
            # An allocation counts only with its budget, whose row is the lock.
            if book is not None and row.budget_id in book.budgets.values:
                book.allocations.load(row.allocation_id, allocation_of(row))
                book.allocation_positions.load(row.allocation_id, allocation_position(row))


async def _load_requests(
    connection: AsyncConnection,
    account: str,
    scopes: list[Scope],
    wanted: Mapping[Scope, Wanted],
    books: dict[Scope, Book],
) -> None:
    ids = _union(wanted, scopes, "requests")
    if not ids:
        return
    contexts = [scope[1] for scope in scopes if wanted[scope].requests]
    values = {"of": account, "contexts": contexts, "ids": ids}
    for row in await connection.execute(_REQUESTS, values):
        scope = (account, row.context_id)
        books[scope].remembered.load(row.client_id, Remembered(row.fingerprint, row.answer))
        wanted[scope].transactions.add(row.answer)


async def _load_reservations(
    connection: AsyncConnection,
    account: str,
    scopes: list[Scope],
    wanted: Mapping[Scope, Wanted],
    books: dict[Scope, Book],
) -> None:
    ids = _union(wanted, scopes, "reservations")
    if not ids:
        return
    contexts = [scope[1] for scope in scopes if wanted[scope].reservations]
    values = {"of": account, "contexts": contexts, "ids": ids}
    for row in await connection.execute(_RESERVATIONS, values):
        book = books[account, row.context_id]
        reservation = reservation_of(row[:-1])
        # Without its budget's lock it might change under us; nobody in this batch asks for it.
        if reservation.budget_id in book.budgets.values:
            key = ReservationKey(reservation.allocation_id, reservation.id)
            book.reservations.load(key, reservation)
            if reservation.transaction_id is not None:
                wanted[account, row.context_id].transactions.add(reservation.transaction_id)


async def _load_transactions(
    connection: AsyncConnection,
    account: str,
    scopes: list[Scope],
    wanted: Mapping[Scope, Wanted],
    books: dict[Scope, Book],
) -> None:
    ids = _union(wanted, scopes, "transactions")
    if not ids:
        return
    contexts = [scope[1] for scope in scopes if wanted[scope].transactions]
    values = {"of": account, "contexts": contexts, "ids": ids}
    sums = await connection.execute(_REFUNDED, values)
    refunded = {(row[0], row[1]): int(row[2]) for row in sums}
    for row in await connection.execute(_TRANSACTIONS, values):
        entry = entry_of(row)
        transaction_id = str(entry.id)
        books[account, row.context_id].transactions.load(
            transaction_id,
            Transaction(entry, refunded.get((row.context_id, transaction_id), 0), row[-1]),
        )


async def write_books(connection: AsyncConnection, books: Mapping[Scope, Book], now: int) -> None:
    """Write every change of the books, one statement per table and kind of change."""
    for statement, rows in _writes(books, now):
        await execute_rows(connection, statement, rows)


def _writes(
    books: Mapping[Scope, Book], now: int
) -> Iterable[tuple[UpdateBase, Sequence[dict[str, Any]]]]:
    ordered = sorted(books.items())
    yield (
        _INSERT_BUDGETS,
        [
            _key(scope, "budget_id", id)
            | budget_row(budget)
            | position_row(book.budget_positions.values[id], budget=True)
            for scope, book in ordered
            for id, budget in book.budgets.new()
        ],
    )
    yield _UPDATE_BUDGETS, _changes(ordered, "budgets", budget_row)
    yield (
        _MOVE_BUDGETS,
        _changes(ordered, "budget_positions", lambda position: position_row(position, budget=True)),
    )
    yield (
        _INSERT_ALLOCATIONS,
        [
            _key(scope, "allocation_id", id)
            | allocation_row(allocation)
            | position_row(book.allocation_positions.values[id], budget=False)
            for scope, book in ordered
            for id, allocation in book.allocations.new()
        ],
    )
    yield _UPDATE_ALLOCATIONS, _changes(ordered, "allocations", allocation_row)
    yield (
        _MOVE_ALLOCATIONS,
        _changes(
            ordered, "allocation_positions", lambda position: position_row(position, budget=False)
        ),
    )
    yield from _appends(ordered, now)


def _appends(
    ordered: list[tuple[Scope, Book]], now: int
) -> Iterable[tuple[UpdateBase, Sequence[dict[str, Any]]]]:
    yield (
        _INSERT_ENTRIES,
        [entry_row(scope, entry) for scope, book in ordered for entry in book.entries],
    )
    yield (
        _INSERT_RESERVATIONS,
        [
            {"account": scope[0], "context_id": scope[1]} | reservation_row(reservation)
            for scope, book in ordered
            for _, reservation in book.reservations.new()
        ],
    )
    yield (
        _UPDATE_RESERVATIONS,
        [
            {
                "key_account": scope[0],
                "key_context_id": scope[1],
                "key_id": reservation.id,
                "key_allocation_id": reservation.allocation_id,
                "status": reservation.status.value,
                "closed_at": reservation.closed_at,
                "closed_by": reservation.closed_by,
                "confirmed": reservation.confirmed,
                "transaction_id": reservation.transaction_id,
            }
            for scope, book in ordered
            for _, reservation in book.reservations.changed()
        ],
    )
    yield (
        _INSERT_REFUNDS,
        [
            _key(scope, "transaction_id", str(entry.id))
            | {"original_id": entry.original_id, "amount": entry.amount}
            for scope, book in ordered
            for entry in book.refunds
        ],
    )
    yield (
        _INSERT_REQUESTS,
        [
            request_row(scope, client_id, remembered, now)
            for scope, book in ordered
            for client_id, remembered in book.remembered.new()
        ],
    )
    yield (
        _INSERT_PERIODS,
        [period_row(scope, period) for scope, book in ordered for period in book.periods],
    )
    yield (
        _INSERT_NOTICES,
        [notice_row(scope, notice) for scope, book in ordered for notice in book.notices],
    )


def _key(scope: Scope, name: str, id: str) -> dict[str, Any]:
    return {"account": scope[0], "context_id": scope[1], name: id}


def _changes(ordered: list[tuple[Scope, Book]], shelf: str, row: Any) -> list[dict[str, Any]]:
    return [
        {"key_account": scope[0], "key_context_id": scope[1], "key_id": id} | row(value)
        for scope, book in ordered
        for id, value in getattr(book, shelf).changed()
    ]


def _by_key(table: Any, name: str) -> Any:
    return update(table).where(
        table.c.account == bindparam("key_account"),
        table.c.context_id == bindparam("key_context_id"),
        table.c[name] == bindparam("key_id"),
    )


def _in_contexts(columns: Any, id_column: Any) -> Any:
    return and_(
        columns.account == bindparam("of"),
        among(columns.context_id, "contexts"),
        among(id_column, "ids"),
    )


# Statements are made once: putting one together takes longer than executing it.
_LOCK_BUDGETS: Final = (
    select(budget_table)
    .where(_budgets.account == bindparam("of"), among(_budgets.budget_id, "ids"))
    .order_by(_budgets.budget_id)
    .with_for_update()
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
_INSERT_BUDGETS: Final = insert(budget_table)
_INSERT_ALLOCATIONS: Final = insert(allocation_table)
_INSERT_ENTRIES: Final = insert(ledger_entry_table)
_INSERT_RESERVATIONS: Final = insert(reservation_table)
_INSERT_REFUNDS: Final = insert(ledger_refund_table)
_INSERT_REQUESTS: Final = insert(ledger_request_table)
_INSERT_PERIODS: Final = insert(budget_period_table)
_INSERT_NOTICES: Final = insert(threshold_notice_table)
_UPDATE_BUDGETS: Final = _by_key(budget_table, "budget_id")
_MOVE_BUDGETS: Final = _by_key(budget_table, "budget_id")
_UPDATE_ALLOCATIONS: Final = _by_key(allocation_table, "allocation_id")
_MOVE_ALLOCATIONS: Final = _by_key(allocation_table, "allocation_id")
_UPDATE_RESERVATIONS: Final = _by_key(reservation_table, "reservation_id").where(
    _reservations.allocation_id == bindparam("key_allocation_id")
)
