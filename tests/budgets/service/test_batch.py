"""Operations of many requests in one commit, and of many servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from placet.budgets.core.model import Cycle
from placet.budgets.service import budgets
from placet.budgets.service import movements as budgets_money
from placet.budgets.service.books import Books
from placet.budgets.service.input import BudgetInput
from placet.database.database import Database
from placet.errors import PlacetError
from placet.kit.instants import DAY
from support.budgets.facts import said
from support.budgets.money import HARD, post
from support.budgets.service import START, Ledger, debit, entered, rows_of, units

pytestmark = pytest.mark.anyio


async def test_the_same_request_again_is_one_entry_and_the_same_answer(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60)
    answers = await asyncio.gather(
        *(post(books, view.budget.id, part, 2, client_id="c") for _ in range(4))
    )
    answers.append(await post(books, view.budget.id, part, 2, client_id="c"))
    assert all(answer == answers[0] for answer in answers)
    rows = await rows_of(books.service.database)
    assert len(rows["ledger_entries"]) == 3
    wanted = BudgetInput(said("Again"), units(5))
    first, second = [
        await budgets.create_budget(books.service, entered(books.context), wanted, client_id="b")
        for _ in range(2)
    ]
    assert first == second


async def test_two_servers_spend_a_hard_allocation_exactly_once(
    books: Ledger, database_url: str
) -> None:
    view, (part,) = await books.budget(200, 200, **HARD)
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    calls = [
        budgets_money.post_transaction(
            service,
            entered(books.context),
            view.budget.id,
            part,
            debit(1),
            client_id=f"c{number // 2}",
        )
        for number in range(1_000)
        for service in (books.service, other)
    ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    spent = {answer.id for answer in answers if not isinstance(answer, BaseException)}
    refused = {answer.code for answer in answers if isinstance(answer, PlacetError)}
    assert len(spent) == 200
    assert refused == {"exceeds-allocation"}
    shown = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert shown.position.remaining == 0
    await other.close()
    await second.close()


async def test_a_base_is_kept_apart_however_many_send_it(books: Ledger, database_url: str) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True, carry_over=True)
    view, (part,) = await books.budget(100, 60, cycle=cycle)
    await post(books, view.budget.id, part, 10)
    books.now += 10 * DAY
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    key = (entered(books.context), view.budget.id)
    wanted = BudgetInput(said("renamed"), units(100), cycle)
    calls: list[Awaitable[Any]] = []
    for service in (books.service, other):
        calls += [budgets.update_budget(service, *key, wanted) for _ in range(5)]
        calls += [budgets_money.post_transaction(service, *key, part, debit(1)) for _ in range(5)]
    await asyncio.gather(*calls)
    shown = (await budgets.get_budget(books.service, *key)).position
    assert (shown.base, shown.carried, shown.used) == (units(100), units(90), units(10))
    await other.close()
    await second.close()
