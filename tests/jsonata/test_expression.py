"""The language, construct by construct, against what the official engine answers."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Any

import pytest
import yaml

from jsonata.agreement import disagreements
from placet.jsonata import UNDEFINED, JSONataError, compile
from placet.jsonata.runtime.values import Function

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "semantics.yaml").read_text("utf-8"))
INPUT = json.loads(CASES["input"])
TABLE = [
    pytest.param(case, id=f"{group}: {case['expression']}")
    for group, cases in CASES["groups"].items()
    for case in cases
]


def same(found: Any, wanted: Any) -> bool:
    """Equality as the language has it: true is not 1, 1 is 1.0, numbers are doubles."""
    if isinstance(wanted, str) and wanted in ("<fn>", "<inf>"):
        return (
            isinstance(found, Function)
            if wanted == "<fn>"
            else found in (inf, -inf) or found != found
        )
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return list(found) == list(wanted) and all(
            same(found[name], wanted[name]) for name in wanted
        )
    if isinstance(wanted, int | float):
        return type(found) in (int, float) and float(found) == float(wanted)
    return type(found) is type(wanted) and found == wanted


@pytest.mark.parametrize("case", TABLE)
def test_meaning(case: dict[str, Any]) -> None:
    expression = compile(case["expression"])
    if "error" in case:
        with pytest.raises(JSONataError) as caught:
            expression.evaluate(INPUT)
        assert caught.value.code == case["error"]
    elif "value" in case:
        assert same(expression.evaluate(INPUT), json.loads(case["value"]))
    else:
        assert expression.evaluate(INPUT) is UNDEFINED
    assert not disagreements(expression, INPUT)


def test_arguments_of_evaluate() -> None:
    expression = compile("$x + a")
    assert expression.evaluate({"a": 1}, {"x": 2}) == 3
    assert expression.evaluate({"a": 1}, bindings={"x": 2}) == 3
    assert compile("$now()").evaluate(None, now=0) == "1970-01-01T00:00:00.000Z"
    assert compile("$millis()").evaluate(None, now=12) == 12
    assert compile("$").evaluate(UNDEFINED) is UNDEFINED


def test_caller_may_rebind_a_built_in() -> None:
    assert compile("$sum + 1").evaluate(None, {"sum": 4}) == 5
    assert compile("$sum([1, 2])").evaluate(None) == 3


def test_root_array_is_one_item() -> None:
    assert compile("$").evaluate([1, 2]) == [1, 2]
    assert compile("$[0]").evaluate([1, 2]) == 1
    assert compile("a").evaluate([{"a": 1}, {"a": 2}]) == [1, 2]
    assert compile("$count($)").evaluate([1, 2]) == 2


def test_whole_numbers_are_ints_wherever_they_stand() -> None:
    found = compile("[6 / 2, 2.5 * 2, {'a': 1.5 + 1.5}, $sum([0.5, 0.5])]").evaluate(None)
    assert [type(item) for item in (*found[:2], found[2]["a"], found[3])] == [int] * 4


def test_result_of_a_compiled_expression_does_not_depend_on_earlier_ones() -> None:
    expression = compile("items.price")
    assert expression.evaluate({"items": [{"price": 1}, {"price": 2}]}) == [1, 2]
    assert expression.evaluate({"items": {"price": [3]}}) == [3]
    assert expression.evaluate({}) is UNDEFINED
