"""Expressions are refused with the place of the fault."""

from __future__ import annotations

import pytest

from placet.errors import InvalidRequest
from placet.policies.core.expressions import advice, check_expression, check_rule, check_rules
from placet.policies.core.model import RuleDraft


def rule(expression: str) -> RuleDraft:
    return RuleDraft.model_validate(
        {
            "name": "Rule",
            "priority": 1,
            "trigger": {
                "condition": {"expression": expression},
                "effect": {"effectType": 0},
            },
            "scoreInterval": {"accept": 10, "deny": 5},
        }
    )


def test_a_good_expression_has_no_error() -> None:
    assert check_expression("value > 1") is None


def test_a_bad_expression_has_its_error() -> None:
    error = check_expression("value > 1 and\n  (b = ] )")
    assert error is not None
    assert (error.code, error.line, error.column) == ("S0211", 2, 8)
    assert advice(error) == "expected a value, found `]`"


def test_the_hint_follows_the_message() -> None:
    error = check_expression("a == 1")
    assert error is not None
    assert advice(error) == (
        "expected a value, found `=`; the language writes `==` as `=`; write `a = 1`"
    )


@pytest.mark.parametrize("source", ["(" * 5_000, "[" * 90_000, "a" * 100_000, "-" * 50_000])
def test_hostile_nesting_is_no_failure(source: str) -> None:
    check_expression(source)


def test_a_refusal_shows_the_place_and_what_is_meant() -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_rule(rule("value > 1\n  AND b"))
    assert caught.value.code == "bad-expression"
    first, *lines = caught.value.message.split("\n")
    assert first.startswith("`trigger.condition.expression`: 2:3: S0201: `AND` is not expected")
    assert lines == [
        "  AND b",
        "  ^^^",
        "hint: operators are in lower case: `and`",
        "write: value > 1",
        " and b",
    ]


def test_every_rule_at_fault_is_listed() -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_rules([rule("value >"), rule("true"), rule(")")], "ruleCollection")
    assert caught.value.code == "bad-expression"
    assert [item.field for item in caught.value.details] == [
        "ruleCollection[0].trigger.condition.expression",
        "ruleCollection[2].trigger.condition.expression",
    ]
