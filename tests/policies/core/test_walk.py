"""What the decision cases cannot say: time, resumption, and laws that hold for every policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.policies.core.compiled import Policy, applicable, compile_rules
from placet.policies.core.effects import RuleStatus
from placet.policies.core.evaluation import AllowanceExceeded, Timing
from placet.policies.core.model import AccountSettings, Dimension, NoRuleFired
from placet.policies.core.trace import Decision, Outcome, Result
from placet.policies.core.walk import walk

NOW = 1_760_000_000_000
ORDER = {"orderId": "o-1", "value": 70, "items": [{"price": 3}, {"price": 4}]}
EXPRESSIONS = [
    "true",
    "false",
    "value > 60",
    "value > 80",
    "missing = 1",
    "items.price > 3",
    "value",
]


def standing() -> float:
    """A clock that does not move: no time limit of a whole decision is ever reached."""
    return 0.0


def ticking(step: float) -> Callable[[], float]:
    """A clock that moves by `step` seconds whenever it is read."""
    ticks = count()
    return lambda: next(ticks) * step


def rule(identity: str, expression: str, effect: int = 1, priority: int = 1) -> dict[str, Any]:
    return {
        "id": identity,
        "name": identity,
        "priority": priority,
        "trigger": {
            "condition": {"expression": expression},
            "effect": {"effectType": effect},
        },
        "scoreInterval": {"accept": 10, "deny": 5},
    }


def dimension(identity: str, rules: list[dict[str, Any]], **fields: Any) -> Dimension:
    document = {
        "id": identity,
        "name": identity,
        "priority": 1,
        "requireAllRulesAcceptance": False,
        "ruleCollection": rules,
    }
    return Dimension.model_validate(document | fields)


def decide(policy: Policy, **options: Any) -> Decision:
    return walk(policy, ORDER, now=NOW, **({"clock": standing} | options))


@st.composite
def dimensions(draw: st.DrawFn, simulated: bool | None = None) -> list[Dimension]:
    drawn = []
    for index in range(draw(st.integers(0, 3))):
        rules = [
            rule(
                f"r{position}",
                draw(st.sampled_from(EXPRESSIONS)),
                draw(st.integers(0, 2)),
                draw(st.integers(0, 3)),
            )
            for position in range(draw(st.integers(0, 4)))
        ]
        simulate = draw(st.booleans()) if simulated is None else simulated
        fields = {
            "priority": draw(st.integers(0, 2)),
            "requireAllRulesAcceptance": draw(st.booleans()),
            "shouldSimulate": simulate,
        }
        drawn.append(dimension(f"d{index}", rules, **fields))
    return drawn


settings_strategy = st.sampled_from(
    [AccountSettings(no_rule_fired=choice) for choice in NoRuleFired]
)


def policy_of(drawn: list[Dimension], settings: AccountSettings | None = None) -> Policy:
    return compile_rules(applicable(drawn, (), settings))


@given(dimensions(), settings_strategy)
def test_equal_walks_give_equal_decisions(
    drawn: list[Dimension], settings: AccountSettings
) -> None:
    policy = policy_of(drawn, settings)
    assert decide(policy, settings=settings) == decide(policy, settings=settings)


@given(dimensions(), settings_strategy)
def test_a_decision_survives_json(drawn: list[Dimension], settings: AccountSettings) -> None:
    decision = decide(policy_of(drawn, settings), settings=settings)
    document = json.loads(json.dumps(decision.to_document()))
    assert Decision.from_document(document) == decision


@given(dimensions())
def test_a_policy_survives_its_snapshot(drawn: list[Dimension]) -> None:
    policy = policy_of(drawn)
    again = Policy.from_document(json.loads(json.dumps(policy.to_document())))
    assert again.digest == policy.digest
    assert again.to_document() == policy.to_document()


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


def test_equal_dimensions_share_one_compiled_policy() -> None:
    make = [dimension("d", [rule("a", "true")])]
    again = [Dimension.model_validate(make[0].to_document())]
    assert compile_rules(make) is compile_rules(again)


def test_the_digest_depends_on_the_order_of_the_walk() -> None:
    first, second = dimension("a", []), dimension("b", [])
    assert compile_rules([first, second]).digest != compile_rules([second, first]).digest


def test_a_rule_that_only_bears_the_name_of_the_last_resort_is_like_any_other() -> None:
    policy = policy_of([dimension("no-rule-fired", [rule("no-rule-fired", "false", 0)])])
    assert decide(policy).rule_id is None


def test_the_last_resort_fires_when_no_time_is_left() -> None:
    settings = AccountSettings(no_rule_fired=NoRuleFired.PENDING)
    policy = policy_of([dimension("d", [rule("a", "false", 0)])], settings)
    decision = decide(policy, settings=settings, clock=ticking(9.0))
    assert (decision.outcome, decision.rule_id) == (Outcome.PENDING, "no-rule-fired")
    assert decision.dimensions[-1].rules[0].error is None
