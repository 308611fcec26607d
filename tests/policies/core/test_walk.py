"""What the decision cases cannot say: time, resumption, and laws that hold for every policy."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from placet.policies.core.effects import RuleStatus
from placet.policies.core.model import AccountSettings, Dimension, NoRuleFired
from placet.policies.core.trace import Outcome, Result
from support.policies.drawn import (
    decide,
    dimension,
    dimensions,
    policy_of,
    rule,
    settings_strategy,
    ticking,
)


@given(dimensions(), settings_strategy)
def test_equal_walks_give_equal_decisions(
    drawn: list[Dimension], settings: AccountSettings
) -> None:
    policy = policy_of(drawn, settings)
    assert decide(policy, settings=settings) == decide(policy, settings=settings)


@given(dimensions(), settings_strategy)
def test_a_simulated_dimension_never_changes_the_outcome(
    drawn: list[Dimension], settings: AccountSettings
) -> None:
    enforced = [item for item in drawn if not item.should_simulate]
    whole = decide(policy_of(drawn, settings), settings=settings)
    bare = decide(policy_of(enforced, settings), settings=settings)
    assert (whole.outcome, whole.rule_id, whole.reason) == (bare.outcome, bare.rule_id, bare.reason)


@given(dimensions(), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))
def test_a_rule_that_does_not_fire_changes_nothing(
    drawn: list[Dimension], index: int, effect: int, priority: int
) -> None:
    more = [*drawn]
    if index < len(drawn):
        target = drawn[index].to_document()
        target["ruleCollection"].append(rule("idle", "false", effect, priority))
        more[index] = Dimension.model_validate(target)
    before, after = decide(policy_of(drawn)), decide(policy_of(more))
    assert (before.outcome, before.rule_id) == (after.outcome, after.rule_id)


@given(dimensions(simulated=False))
def test_bypassing_a_rule_decides_like_a_policy_without_it(drawn: list[Dimension]) -> None:
    policy = policy_of(drawn)
    first = decide(policy)
    if first.outcome is not Outcome.PENDING:
        return
    kept = [
        replace(
            item,
            rules=tuple(
                replace(entry, status=RuleStatus.BYPASSED)
                if (item.dimension_id, entry.rule_id) == (first.dimension_id, first.rule_id)
                else entry
                for entry in item.rules
            ),
        )
        for item in first.dimensions
    ]
    without = [
        item.model_copy(
            update={
                "rule_collection": tuple(
                    entry
                    for entry in item.rule_collection
                    if (item.id, entry.id) != (first.dimension_id, first.rule_id)
                )
            }
        )
        for item in drawn
    ]
    resumed, fresh = decide(policy, kept=kept), decide(policy_of(without))
    assert (resumed.outcome, resumed.dimension_id, resumed.rule_id) == (
        fresh.outcome,
        fresh.dimension_id,
        fresh.rule_id,
    )


@given(dimensions())
def test_an_order_is_never_approved_by_a_rule_that_erred(drawn: list[Dimension]) -> None:
    for item in decide(policy_of(drawn)).dimensions:
        for entry in item.rules:
            if entry.result is Result.ERROR:
                assert entry.status in (None, RuleStatus.PENDING)


@given(dimensions(), settings_strategy)
def test_whatever_is_not_reached_says_why(
    drawn: list[Dimension], settings: AccountSettings
) -> None:
    for item in decide(policy_of(drawn, settings), settings=settings).dimensions:
        for entry in item.rules:
            assert entry.reached or entry.skipped


def test_a_rule_that_only_bears_the_name_of_the_last_resort_is_like_any_other() -> None:
    policy = policy_of([dimension("no-rule-fired", [rule("no-rule-fired", "false", 0)])])
    assert decide(policy).rule_id is None


def test_the_last_resort_fires_when_no_time_is_left() -> None:
    settings = AccountSettings(no_rule_fired=NoRuleFired.PENDING)
    policy = policy_of([dimension("d", [rule("a", "false", 0)])], settings)
    decision = decide(policy, settings=settings, clock=ticking(9.0))
    assert (decision.outcome, decision.rule_id) == (Outcome.PENDING, "no-rule-fired")
    assert decision.dimensions[-1].rules[0].error is None
