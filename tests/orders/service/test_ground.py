"""Spending lines, and the turns of orders that meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from placet.database.database import Database
from placet.errors import InvalidRequest
from placet.orders.core.submission import Spending
from placet.orders.service.ground import BudgetPlaces, Turns, spending_lines
from support.budgets.service import Ledger, units

pytestmark = pytest.mark.anyio


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Ledger]:
    opened = Ledger.on(database)
    yield opened
    await opened.service.close()


def line(budget_id: str, allocation_id: str, amount: float) -> Spending:
    return Spending(budget_id=budget_id, allocation_id=allocation_id, amount=amount)


@pytest.mark.parametrize("capacity", [1, 100])
async def test_lines_name_the_unit_of_their_budget(books: Ledger, capacity: int) -> None:
    places = BudgetPlaces(books.service, capacity=capacity)
    view, (one, two) = await books.budget(100, 50, 50)
    asked = [line(view.budget.id, part, 1.5) for part in (one, two, one)]
    for _ in range(2):
        found = await spending_lines(places, "acme", asked)
        assert [(item.context_id, item.allocation_id, item.amount) for item in found] == [
            ("unit-1", one, units(3)),
            ("unit-1", two, units(1.5)),
        ]


async def test_what_one_account_has_is_unknown_to_another(books: Ledger) -> None:
    places = BudgetPlaces(books.service)
    view, (part,) = await books.budget(100, 50)
    asked = [line(view.budget.id, part, 1)]
    await spending_lines(places, "acme", asked)
    with pytest.raises(InvalidRequest, match="was not found"):
        await spending_lines(places, "globex", asked)


async def test_turns_are_taken_one_by_one_within_an_account() -> None:
    turns = Turns()
    async with turns.of("acme"):
        assert turns.wanted("acme")
        assert not turns.wanted("globex")
        waiting = asyncio.create_task(turns.of("acme").acquire())
        async with turns.of("globex"):
            assert not waiting.done()
    assert await waiting
