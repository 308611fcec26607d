"""The use cases of budgets and money, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from placet.budgets.core.model import Cycle, Status
from placet.budgets.core.views import BudgetFilter
from placet.budgets.service import budgets
from placet.budgets.service import movements as budgets_money
from placet.budgets.service.books import Books, do_what_is_due
from placet.budgets.service.input import BudgetInput, Context, PageRequest
from placet.database.database import Database
from placet.errors import Conflict, PlacetError
from placet.kit.instants import DAY
from support.budgets.facts import said
from support.budgets.money import HARD, NOTIFY, hold, post
from support.budgets.service import START, WHO, Ledger, entered, rows_of, units

pytestmark = pytest.mark.anyio


async def test_a_budget_comes_back_as_it_was_made(books: Ledger) -> None:
    view, parts = await books.budget(100, 60, 30, currency="EUR", notification=NOTIFY)
    again = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert again == view
    assert [item.allocation.linked_entity.id for item in view.allocations] == ["u0", "u1"]
    assert view.position.allocated == units(90)
    assert view.budget.facts.notification == NOTIFY
    assert len(parts) == 2


async def test_a_budget_and_its_allocations_are_made_together_or_not(books: Ledger) -> None:
    before = await rows_of(books.service.database)
    with pytest.raises(Conflict, match="exceed the budget by `10`"):
        await books.budget(100, 60, 50, **HARD)
    assert await rows_of(books.service.database) == before


async def test_budgets_are_listed_filtered_and_paged(books: Ledger) -> None:
    service, context = books.service, books.context
    ids = [(await books.budget(amount))[0].budget.id for amount in (10, 20, 30)]
    wanted = BudgetInput(said("Straße 100%"), units(40))
    ids.append((await budgets.create_budget(service, entered(context), wanted)).budget.id)
    await budgets.set_budget_status(service, entered(context), ids[0], Status.INACTIVE)

    async def found(wanted: BudgetFilter, page: PageRequest | None = None) -> list[str]:
        listed = await budgets.list_budgets(
            service, entered(context), wanted, page or PageRequest()
        )
        return [view.budget.id for view in listed.items]

    assert await found(BudgetFilter()) == ids[::-1]
    assert await found(BudgetFilter(min_amount=units(20), max_amount=units(30))) == [ids[2], ids[1]]
    assert await found(BudgetFilter(status=Status.INACTIVE)) == [ids[0]]
    assert await found(BudgetFilter(name="STRASSE 100%")) == [ids[3]]
    assert await found(BudgetFilter(name="10_%")) == []
    page = await budgets.list_budgets(service, entered(context), BudgetFilter(), PageRequest(2, 3))
    assert [view.budget.id for view in page.items] == [ids[0]]
    assert page.to_document() == {"current": 2, "pages": 2, "results": 4}
    await budgets.delete_budget(service, entered(context), ids[3])
    assert await found(BudgetFilter()) == ids[2::-1]


@pytest.mark.parametrize("by_worker", [True, False], ids=["worker", "first touch"])
async def test_renewal_leaves_the_same_books_whoever_does_it(
    books: Ledger, by_worker: bool
) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True, carry_over=True)
    view, (part,) = await books.budget(100, 60, cycle=cycle)
    await post(books, view.budget.id, part, 50)
    await hold(books, view.budget.id, part, "r", 5, expires_at=START + 15 * DAY)
    books.now += 25 * DAY
    if by_worker:
        assert await do_what_is_due(books.service) == 1
        assert await do_what_is_due(books.service) == 0
    listed = await budgets.list_budgets(
        books.service, entered(books.context), BudgetFilter(), PageRequest()
    )
    (shown,) = listed.items
    assert shown.position.remaining == units(250)
    assert (shown.budget.period.number, shown.budget.period.start) == (3, START + 20 * DAY)
    rows = await rows_of(books.service.database)
    assert len(rows["budget_periods"]) == 3


async def test_two_workers_renew_once(books: Ledger, database_url: str) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True)
    for _ in range(5):
        await books.budget(100, 60, cycle=cycle)
    books.now += 10 * DAY
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    await asyncio.gather(do_what_is_due(books.service), do_what_is_due(other))
    rows = await rows_of(books.service.database)
    assert len(rows["budget_periods"]) == 10
    await other.close()
    await second.close()


REFUSED: list[tuple[str, Callable[[Ledger, str, str], Awaitable[Any]]]] = [
    ("exceeds-allocation", lambda books, budget, part: post(books, budget, part, 11)),
    ("exceeds-allocation", lambda books, budget, part: hold(books, budget, part, "r9", 11)),
    ("allocation-not-found", lambda books, budget, _: post(books, budget, "nothing", 1)),
    ("budget-not-found", lambda books, _, part: post(books, "nothing", part, 1)),
    ("budget-not-found", lambda books, _, part: post(books, "no\0thing", part, 1)),
    ("allocation-not-found", lambda books, budget, _: post(books, budget, "x" * 300, 1)),
    ("id-reused", lambda books, budget, part: post(books, budget, part, 2, client_id="c")),
    ("id-reused", lambda books, budget, part: hold(books, budget, part, "r1", 2)),
    ("invalid-amount", lambda books, budget, part: post(books, budget, part, 0)),
    (
        "open-reservations",
        lambda books, budget, _: budgets.delete_budget(
            books.service, entered(books.context), budget
        ),
    ),
    (
        "budget-not-found",
        lambda books, budget, _: budgets.get_budget(
            books.service, entered(Context("acme", "unit-2")), budget
        ),
    ),
    (
        "budget-not-found",
        lambda books, budget, _: budgets.get_budget(
            books.service, entered(Context("other", "unit-1")), budget
        ),
    ),
    (
        "exceeds-amount",
        lambda books, budget, _: budgets.update_budget(
            books.service,
            entered(books.context),
            budget,
            BudgetInput(said("B"), units(59)),
        ),
    ),
    (
        "reservation-not-found",
        lambda books, budget, part: budgets_money.cancel_reservation(
            books.service, entered(books.context), budget, part, "nothing", requested_by=WHO
        ),
    ),
]


async def test_what_is_refused_changes_no_row(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60, **HARD)
    await post(books, view.budget.id, part, 1, client_id="c")
    await hold(books, view.budget.id, part, "r1", 49)
    before = await rows_of(books.service.database)
    for code, call in REFUSED:
        with pytest.raises(PlacetError) as caught:
            await call(books, view.budget.id, part)
        assert caught.value.code == code
    assert await rows_of(books.service.database) == before
