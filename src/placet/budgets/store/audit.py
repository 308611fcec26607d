"""Reading whole books for the audit, piece by piece."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import Entry, Period, Reservation
from placet.budgets.core.verify import BudgetBooks
from placet.budgets.store.rows import (
    ENTRY_COLUMNS,
    RESERVATION_COLUMNS,
    Scope,
    allocation_position,
    budget_position,
    entry_of,
    reservation_of,
)
from placet.budgets.store.tables import (
    allocation_table,
    budget_period_table,
    budget_table,
    ledger_entry_table,
    reservation_table,
)

PIECE: Final = 2_000

# Account, context id and budget id.
BudgetKey = tuple[str, str, str]

_budgets = budget_table.c
_allocations = allocation_table.c
_entries = ledger_entry_table.c
_periods = budget_period_table.c
_reservations = reservation_table.c


async def next_budgets(
    connection: AsyncConnection, after: BudgetKey | None, account: str | None
) -> list[BudgetKey]:
    """At most `PIECE` budgets that follow `after`, deleted ones included; of one account or all."""
    columns = (_budgets.account, _budgets.context_id, _budgets.budget_id)
    query = select(*columns).order_by(*columns).limit(PIECE)
    if account is not None:
        query = query.where(_budgets.account == account)
    if after is not None:
        query = query.where(tuple_(*columns) > after)
    return [(row[0], row[1], row[2]) for row in await connection.execute(query)]


async def load_entries_after(
    connection: AsyncConnection, key: BudgetKey, sequence: int
) -> list[Entry]:
    """At most `PIECE` entries of a budget that follow the one with this budget sequence."""
    query = (
        select(*ENTRY_COLUMNS)
        .where(_entries.account == key[0], _entries.context_id == key[1])
        .where(_entries.budget_id == key[2], _entries.budget_sequence > sequence)
        .order_by(_entries.budget_sequence)
        .limit(PIECE)
    )
    return [entry_of(row) for row in await connection.execute(query)]


async def load_budget_books(connection: AsyncConnection, key: BudgetKey) -> BudgetBooks:
    """What is kept about a budget beside its entries."""
    scope, budget_id = (key[0], key[1]), key[2]
    query = select(budget_table).where(
        _budgets.account == key[0], _budgets.context_id == key[1], _budgets.budget_id == budget_id
    )
    row = (await connection.execute(query)).one()
    allocations = select(allocation_table).where(
        _allocations.account == key[0],
        _allocations.context_id == key[1],
        _allocations.budget_id == budget_id,
    )
    return BudgetBooks(
        budget_id,
        row.period,
        budget_position(row),
        {
            found.allocation_id: allocation_position(found)
            for found in await connection.execute(allocations)
        },
        await _load_periods(connection, scope, budget_id),
        await _load_reservations(connection, scope, budget_id),
    )


async def _load_periods(connection: AsyncConnection, scope: Scope, budget_id: str) -> list[Period]:
    query = select(budget_period_table).where(
        _periods.account == scope[0],
        _periods.context_id == scope[1],
        _periods.budget_id == budget_id,
    )
    # The first two columns are account and context id, the others a period's fields in order.
    return [Period(*row[2:]) for row in await connection.execute(query)]


async def _load_reservations(
    connection: AsyncConnection, scope: Scope, budget_id: str
) -> list[Reservation]:
    query = select(*RESERVATION_COLUMNS).where(
        _reservations.account == scope[0],
        _reservations.context_id == scope[1],
        _reservations.budget_id == budget_id,
    )
    return [reservation_of(row) for row in await connection.execute(query)]
