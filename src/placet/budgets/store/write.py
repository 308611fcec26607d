"""Books from memory into the database: write what has changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.book import Book
from placet.budgets.core.model import Allocation
from placet.budgets.store.kept_books import KeptBooks
from placet.budgets.store.load import Loaded
from placet.budgets.store.rows import (
    ENTRY_NAMES,
    POSITION_NAMES,
    Scope,
    allocation_row,
    budget_row,
    entry_values,
    notice_row,
    period_row,
    position_values,
    request_row,
    reservation_row,
)
from placet.budgets.store.tables import (
    allocation_table,
    budget_period_table,
    budget_table,
    ledger_entry_table,
    ledger_refund_table,
    ledger_request_table,
    reservation_table,
    threshold_notice_table,
)
from placet.database.many_rows import insert_rows, update_rows

_STAMP_BITS: Final = 62
_CLOSING: Final = ("status", "closed_at", "closed_by", "confirmed", "transaction_id")
_BUDGET_FIGURES: Final = (*POSITION_NAMES, "allocated", "stamp")

_Row = dict[str, Any]
_Books = list[tuple[Scope, Book]]


async def write_books(
    connection: AsyncConnection, loaded: Loaded, now: int, kept: KeptBooks
) -> None:
    """Write every change of the books, one statement per table and kind of change.

    Each budget of which anything has changed gets a new stamp, with which it is in `kept`.
    """
    stamp = secrets.randbits(_STAMP_BITS)
    books = sorted(loaded.books.items())
    touched = {scope: book.touched() for scope, book in books}
    await _write_budgets(connection, books, touched, stamp)
    await _write_allocations(connection, books)
    entries = [entry_values(scope, entry) for scope, book in books for entry in book.entries]
    await insert_rows(connection, ledger_entry_table, ENTRY_NAMES, entries)
    await _write_reservations(connection, books)
    for table, rows in _appends(books, now):
        await _insert(connection, table, rows)
    for scope, book in books:
        kept.written(scope, book, touched[scope], loaded.stamps, stamp)


async def _write_budgets(
    connection: AsyncConnection,
    books: _Books,
    touched: dict[Scope, dict[str, list[Allocation]]],
    stamp: int,
) -> None:
    added: list[_Row] = []
    moved: list[tuple[Any, ...]] = []
    for scope, book in books:
        for id in touched[scope]:
            position = book.budget_positions.values[id]
            figures = (*position_values(position), position.allocated, stamp)
            if book.budgets.is_new(id):
                row = _key(scope, "budget_id", id) | budget_row(book.budgets.values[id])
                added.append(row | dict(zip(_BUDGET_FIGURES, figures, strict=True)))
            else:
                moved.append((*figures, *scope, id))
    await _insert(connection, budget_table, added)
    changed = _changed(books, "budgets", "budget_id", budget_row)
    await _update(connection, budget_table, changed)
    await update_rows(connection, budget_table, _BUDGET_FIGURES, moved)


async def _write_allocations(connection: AsyncConnection, books: _Books) -> None:
    positions = {scope: book.allocation_positions.values for scope, book in books}
    added = [
        _key(scope, "allocation_id", id)
        | allocation_row(allocation)
        | dict(zip(POSITION_NAMES, position_values(positions[scope][id]), strict=True))
        for scope, book in books
        for id, allocation in book.allocations.new()
    ]
    await _insert(connection, allocation_table, added)
    changed = _changed(books, "allocations", "allocation_id", allocation_row)
    await _update(connection, allocation_table, changed)
    moved = [
        (*position_values(position), *scope, id)
        for scope, book in books
        for id, position in book.allocation_positions.changed()
    ]
    await update_rows(connection, allocation_table, POSITION_NAMES, moved)


async def _write_reservations(connection: AsyncConnection, books: _Books) -> None:
    added = [
        {"account": scope[0], "context_id": scope[1]} | reservation_row(reservation)
        for scope, book in books
        for _, reservation in book.reservations.new()
    ]
    await _insert(connection, reservation_table, added)
    closed = [
        (
            reservation.status.value, reservation.closed_at, reservation.closed_by,
            reservation.confirmed, reservation.transaction_id, *scope, reservation.id,
            reservation.allocation_id,
        )
        for scope, book in books
        for _, reservation in book.reservations.changed()
    ]  # fmt: skip
    await update_rows(connection, reservation_table, _CLOSING, closed)


def _appends(books: _Books, now: int) -> Iterable[tuple[Table, list[_Row]]]:
    yield (
        ledger_refund_table,
        [
            _key(scope, "transaction_id", str(entry.id))
            | {"original_id": entry.original_id, "amount": entry.amount}
            for scope, book in books
            for entry in book.refunds
        ],
    )
    yield (
        ledger_request_table,
        [
            request_row(scope, client_id, remembered, now)
            for scope, book in books
            for client_id, remembered in book.remembered.new()
        ],
    )
    yield (
        budget_period_table,
        [period_row(scope, period) for scope, book in books for period in book.periods],
    )
    yield (
        threshold_notice_table,
        [notice_row(scope, notice) for scope, book in books for notice in book.notices],
    )


def _key(scope: Scope, name: str, id: str) -> _Row:
    return {"account": scope[0], "context_id": scope[1], name: id}


def _changed(books: _Books, shelf: str, name: str, row: Callable[[Any], _Row]) -> list[_Row]:
    return [
        row(value) | _key(scope, name, id)
        for scope, book in books
        for id, value in getattr(book, shelf).changed()
    ]


async def _insert(connection: AsyncConnection, table: Table, rows: Sequence[_Row]) -> None:
    if rows:
        await insert_rows(connection, table, tuple(rows[0]), _values(rows))


async def _update(connection: AsyncConnection, table: Table, rows: Sequence[_Row]) -> None:
    """Change rows whose last columns are the primary key, in its order."""
    if rows:
        columns = tuple(rows[0])[: -len(table.primary_key)]
        await update_rows(connection, table, columns, _values(rows))


def _values(rows: Sequence[_Row]) -> list[tuple[Any, ...]]:
    """The values of rows that all name the same columns in the same order."""
    return [tuple(row.values()) for row in rows]
