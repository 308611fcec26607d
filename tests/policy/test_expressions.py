"""Expressions are refused with the place of the fault."""

from __future__ import annotations

import pytest

from placet.errors import InvalidRequest
from placet.policy.expressions import check_expression, check_rules
from placet.policy.model import RuleDraft


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


def test_a_good_expression_has_no_problem() -> None:
    assert check_expression("value > 1") is None


def test_a_caret_stands_below_the_fault() -> None:
    problem = check_expression("value > 1 and\n  (b = ] )")
    assert problem is not None
    assert (problem.code, problem.line, problem.column) == ("S0211", 2, 8)
    assert problem.excerpt == "  (b = ] )\n       ^"


def test_a_long_line_is_cut_around_the_fault() -> None:
    problem = check_expression("a + " * 200 + ") + b" + " + b" * 200)
    assert problem is not None
    line, caret = problem.excerpt.split("\n")
    assert len(line) <= 100
    assert line[len(caret) - 1] == ")"


@pytest.mark.parametrize("source", ["(" * 5_000, "[" * 90_000, "a" * 100_000, "-" * 50_000])
def test_hostile_nesting_is_no_failure(source: str) -> None:
    check_expression(source)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("a == 1", "a single `=` compares"),
        ("a === 1", "a single `=` compares"),
        ("a !== 1", "`!=` means different"),
        ("a <> 1", "`!=` means different"),
        ("a => 1", "`<=` and `>=` end in `=`"),
        ("a = 1 && b = 2", "`and` joins two conditions"),
        ("a || b", "`or` joins two conditions"),
        ("a AND b", "`and` joins two conditions"),
        ("!a", "`$not(…)` negates"),
        ("not a", "`$not(…)` negates"),
        ("a ≥ 1", "operators are `>=`, `<=` and `!=`"),
        ("value > 1,000", "numbers are written without separators, `1000000`"),
        ("value > 1.000.000", "numbers are written without separators, `1000000`"),
        ("value >", ""),
    ],
)
def test_the_spellings_of_other_languages_get_a_hint(source: str, hint: str) -> None:
    problem = check_expression(source)
    assert problem is not None
    assert problem.hint == hint


def test_every_rule_at_fault_is_listed() -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_rules([rule("value >"), rule("true"), rule(")")], "ruleCollection")
    assert caught.value.code == "bad-expression"
    assert [item.field for item in caught.value.details] == [
        "ruleCollection[0].trigger.condition.expression",
        "ruleCollection[2].trigger.condition.expression",
    ]
