"""Reading transactions and reservations: one by one, and reservations in pages."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import Entry, Reservation, ReservationStatus
from placet.budgets.store.rows import (
    ENTRY_COLUMNS,
    RESERVATION_COLUMNS,
    Scope,
    entry_of,
    reservation_of,
)
from placet.budgets.store.tables import ledger_entry_table, reservation_table

_entries = ledger_entry_table.c
_reservations = reservation_table.c


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

    states = sorted(status.value for status in statuses)
    # Each state is a short search of the index; together they would have to be sorted.
    parts = [
        _newest(scope, allocation_id, state).limit(offset + limit).subquery() for state in states
    ]
    some = union_all(*(select(part.c.created_at, part.c.reservation_id) for part in parts))
    merged = some.subquery()
    wanted = (
        select(merged.c.reservation_id)
        .order_by(merged.c.created_at.desc(), merged.c.reservation_id.desc())
        .offset(offset)
        .limit(limit)
    )
    mine = (
        _reservations.account == scope[0],
        _reservations.context_id == scope[1],
        _reservations.allocation_id == allocation_id,
    )
    page = select(*RESERVATION_COLUMNS).where(*mine, _reservations.reservation_id.in_(wanted))
    rows = await connection.execute(page.where(_reservations.budget_id == budget_id))
    found = [reservation_of(row) for row in rows]
    count = select(func.count()).select_from(reservation_table)
    results = await connection.scalar(count.where(*mine, _reservations.status.in_(states)))
    return sorted(found, key=lambda item: (item.created_at, item.id), reverse=True), results or 0


def _newest(scope: Scope, allocation_id: str, state: str) -> Select[tuple[int, str]]:
    """When reservations in one state were made, and their ids, newest first."""
    columns = reservation_table.alias().c
    return (
        select(columns.created_at, columns.reservation_id)
        .where(columns.account == scope[0], columns.context_id == scope[1])
        .where(columns.allocation_id == allocation_id, columns.status == state)
        .order_by(columns.created_at.desc(), columns.reservation_id.desc())
    )
