"""Reading transactions and reservations: one by one, and as paged statements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.ledger.model import Entry, EntryKind, Reservation, ReservationStatus
from placet.storage.ledger_rows import (
    ENTRY_COLUMNS,
    RESERVATION_COLUMNS,
    Scope,
    entry_of,
    reservation_of,
)
from placet.storage.ledger_tables import ledger_entry_table, reservation_table

__all__ = [
    "find_reservations", "find_statement", "load_reservation", "load_transaction",
]  # fmt: skip

_entries = ledger_entry_table.c
_reservations = reservation_table.c
_TRANSACTIONS: Final = (EntryKind.DEBIT.value, EntryKind.CREDIT.value)


async def load_transaction(
    connection: AsyncConnection, scope: Scope, allocation_id: str, transaction_id: str
) -> Entry | None:
    """One transaction of the allocation, or None."""
    query = select(*ENTRY_COLUMNS).where(
        _entries.account == scope[0],
        _entries.context_id == scope[1],
        _entries.transaction_id == transaction_id,
        _entries.allocation_id == allocation_id,
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else entry_of(row)


async def find_statement(
    connection: AsyncConnection,
    scope: Scope,
    budget_id: str,
    allocation_id: str | None,
    *,
    offset: int,
    limit: int,
) -> tuple[list[Entry], int]:
    """A page of the transactions of a budget or of one of its allocations, newest first, and how
    many there are in all.
    """

    def matching(query: Select[Any]) -> Select[Any]:
        query = query.where(_entries.account == scope[0], _entries.context_id == scope[1])
        query = query.where(_entries.budget_id == budget_id, _entries.kind.in_(_TRANSACTIONS))
        if allocation_id is not None:
            query = query.where(_entries.allocation_id == allocation_id)
        return query

    order = _entries.budget_sequence if allocation_id is None else _entries.sequence
    count = matching(select(func.count()).select_from(ledger_entry_table))
    page = matching(select(*ENTRY_COLUMNS)).order_by(order.desc()).offset(offset).limit(limit)
    results = await connection.scalar(count)
    return [entry_of(row) for row in await connection.execute(page)], results or 0


async def load_reservation(
    connection: AsyncConnection,
    scope: Scope,
    budget_id: str,
    allocation_id: str,
    reservation_id: str,
) -> Reservation | None:
    """One reservation of the allocation, or None."""
    query = (
        select(*RESERVATION_COLUMNS)
        .where(_reservations.account == scope[0], _reservations.context_id == scope[1])
        .where(_reservations.reservation_id == reservation_id)
        .where(_reservations.allocation_id == allocation_id, _reservations.budget_id == budget_id)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else reservation_of(row)


async def find_reservations(
    connection: AsyncConnection,
    scope: Scope,
    budget_id: str,
    allocation_id: str,
    statuses: Collection[ReservationStatus],
    *,
    offset: int,
    limit: int,
) -> tuple[list[Reservation], int]:
    """A page of the allocation's reservations in one of the states, newest first, and how many
    there are in all.
    """

    def matching(query: Select[Any]) -> Select[Any]:
        return query.where(
            _reservations.account == scope[0],
            _reservations.context_id == scope[1],
            _reservations.budget_id == budget_id,
            _reservations.allocation_id == allocation_id,
            _reservations.status.in_(sorted(status.value for status in statuses)),
        )

    count = matching(select(func.count()).select_from(reservation_table))
    page = matching(select(*RESERVATION_COLUMNS)).order_by(
        _reservations.created_at.desc(), _reservations.reservation_id
    )
    results = await connection.scalar(count)
    rows = await connection.execute(page.offset(offset).limit(limit))
    return [reservation_of(row) for row in rows], results or 0
