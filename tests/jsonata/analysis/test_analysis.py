"""What expressions read and use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.jsonata import compile
from placet.jsonata.analysis import analyse
from placet.jsonata.parser.parse import parse

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "analysis.yaml").read_text("utf-8"))
ORDER: dict[str, Any] = {
    "value": 5,
    "items": [{"price": 1, "tags": ["a"]}, {"price": 3, "value": 2}],
    "totals": {"a": {"value": 1}, "b": {"value": 2}},
    "budgetData": {"value": 7, "items": [{"price": 9}]},
}


@pytest.mark.parametrize(
    "case",
    [case for group in CASES.values() for case in group],
    ids=lambda case: case["expression"],
)
def test_reads_and_uses(case: dict[str, Any]) -> None:
    found = analyse(parse(case["expression"]))
    assert list(found.fields) == case.get("fields", [])
    assert list(found.variables) == case.get("variables", [])
    assert list(found.functions) == case.get("functions", [])
    assert found.may_read("budgetData") is case.get("budgets", False)
    assert found.depends_on_time is case.get("time", False)
    assert found.is_deterministic is case.get("deterministic", True)


def test_expression_remembers_its_analysis() -> None:
    expression = compile("value > budgetData.total")
    assert expression.analysis is expression.analysis
    assert expression.analysis.may_read("budgetData")
    assert not expression.analysis.may_read("budget")
    assert not expression.depends_on_time


@pytest.mark.parametrize(
    "expression",
    [
        "a" + " or a" * 499,
        "a" + " ~> $f" * 499,
        "(" * 140 + "a" + ")" * 140,
        "[a." * 70 + "b" + "]" * 70,
        "f" + "()" * 400,
        "a" + ".[b, c]" * 200,
        "$f(a[b[" * 40 + "x" + "]])" * 40,
    ],
    ids=["operators", "pipes", "parentheses", "arrays", "calls", "branches", "predicates"],
)
def test_long_and_deep_expressions_are_followed(expression: str) -> None:
    assert analyse(parse(expression)).fields
