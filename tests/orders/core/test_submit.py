"""Judging an order afresh, and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from placet.errors import Conflict
from placet.orders.core.model import Authorization
from placet.orders.core.record import Status, Wait
from placet.orders.core.submit import judged_again
from placet.orders.core.transitions import cancel
from placet.people.core.actor import Actor

Submit = Callable[..., Authorization]
LATER = 1_760_000_001_000


def again(submit: Submit, key: Actor, before: Authorization, value: int) -> Authorization:
    fresh = replace(submit({"value": value}), created_at=LATER, waits=(), history=())
    return judged_again(before, fresh, actor=key, now=LATER)


@pytest.mark.parametrize(
    ("value", "status"), [(1, Status.ACCEPTED), (70, Status.PENDING), (900, Status.DENIED)]
)
def test_an_order_judged_again_keeps_its_age_and_its_history(
    submit: Submit, key: Actor, value: int, status: Status
) -> None:
    before = submit({"value": 70})
    after = again(submit, key, before, value)
    assert (after.status, after.id, after.revision) == (status, before.id, before.revision)
    assert after.created_at == before.created_at
    assert after.history[:-1] == before.history
    line = after.history[-1]
    assert (line.what, line.before, line.after) == ("judged again", Status.PENDING, status)
    assert (line.actor_id, line.note) == ("checkout", after.reason)


def test_what_is_decided_is_not_judged_again(submit: Submit, key: Actor) -> None:
    for before in (submit({"value": 1}), cancel(submit({"value": 70}), actor=key, now=LATER)):
        with pytest.raises(Conflict, match="only a pending one is judged again"):
            again(submit, key, before, 70)


@pytest.mark.parametrize("value", [1, 70, 900])
def test_a_rule_waits_from_the_submission_on(submit: Submit, value: int) -> None:
    submitted = submit({"value": value})
    waits = (Wait("sales", "ask", submitted.created_at),) if value == 70 else ()
    assert submitted.waits == waits
