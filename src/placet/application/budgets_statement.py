"""A budget's whole statement: every debit and credit since it was made, oldest first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.budgets_input import usable_id
from placet.errors import NotFound
from placet.ledger.model import Entry, EntryKind
from placet.storage.budgets import load_allocation, locate_budgets
from placet.storage.database import Database
from placet.storage.ledger_audit import BudgetKey, load_entries_after

__all__ = ["open_statement"]

_TRANSACTIONS = (EntryKind.DEBIT, EntryKind.CREDIT)


@asynccontextmanager
async def open_statement(
    database: Database, account: str, budget_id: str, allocation_id: str | None = None
) -> AsyncIterator[AsyncIterator[Entry]]:
    """The transactions of a budget, or of one of its allocations, deleted ones included.

    They are read piece by piece in one consistent view, while others go on writing.

    Raises:
        NotFound: no such budget or allocation.
    """
    async with database.read() as connection:
        key = await _budget_key(connection, account, budget_id)
        if allocation_id is not None:
            await _check_allocation(connection, key, allocation_id)
        yield _transactions(connection, key, allocation_id)


async def _transactions(
    connection: AsyncConnection, key: BudgetKey, allocation_id: str | None
) -> AsyncIterator[Entry]:
    sequence = 0
    while piece := await load_entries_after(connection, key, sequence):
        for entry in piece:
            if entry.kind in _TRANSACTIONS and allocation_id in (None, entry.allocation_id):
                yield entry
        sequence = piece[-1].budget_sequence


async def _budget_key(connection: AsyncConnection, account: str, budget_id: str) -> BudgetKey:
    contexts: dict[str, str] = {}
    if usable_id(budget_id):
        contexts = await locate_budgets(connection, account, [budget_id])
    if budget_id not in contexts:
        message = f"the account `{account}` has no budget `{budget_id[:100]}`"
        raise NotFound(message, code="budget-not-found")
    return account, contexts[budget_id], budget_id


async def _check_allocation(
    connection: AsyncConnection, key: BudgetKey, allocation_id: str
) -> None:
    found = None
    if usable_id(allocation_id):
        found = await load_allocation(connection, key[:2], key[2], allocation_id)
    if found is None:
        message = f"the budget `{key[2]}` has no allocation `{allocation_id[:100]}`"
        raise NotFound(message, code="allocation-not-found")
