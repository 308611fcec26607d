"""Orders and the money they hold: it follows the status of the authorization, always."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from placet.budgets.core import model as ledger_model
from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import LinkedEntity
from placet.budgets.core.operations import SetBudgetStatus
from placet.budgets.service import budgets
from placet.budgets.service.books import enqueue
from placet.budgets.service.input import AllocationInput, BudgetInput
from placet.errors import InvalidRequest
from placet.jsonata import compile
from placet.orders.core.record import Status
from placet.orders.core.submission import Submission
from placet.orders.service.authorizations import (
    get_authorization,
    get_authorization_of_order,
)
from placet.people.core.visit import operator_of
from placet.policies.core.hazards import find_hazards
from placet.policies.service.dimensions import delete_dimension
from support.budgets.facts import said
from support.budgets.service import entered, units
from support.orders.shop import ACCEPT, BYPASS, DENY, OVERDRAWN, Shop
from support.server import rule, submission

pytestmark = pytest.mark.anyio


async def test_a_pending_order_holds_its_spending_and_debits_it_when_accepted(shop: Shop) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    assert pending.authorization.status is Status.PENDING
    assert await shop.figures() == (20, 0)
    assert (await shop.decide(pending, ACCEPT)).authorization.status is Status.ACCEPTED
    assert await shop.figures() == (0, 20)


async def test_an_order_accepted_at_once_is_debited_at_once(shop: Shop) -> None:
    accepted = await shop.submit(shop.order())
    assert accepted.authorization.status is Status.ACCEPTED
    assert await shop.figures() == (0, 20)
    (held,) = accepted.authorization.holds
    assert held.transaction_id is not None


async def test_the_same_submission_again_holds_nothing_more(shop: Shop) -> None:
    await shop.rules(rule(expression="true"))
    answers = await asyncio.gather(*(shop.submit(shop.order()) for _ in range(8)))
    assert len({answer.authorization.id for answer in answers}) == 1
    assert await shop.figures() == (20, 0)


@pytest.mark.parametrize("end", ["deny", "cancel"])
async def test_a_pending_order_that_ends_releases_its_holds(shop: Shop, end: str) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    ended = await (shop.decide(pending, DENY) if end == "deny" else shop.cancel(pending))
    assert ended.authorization.holds == ()
    assert await shop.figures() == (0, 0)


async def test_cancelling_an_accepted_order_refunds_it_once(shop: Shop) -> None:
    accepted = await shop.submit(shop.order())
    for _ in range(2):
        await shop.cancel(accepted)
    assert await shop.figures() == (0, 0)


@pytest.mark.parametrize("status", ["pending", "accepted"])
async def test_an_edited_order_holds_only_its_new_spending(shop: Shop, status: str) -> None:
    await shop.rules(rule(expression="true" if status == "pending" else "false"))
    await shop.submit(shop.order())
    await shop.submit(shop.order(amount=30))
    assert await shop.figures() == ((30, 0) if status == "pending" else (0, 30))
    await shop.submit(shop.order(amount=None))
    assert await shop.figures() == (0, 0)


async def test_racing_edits_leave_one_hold(shop: Shop) -> None:
    await shop.rules(rule(expression=OVERDRAWN, effect=1), rule(name="Held", expression="true"))
    await asyncio.gather(*(shop.submit(shop.order(amount=n)) for n in range(1, 11)))
    latest = await get_authorization_of_order(shop.server.desks.orders, operator_of("acme"), "o-1")
    assert latest.authorization.revision == 10
    assert await shop.figures() == (latest.authorization.spending[0]["amount"], 0)


async def test_a_denied_order_holds_nothing(shop: Shop) -> None:
    await shop.rules(rule(expression="true", effect=1))
    denied = await shop.submit(shop.order())
    assert denied.authorization.status is Status.DENIED
    assert await shop.figures() == (0, 0)


async def test_rules_see_the_orders_own_spending(shop: Shop) -> None:
    await shop.rules(rule(expression=OVERDRAWN, effect=1))
    fits = await shop.submit(shop.order("o-1", 50))
    assert fits.authorization.status is Status.ACCEPTED
    over = await shop.submit(shop.order("o-2", 0.01))
    assert over.authorization.status is Status.DENIED
    edited = await shop.submit(shop.order("o-1", 49))
    assert edited.authorization.status is Status.ACCEPTED
    assert await shop.figures() == (0, 49)


async def test_rules_see_the_budgets_of_linked_entities(shop: Shop) -> None:
    await shop.rules(rule(expression="budgetData.budgets[0].balance.remaining = 100", effect=1))
    entities = [{"type": "costcenter", "id": "cc-1"}]
    denied = await shop.submit(shop.order(amount=None, linkedEntities=entities))
    assert denied.authorization.status is Status.DENIED


@pytest.mark.parametrize(
    ("others", "outcome", "figures"), [(25, "accepted", (0, 45)), (35, "denied", (0, 35))]
)
async def test_a_bypass_goes_on_with_the_current_budgets(
    shop: Shop, others: float, outcome: str, figures: tuple[float, float]
) -> None:
    asks = rule(name="Ask", expression='orderId = "o-1"', priority=1)
    await shop.rules(asks, rule(name="Broke", expression=OVERDRAWN, effect=1, priority=2))
    pending = await shop.submit(shop.order())
    # Without rules for it, the other order goes through whatever the budget says.
    other = shop.order("o-2", others, unitId="elsewhere")
    assert (await shop.submit(other)).authorization.status is Status.ACCEPTED
    assert (await shop.decide(pending, BYPASS)).authorization.status == outcome
    assert await shop.figures() == figures


@pytest.mark.parametrize(
    ("effect", "figures"), [(0, (0, 20)), (1, (0, 0)), (2, (20, 0))], ids=["0", "1", "2"]
)
async def test_judging_again_moves_the_holds(
    shop: Shop, effect: int, figures: tuple[float, float]
) -> None:
    old = await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    await delete_dimension(shop.server.desks.policies, operator_of("acme"), old)
    expression = "budgetData.budgets[0].allocations[0].balance.remaining = 30"
    await shop.rules(rule(expression=expression, effect=effect))
    again = await shop.reevaluate(pending)
    assert again.authorization.status == ("accepted", "denied", "pending")[effect]
    assert await shop.figures() == figures
    if effect == 2:
        await shop.decide(again, ACCEPT)
        assert await shop.figures() == (0, 20)


async def test_a_hard_budget_denies_what_it_cannot_hold(shop: Shop) -> None:
    await shop.open_budget(Enforcement.HARD)
    denied = (await shop.submit(shop.order(amount=50.01))).authorization
    assert denied.status is Status.DENIED
    assert denied.reason == (
        f"the order's spending cannot be held: budget `{shop.budget_id}`: "
        "`50.01` exceeds the `50` that remain in the allocation"
    )
    assert denied.history[-1].after is Status.DENIED
    assert await shop.figures() == (0, 0)


async def test_an_edit_that_does_not_fit_gives_back_what_was_held(shop: Shop) -> None:
    await shop.open_budget(Enforcement.HARD)
    await shop.submit(shop.order(amount=40))
    assert (await shop.submit(shop.order(amount=50))).authorization.status is Status.ACCEPTED
    assert (await shop.submit(shop.order(amount=51))).authorization.status is Status.DENIED
    assert await shop.figures() == (0, 0)


async def test_an_inactive_budget_denies_spending(shop: Shop) -> None:
    operation = SetBudgetStatus(shop.budget_id, ledger_model.Status.INACTIVE)
    await enqueue(shop.server.desks.books, shop.context, operation)
    denied = (await shop.submit(shop.order())).authorization
    assert denied.status is Status.DENIED
    assert "the budget is inactive" in denied.reason


@pytest.mark.parametrize("reads", [False, True], ids=["plain", "reads budgets"])
async def test_orders_racing_for_the_last_money_get_it_once(shop: Shop, reads: bool) -> None:
    await shop.open_budget(Enforcement.HARD)
    if reads:
        await shop.rules(rule(expression=OVERDRAWN, effect=1))
    orders = [shop.order(f"o-{number}", 20) for number in range(40)]
    answers = await asyncio.gather(*map(shop.submit, orders))
    statuses = sorted(str(answer.authorization.status) for answer in answers)
    assert statuses == ["accepted"] * 2 + ["denied"] * 38
    assert await shop.figures() == (0, 40)


async def test_orders_racing_under_a_rule_never_overdraw_a_soft_budget(shop: Shop) -> None:
    await shop.rules(rule(expression=OVERDRAWN, effect=1))
    orders = [shop.order(f"o-{number}", 20) for number in range(40)]
    await asyncio.gather(*map(shop.submit, orders))
    assert await shop.figures() == (0, 40)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"budgetId": "nothing"}, "the budget `nothing` was not found"),
        ({"allocationId": "nothing"}, "the allocation `nothing` was not found"),
        ({"amount": 0}, "`spending[0].amount`: must be more than zero"),
        ({"amount": -1}, "`spending[0].amount`: must be more than zero"),
        ({"amount": 0.00001}, "`spending[0].amount`: has more than four decimals"),
    ],
)
@pytest.mark.parametrize("effect", [1, 2], ids=["denied", "pending"])
async def test_unusable_spending_is_refused_whatever_the_rules_say(
    shop: Shop, change: dict[str, Any], says: str, effect: int
) -> None:
    await shop.rules(rule(expression="true", effect=effect))
    first = await shop.submit(shop.order("kept"))
    order = shop.order("kept", spending=[shop.line(20) | change])
    with pytest.raises(InvalidRequest) as caught:
        await shop.submit(order)
    assert says in caught.value.message
    id = first.authorization.id
    assert (await get_authorization(shop.server.desks.orders, operator_of("acme"), id)) == first
    assert await shop.figures() == ((0, 0) if effect == 1 else (20, 0))


async def test_a_refused_item_does_not_disturb_the_others_of_its_batch(shop: Shop) -> None:
    orders = [shop.order(f"o-{number}", 1) for number in range(10)]
    bad = shop.order("bad", spending=[shop.line(1, allocationId="nothing")])
    answers = await asyncio.gather(*map(shop.submit, [*orders, bad]), return_exceptions=True)
    assert isinstance(answers.pop(), InvalidRequest)
    assert await shop.figures() == (0, 10)


async def test_lines_for_one_allocation_are_added_up(shop: Shop) -> None:
    await shop.submit(shop.order(spending=[shop.line(1.5), shop.line(2.25)]))
    assert await shop.figures() == (0, 3.75)


async def test_racing_callbacks_and_edits_keep_money_and_status_together(shop: Shop) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    await asyncio.gather(
        shop.decide(pending, ACCEPT),
        shop.decide(pending, DENY),
        shop.cancel(pending),
        shop.submit(shop.order(amount=7)),
        return_exceptions=True,
    )
    assert await shop.figures() == (7, 0)


@pytest.mark.parametrize(("advised", "outcome"), [(False, "accepted"), (True, "denied")])
async def test_the_advised_rule_sees_a_budget_that_is_allocated_twice(
    shop: Shop, advised: bool, outcome: str
) -> None:
    parts = tuple(
        AllocationInput(LinkedEntity(id, "CostCenter"), "", units(700)) for id in ("cc-1", "cc-2")
    )
    wanted = BudgetInput(said("Twice"), units(1000), allocations=parts)
    view = await budgets.create_budget(shop.server.desks.books, entered(shop.context), wanted)
    (hazard,) = find_hazards(compile(OVERDRAWN))
    expression = hazard.suggestion if advised else OVERDRAWN
    await shop.rules(rule(expression=expression, effect=1))
    lines = [
        {"budgetId": view.budget.id, "allocationId": part.allocation.id, "amount": 600}
        for part in view.allocations
    ]
    first = Submission.model_validate(submission("o-1", 100, spending=lines[:1]))
    assert (await shop.submit(first)).authorization.status == "accepted"
    second = Submission.model_validate(submission("o-2", 100, spending=lines[1:]))
    assert (await shop.submit(second)).authorization.status == outcome
