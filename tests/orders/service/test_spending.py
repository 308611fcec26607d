"""What an order does to budgets: judged on a ground, held, confirmed, released, refunded."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import LinkedEntity
from placet.budgets.service import budgets
from placet.budgets.service.audit import verify_books
from placet.budgets.service.batch import BooksGroup
from placet.budgets.service.input import Context
from placet.database.database import Database
from placet.errors import Conflict, NotFound
from placet.orders.service.spending import (
    SpendingLine,
    confirm_holds,
    hold,
    load_ground,
    locate_spending,
    refund_debits,
    release_holds,
)
from placet.people.core.visit import OPERATOR
from support.budgets.service import WHO, Ledger, entered, rows_of, units

pytestmark = pytest.mark.anyio


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Ledger]:
    opened = Ledger.on(database)
    yield opened
    assert (await verify_books(database, OPERATOR)).difference is None
    await opened.service.close()


async def lines(books: Ledger, *amounts: float) -> tuple[SpendingLine, ...]:
    """One hard budget in each unit, with an allocation of 50, to spend these amounts of."""
    found = {}
    for number, amount in enumerate(amounts):
        books.context = Context("acme", f"unit-{number}")
        view, (part,) = await books.budget(100, 50, enforcement=Enforcement.HARD)
        found[view.budget.id, part] = units(amount)
    return await locate_spending(books.service, "acme", found)


async def remaining(books: Ledger, spending: tuple[SpendingLine, ...]) -> list[int]:
    views = [
        await budgets.get_budget(
            books.service, entered(Context("acme", line.context_id)), line.budget_id
        )
        for line in spending
    ]
    return [view.position.remaining // units(1) for view in views]


async def test_rules_see_the_balance_with_the_order_in_it(books: Ledger) -> None:
    spending = await lines(books, 20, 60)
    entity = LinkedEntity("u0", "User")
    ground = await load_ground(books.service, "acme", ["unit-0"], [entity], spending)
    assert ground.document is not None
    first, second = ground.document["budgets"]
    assert first["unitId"] == "unit-0"
    assert first["balance"] == {
        "amount": 100,
        "carried": 0,
        "balanceAdjustment": 20,
        "remaining": 80,
    }
    part = second["allocations"][0]
    assert part["balance"]["remaining"] == -10
    assert (part["ToBeSpent"], part["reservations"]) == (60, 0)
    assert part["linkedEntity"] == {"id": "u0", "type": "User"}
    units_seen = ground.document["unitAllocations"]
    assert [item["budgetId"] for item in units_seen["unit-1"]] == [spending[1].budget_id]


async def test_an_order_without_budgets_has_no_budget_data(books: Ledger) -> None:
    entity = LinkedEntity("nobody", "User")
    ground = await load_ground(books.service, "acme", ["unit-0"], [entity], ())
    assert (ground.document, ground.expected) == (None, ())
    with pytest.raises(NotFound):
        await locate_spending(books.service, "acme", {("nothing", "x"): 1})


async def test_holds_become_debits_and_can_be_refunded_once(books: Ledger) -> None:
    spending = await lines(books, 20, 30)
    submit = books.service.writes.submit
    await submit(hold("acme", spending, reservation_id="a1", order_id="o1", requested_by=WHO))
    assert await remaining(books, spending) == [80, 70]
    confirmed = await submit(confirm_holds("acme", spending, reservation_id="a1", requested_by=WHO))
    ids = {item.allocation_id: item.transaction_id for item in confirmed}
    assert {item.reference for item in confirmed} == {"o1"}
    await submit(refund_debits("acme", spending, transaction_ids=ids, requested_by=WHO))
    with pytest.raises(Conflict, match="refunded in whole"):
        await submit(refund_debits("acme", spending, transaction_ids=ids, requested_by=WHO))
    assert await remaining(books, spending) == [100, 100]


async def test_released_holds_leave_nothing_behind(books: Ledger) -> None:
    spending = await lines(books, 20, 30)
    submit = books.service.writes.submit
    await submit(hold("acme", spending, reservation_id="a1", order_id="o1", requested_by=WHO))
    await submit(release_holds("acme", spending, reservation_id="a1", requested_by=WHO))
    assert await remaining(books, spending) == [100, 100]


async def test_holds_across_units_are_all_or_none(books: Ledger) -> None:
    spending = await lines(books, 20, 51)
    before = await rows_of(books.service.database)
    group = hold("acme", spending, reservation_id="a1", order_id="o1", requested_by=WHO)
    with pytest.raises(Conflict, match="exceeds"):
        await books.service.writes.submit(group)
    assert await rows_of(books.service.database) == before


async def test_a_ground_that_moved_refuses_the_holds(books: Ledger) -> None:
    spending = await lines(books, 20)
    ground = await load_ground(books.service, "acme", [], [], spending)
    submit = books.service.writes.submit

    def group(id: str) -> BooksGroup:
        return hold(
            "acme", spending, reservation_id=id, order_id="o1", requested_by=WHO,
            expected=ground.expected,
        )  # fmt: skip

    await submit(group("a1"))
    with pytest.raises(Conflict) as caught:
        await submit(group("a2"))
    assert caught.value.code == "budget-moved"
