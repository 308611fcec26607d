"""What others do to the money that orders hold."""

from __future__ import annotations

import pytest

from placet.budgets.core.operations import Refund
from placet.budgets.service.books import enqueue
from placet.errors import Conflict
from placet.orders.core.record import Status
from placet.people.core.visit import operator_of
from placet.policies.service.dimensions import delete_dimension
from support.budgets.service import units
from support.orders.shop import ACCEPT, DENY, OVERDRAWN, Shop
from support.server import rule

pytestmark = pytest.mark.anyio


async def test_cancelling_refunds_only_what_was_not_refunded_by_hand(shop: Shop) -> None:
    accepted = await shop.submit(shop.order())
    (held,) = accepted.authorization.holds
    assert held.transaction_id is not None
    by_hand = Refund(
        held.budget_id, held.allocation_id, held.transaction_id, "hand", "refund-1", units(5)
    )
    await enqueue(shop.server.desks.books, shop.context, by_hand)
    assert await shop.figures() == (0, 15)
    await shop.cancel(accepted)
    assert await shop.figures() == (0, 0)


async def test_an_order_whose_hold_was_released_by_hand_cannot_be_accepted(shop: Shop) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    await shop.cancel_by_hand(pending)
    with pytest.raises(Conflict, match="is not held any more"):
        await shop.decide(pending, ACCEPT)
    assert (await shop.decide(pending, DENY)).authorization.status is Status.DENIED
    assert await shop.figures() == (0, 0)


async def test_a_hold_confirmed_by_hand_is_not_debited_again(shop: Shop) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    transaction_id = await shop.confirm_by_hand(pending)
    assert await shop.figures() == (0, 20)
    accepted = (await shop.decide(pending, ACCEPT)).authorization
    assert accepted.status is Status.ACCEPTED
    assert [hold.transaction_id for hold in accepted.holds] == [transaction_id]
    assert await shop.figures() == (0, 20)
    await shop.cancel(pending)
    assert await shop.figures() == (0, 0)


@pytest.mark.parametrize("amount", [20, 5], ids=["in whole", "in part"])
@pytest.mark.parametrize("end", ["denied", "cancelled", "edited"])
async def test_a_hold_confirmed_by_hand_is_refunded_when_the_order_ends(
    shop: Shop, end: str, amount: float
) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    await shop.confirm_by_hand(pending, amount)
    if end == "denied":
        await shop.decide(pending, DENY)
    elif end == "cancelled":
        await shop.cancel(pending)
    else:
        await shop.submit(shop.order(amount=7))
    assert await shop.figures() == (7 if end == "edited" else 0, 0)


async def test_only_what_was_not_refunded_by_hand_is_refunded(shop: Shop) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    await shop.refund_by_hand(await shop.confirm_by_hand(pending), 15)
    await shop.decide(pending, DENY)
    assert await shop.figures() == (0, 0)


@pytest.mark.parametrize("moved", ["confirmed in part", "refunded"])
async def test_an_order_whose_money_is_not_all_there_cannot_be_accepted(
    shop: Shop, moved: str
) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order())
    if moved == "refunded":
        await shop.refund_by_hand(await shop.confirm_by_hand(pending), 1)
    else:
        await shop.confirm_by_hand(pending, 19)
    with pytest.raises(Conflict, match="is not held any more"):
        await shop.decide(pending, ACCEPT)
    assert await shop.figures() == (0, 19)
    await shop.cancel(pending)
    assert await shop.figures() == (0, 0)


@pytest.mark.parametrize("moved", ["released", "confirmed in part", "refunded"])
async def test_rules_do_not_see_money_that_was_moved_by_hand_as_the_orders(
    shop: Shop, moved: str
) -> None:
    await shop.rules(rule(expression="true"))
    pending = await shop.submit(shop.order(amount=40))
    if moved == "released":
        await shop.cancel_by_hand(pending)
    elif moved == "refunded":
        await shop.refund_by_hand(await shop.confirm_by_hand(pending, 40), 39)
    else:
        await shop.confirm_by_hand(pending, 1)
    # Others take what became free, so that 5 remain at most.
    other = await shop.submit(shop.order("o-2", amount=45))
    dimensions = [place.dimension_id for place in other.authorization.dimensions]
    await shop.rules(rule(expression=OVERDRAWN, effect=1))
    await delete_dimension(shop.server.desks.policies, operator_of("acme"), dimensions[0])
    edited = await shop.submit(shop.order(amount=41))
    assert edited.authorization.status is Status.DENIED
    assert await shop.figures() == (45, 0)
