"""A rule waits since it began to, however often the order is judged meanwhile."""

from __future__ import annotations

import pytest

from placet.orders.core.record import Wait
from placet.orders.core.waits import waits_after
from placet.policies.core.effects import EffectType, RuleStatus
from placet.policies.core.trace import Decision, DimensionTrace, Outcome, Result, RuleTrace


def rule(name: str, status: RuleStatus | None = RuleStatus.PENDING) -> RuleTrace:
    return RuleTrace(name, name, EffectType.WORKFLOW, Result.TRUE, status)


def decision(
    *rules: RuleTrace, outcome: Outcome = Outcome.PENDING, trial: bool = False
) -> Decision:
    traced = DimensionTrace(
        "d", "Rules", "Rules", None, simulated=trial, require_all=False, rules=rules
    )
    return Decision(outcome, "because", (traced,))


def test_what_waits_begins_now_or_keeps_the_time_it_began() -> None:
    earlier = [Wait("d", "old", 5), Wait("other", "new", 6), Wait("d", "gone", 7)]
    found = waits_after(decision(rule("old"), rule("new")), 100, earlier)
    assert found == (Wait("d", "old", 5), Wait("d", "new", 100))


@pytest.mark.parametrize(
    "decided",
    [
        decision(rule("a", RuleStatus.ACCEPTED)),
        decision(rule("a", None)),
        decision(rule("a"), outcome=Outcome.DENIED),
        decision(rule("a"), outcome=Outcome.ACCEPTED),
        decision(rule("a"), trial=True),
    ],
)
def test_nothing_waits_that_is_decided_or_simulated(decided: Decision) -> None:
    assert waits_after(decided, 100) == ()
