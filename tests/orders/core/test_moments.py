"""What is due when; the cases play it out."""

from __future__ import annotations

from typing import Any

import pytest

from placet.errors import Conflict
from placet.orders.core.moments import Deed, Moment, due_moments
from placet.orders.core.transitions import escalate, expire, remind
from support.orders.scene import NOW, Scene

DAY = 86_400_000


@pytest.fixture
def waiting() -> Scene:
    """An order reminded of after one day, escalated after two and over after three."""
    ask: dict[str, Any] = {"when": "true", "every": True, "by": ["user ana", "user bob"]}
    ask |= {"remindAfter": "P1D", "escalateAfter": "P2D"}
    case = {"order": {}, "rules": [{"workflow Ask": ask}]}
    return Scene(case | {"settings": {"pendingExpiresAfter": "P3D"}})


def test_moments_come_in_the_order_of_time(waiting: Scene) -> None:
    moments = due_moments(waiting.authorization, waiting.policy)
    assert moments.entries == (
        Moment(NOW + DAY, Deed.REMIND, "Rules", "Ask", 0),
        Moment(NOW + 2 * DAY, Deed.ESCALATE, "Rules", "Ask", 0),
        Moment(NOW + 3 * DAY, Deed.EXPIRE),
    )
    assert moments.next == moments.entries[0]


@pytest.mark.parametrize(
    ("after", "deeds"),
    [
        (DAY - 1, []),
        (DAY, ["remind"]),
        (2 * DAY, ["remind", "escalate"]),
        (3 * DAY, ["expire"]),
        (99 * DAY, ["expire"]),
    ],
)
def test_what_is_due_is_what_has_come_and_an_expiry_alone(
    waiting: Scene, after: int, deeds: list[str]
) -> None:
    moments = due_moments(waiting.authorization, waiting.policy)
    assert [moment.deed.value for moment in moments.due(NOW + after)] == deeds


def test_what_is_not_due_changes_nothing(waiting: Scene) -> None:
    authorization, policy = waiting.authorization, waiting.policy
    reminder, escalation, _ = due_moments(authorization, policy).entries
    assert remind(authorization, policy, reminder, now=NOW + DAY - 1) is authorization
    assert remind(authorization, policy, escalation, now=NOW + 2 * DAY) is authorization
    assert escalate(authorization, policy, escalation, now=NOW + DAY) is authorization
    assert expire(authorization, policy, now=NOW + 3 * DAY - 1) is authorization


def test_what_was_done_is_not_done_again(waiting: Scene) -> None:
    policy = waiting.policy
    reminder, escalation, _ = due_moments(waiting.authorization, policy).entries
    once = remind(waiting.authorization, policy, reminder, now=NOW + DAY)
    assert remind(once, policy, reminder, now=NOW + DAY) is once
    twice = escalate(once, policy, escalation, now=NOW + 2 * DAY)
    assert escalate(twice, policy, escalation, now=NOW + 2 * DAY) is twice
    ended = expire(twice, policy, now=NOW + 3 * DAY)
    assert expire(ended, policy, now=NOW + 4 * DAY) is ended
    assert due_moments(ended, policy).entries == ()


def test_nobody_decides_once_the_time_is_over_although_nothing_has_ended_the_order(
    waiting: Scene,
) -> None:
    waiting.now = NOW + 3 * DAY - 1000
    with pytest.raises(Conflict, match="has waited too long"):
        waiting.step({"by": "ana", "score": 100})
    waiting.now = NOW + 3 * DAY - 1001
    assert waiting.step({"by": "ana", "score": 100}).approvals
