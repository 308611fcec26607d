"""Verifying the books: every entry is added up again and compared with what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.verify import Audit
from placet.budgets.store.audit import (
    BudgetKey,
    load_budget_books,
    load_entries_after,
    next_budgets,
)
from placet.database.database import Database
from placet.people.core.visit import Visit, check_operator


@dataclass(frozen=True, slots=True)
class AuditResult:
    """How much was checked, and the first difference in one sentence (None: none was found)."""

    budgets: int
    entries: int
    difference: str | None


async def verify_books(
    database: Database, visit: Visit, *, account: str | None = None
) -> AuditResult:
    """Check the books of an account, or of all, up to the first difference.

    Each budget is read in one consistent view, while others go on writing.

    Raises:
        Forbidden: the visitor is not the operator.
    """
    check_operator(visit)
    budgets = entries = 0
    after: BudgetKey | None = None
    while True:
        async with database.read() as connection:
            keys = await next_budgets(connection, after, account)
        if not keys:
            return AuditResult(budgets, entries, None)
        for key in keys:
            async with database.read() as connection:
                count, difference = await _verify_budget(connection, key)
            budgets, entries = budgets + 1, entries + count
            if difference is not None:
                where = f"account `{key[0]}`, unit `{key[1]}`, "
                return AuditResult(budgets, entries, where + difference)
        after = keys[-1]


async def _verify_budget(connection: AsyncConnection, key: BudgetKey) -> tuple[int, str | None]:
    audit = Audit(key[2])
    count = sequence = 0
    while piece := await load_entries_after(connection, key, sequence):
        for entry in piece:
            count += 1
            difference = audit.add(entry)
            if difference is not None:
                return count, difference
        sequence = piece[-1].budget_sequence
    return count, audit.compare(await load_budget_books(connection, key))
