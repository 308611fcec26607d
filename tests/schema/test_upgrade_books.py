"""Books of schema 0011 go on: no balance changes, and what people had asked for is the base.

They were written by the version of then, which took a new amount after a carry-over for base and
carried money together. Its clock stood in April 2028, where only the budget `zeroed` was looked at.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from placet import schema
from placet.budgets.core.views import BudgetFilter, BudgetView
from placet.budgets.service import budgets
from placet.budgets.service.audit import verify_books
from placet.budgets.service.books import do_what_is_due
from placet.budgets.service.input import BudgetInput, Context, PageRequest
from placet.budgets.service.movements import post_transaction
from placet.database.database import Database
from placet.kit.instants import parse_instant
from placet.messages.store.tables import outbox_table
from placet.people.core.visit import OPERATOR
from placet.schema.upgrading import upgrade_database
from support.budgets.facts import said
from support.budgets.service import Ledger, debit, entered, rows_of, units
from support.database.every_table import all_tables
from support.database.old_schema import fill

pytestmark = pytest.mark.anyio

OLD: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "books_0011.json").read_text("utf-8")
)
FIGURES = ("amount", "used", "held", "sequence", "fired")
# What each period gets, by the last amount that was asked for.
BASES = {
    "renamed": 1000, "zeroed": 1000, "raised": 2500, "plain": 1000, "overdrawn": 100,
    "late threshold": 1000, "gone part": 1000, "never renewed": 700, "drifted": 1000,
    "euro": 1000, "eur": 1000,
}  # fmt: skip
# Base, and what is left of March or April, whose carry-over the old books would have lost.
NEXT = {"renamed": 2000, "zeroed": 1648.5, "raised": 5000, "plain": 2900, "overdrawn": 200}


@pytest.fixture
async def upgraded(empty_database_url: str) -> AsyncIterator[Ledger]:
    database = Database(empty_database_url)
    async with database.write() as connection:
        await connection.run_sync(fill, "0011", OLD)
    assert await upgrade_database(database) == schema.head_revision()
    books = Ledger.on(database)
    books.context = Context("acme", "lab")
    books.now = parse_instant("2028-04-10T09:00:00Z", "now")
    yield books
    assert (await verify_books(database, OPERATOR)).difference is None
    await books.service.close()
    await database.close()


async def found(books: Ledger) -> dict[str, BudgetView]:
    page = await budgets.list_budgets(
        books.service, entered(books.context), BudgetFilter(), PageRequest(1, 100)
    )
    return {view.budget.facts.name: view for view in page.items}


async def test_no_balance_changes(upgraded: Ledger) -> None:
    assert (await verify_books(upgraded.service.database, OPERATOR)).difference is None
    rows = await rows_of(upgraded.service.database)
    assert len(rows["ledger_entries"]) == len(OLD["ledger_entries"])
    assert len(rows["budget_periods"]) == len(OLD["budget_periods"])
    async with upgraded.service.database.read() as connection:
        for table, key in (("budgets", "budget_id"), ("allocations", "allocation_id")):
            stored = await connection.execute(select(all_tables().tables[table]))
            after = {row[key]: row for row in (item._asdict() for item in stored)}
            for before in OLD[table]:
                for figure in FIGURES:
                    assert after[before[key]][figure] == before[figure]
                assert before["status"] == after[before[key]]["status"]


async def test_the_base_is_what_was_asked_for(upgraded: Ledger) -> None:
    # The clock of then: nothing is due.
    upgraded.now = parse_instant("2028-03-10T09:00:00Z", "now")
    views = await found(upgraded)
    assert {name: view.position.base for name, view in views.items()} == {
        name: units(base) for name, base in BASES.items()
    }
    allocations = (await budgets.get_budget(
        upgraded.service, entered(upgraded.context), views["renamed"].budget.id
    )).allocations  # fmt: skip
    assert [part.position.base for part in allocations] == [units(600)]


async def test_the_next_period_has_its_base_again(upgraded: Ledger) -> None:
    upgraded.now = parse_instant("2028-05-01T00:00:00Z", "now") - 1
    while await do_what_is_due(upgraded.service):
        pass
    before = await found(upgraded)
    assert before["renamed"].position.amount == units(NEXT["renamed"])
    assert before["raised"].position.amount == units(NEXT["raised"])
    assert before["plain"].position.amount == units(NEXT["plain"])
    assert before["overdrawn"].position.amount == units(NEXT["overdrawn"])
    assert before["zeroed"].position.amount == units(849.75)
    upgraded.now += 1
    after = await found(upgraded)
    assert after["zeroed"].position.amount == units(849.75 - 1 + 1000)
    assert after["renamed"].position.amount == units(3000)


async def test_old_budgets_can_be_renamed_and_spent(upgraded: Ledger) -> None:
    for name, view in (await found(upgraded)).items():
        wanted = BudgetInput(said(f"{name}!"), units(BASES[name]))
        changed = await budgets.update_budget(
            upgraded.service, entered(upgraded.context), view.budget.id, wanted
        )
        assert changed.position == view.position
        assert changed.budget.facts.currency == view.budget.facts.currency


async def test_a_threshold_that_was_passed_in_silence_is_told_now(upgraded: Ledger) -> None:
    upgraded.now = parse_instant("2028-03-10T09:00:00Z", "now")
    views = await found(upgraded)
    budget = views["late threshold"].budget.id
    [part] = [row for row in OLD["allocations"] if row["budget_id"] == budget]
    for _ in range(2):
        await post_transaction(
            upgraded.service, entered(upgraded.context), budget, part["allocation_id"], debit(1)
        )
    async with upgraded.service.database.read() as connection:
        messages = list(await connection.execute(select(outbox_table)))
    assert len(messages) == 1
    assert "90% of the budget late threshold is used" in messages[0].payload
