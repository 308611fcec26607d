"""Rules have their time, decisions have theirs, and a walk may have an allowance."""

from __future__ import annotations

import pytest

from placet.policies.core.evaluation import AllowanceExceeded, Timing
from placet.policies.core.trace import Outcome
from support.policies.drawn import decide, dimension, policy_of, rule, ticking


def test_rules_past_the_time_of_the_decision_err() -> None:
    policy = policy_of(
        [dimension("d", [rule("a", "false"), rule("b", "false"), rule("c", "true")])]
    )
    decision = decide(policy, clock=ticking(0.3), timing=Timing(total=800))
    [traced] = decision.dimensions
    assert [entry.result for entry in traced.rules] == ["false", "false", "error"]
    assert traced.rules[2].error is not None
    assert traced.rules[2].error.message == (
        "the time for all rules of one decision is used up: 800 ms"
    )
    assert decision.outcome is Outcome.PENDING


def test_simulated_dimensions_take_no_time_from_the_others() -> None:
    trial = dimension(
        "trial", [rule(f"s{index}", "false") for index in range(9)], shouldSimulate=True, priority=0
    )
    policy = policy_of([trial, dimension("real", [rule("a", "value > 60")])])
    decision = decide(policy, clock=ticking(0.3), timing=Timing(total=500))
    assert (decision.outcome, decision.rule_id) == (Outcome.DENIED, "a")


def test_a_walk_past_its_allowance_ends_and_leaves_no_decision() -> None:
    policy = policy_of([dimension("d", [rule("a", "false"), rule("b", "false")])])
    with pytest.raises(AllowanceExceeded):
        decide(policy, clock=ticking(0.02), timing=Timing(allowance=30))


def test_a_slow_rule_is_cut_off_at_the_allowance() -> None:
    endless = "($f := function($n) { $f($n + 1) }; $f(0) > 1)"
    policy = policy_of([dimension("d", [rule("a", endless)])])
    ticks = iter([0.0, 0.0, 9.0])
    with pytest.raises(AllowanceExceeded):
        decide(policy, clock=lambda: next(ticks), timing=Timing(allowance=5))


def test_a_limit_met_within_the_allowance_may_owe_to_it_and_counts_as_past_it() -> None:
    deep = "($f := function($n) { 1 + $f($n + 1) }; $f(0) > 1)"
    policy = policy_of([dimension("d", [rule("a", deep)])])
    [[traced]] = [entry.rules for entry in decide(policy).dimensions]
    assert traced.error is not None
    assert traced.error.code == "U1001"
    with pytest.raises(AllowanceExceeded):
        decide(policy, timing=Timing(allowance=1e9))


def test_a_walk_within_its_allowance_is_the_same_as_without() -> None:
    policy = policy_of([dimension("d", [rule("a", "value > 60")])])
    assert decide(policy, timing=Timing(allowance=1000)) == decide(policy)
