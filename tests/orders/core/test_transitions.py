"""Cancelling and superseding."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from placet.errors import Conflict
from placet.orders.core.model import Authorization
from placet.orders.core.record import Status
from placet.orders.core.transitions import cancel, deny_spending, supersede
from placet.people.core.actor import Actor

Submit = Callable[..., Authorization]
LATER = 1_760_000_001_000


@pytest.mark.parametrize("value", [1, 70])
def test_a_live_authorization_is_cancelled_with_its_reason(
    submit: Submit, key: Actor, value: int
) -> None:
    before = submit({"value": value})
    after = cancel(before, actor=key, now=LATER, comment="out of stock")
    assert after.status is Status.CANCELLED
    assert after.reason == "cancelled by app key checkout: out of stock"
    assert after.changed_at == LATER
    assert (after.history[-1].before, after.history[-1].after) == (before.status, "cancelled")
    assert not after.live


def test_cancelling_twice_changes_nothing(submit: Submit, key: Actor) -> None:
    after = cancel(submit({"value": 1}), actor=key, now=LATER)
    assert cancel(after, actor=key, now=LATER + 1) is after


def test_a_denied_authorization_cannot_be_cancelled(submit: Submit, key: Actor) -> None:
    with pytest.raises(Conflict, match="was denied by app key checkout at 2025-10-09T08:53:20"):
        cancel(submit({"value": 900}), actor=key, now=LATER)


def test_a_superseded_authorization_stays_so(submit: Submit, key: Actor) -> None:
    after = supersede(submit({"value": 1}), actor=key, now=LATER)
    assert after.status is Status.SUPERSEDED
    assert after.reason == "superseded by revision 2 of the order"
    with pytest.raises(Conflict):
        supersede(after, actor=key, now=LATER)
    with pytest.raises(Conflict):
        cancel(after, actor=key, now=LATER)


@pytest.mark.parametrize("value", [1, 70, 900])
def test_any_revision_can_be_superseded(submit: Submit, key: Actor, value: int) -> None:
    assert supersede(submit({"value": value}), actor=key, now=LATER).status is Status.SUPERSEDED


@pytest.mark.parametrize("value", [1, 70])
def test_spending_that_cannot_be_held_denies_a_new_order(submit: Submit, value: int) -> None:
    before = submit({"value": value})
    after = deny_spending(before, "the budget is inactive")
    assert after.status is Status.DENIED
    assert after.reason == "the order's spending cannot be held: the budget is inactive"
    [event] = after.history
    assert (event.what, event.after, event.note) == ("submitted", Status.DENIED, after.reason)
    assert (after.dimension_id, after.rule_id) == (None, None)
