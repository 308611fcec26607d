"""A ledger service on a test's database, with a clock that moves when it is told to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from placet.budgets.core.model import Direction, LinkedEntity
from placet.budgets.core.views import BudgetView
from placet.budgets.service.books import Books
from placet.budgets.service.budgets import create_budget
from placet.budgets.service.input import AllocationInput, BudgetInput, Context
from placet.budgets.service.movements import MovementInput
from placet.budgets.service.unit_visit import UnitVisit
from placet.database.database import Database
from placet.database.mark_tables import commit_mark_table
from placet.kit.instants import DAY
from placet.kit.money import SCALE
from placet.people.core.visit import operator_of
from support.budgets.facts import said
from support.database.every_table import all_tables

__all__ = ["Ledger", "debit", "rows_of", "units"]

START = 20_000 * DAY
WHO = "buyer@example.com"


def units(number: float) -> int:
    """So many currency units as an amount."""
    return round(number * SCALE)


def debit(amount: float, **more: Any) -> MovementInput:
    """A movement, by default a debit."""
    facts = {
        "direction": Direction.DEBIT, "origin": "test", "reference": "order-1",
        "requested_by": WHO,
    }  # fmt: skip
    return MovementInput(amount=units(amount), **(facts | more))


@dataclass
class Ledger:
    """The books of unit `unit-1` of `acme`."""

    service: Books
    context: Context
    now: int = START

    @classmethod
    def on(cls, database: Database) -> Ledger:
        books: Ledger
        service = Books.on(database, clock=lambda: books.now)
        books = cls(service, Context("acme", "unit-1"))
        return books

    async def budget(
        self, amount: float = 100, *parts: float, **more: Any
    ) -> tuple[BudgetView, list[str]]:
        """A budget with allocations for users u0, u1, …; and their ids."""
        allocations = tuple(
            AllocationInput(LinkedEntity(f"u{number}", "User"), "contract", units(part))
            for number, part in enumerate(parts)
        )
        facts = said("Budget", **more)
        others = {name: facts.pop(name) for name in ("cycle", "allocations") if name in facts}
        wanted = BudgetInput(facts, units(amount), **({"allocations": allocations} | others))
        view = await create_budget(self.service, entered(self.context), wanted)
        return view, [item.allocation.id for item in view.allocations]


async def rows_of(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the marks of commits that changed nothing else."""
    async with database.read() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in await connection.execute(select(table))), key=repr
            )
            for table in all_tables().sorted_tables
            if table is not commit_mark_table
        }


def entered(context: Context) -> UnitVisit:
    """The operator's visit of a unit's budgets."""
    return UnitVisit(operator_of(context.account), context.context_id)
