"""Expressions in the hands of their caller."""

from __future__ import annotations

from placet.jsonata import UNDEFINED, compile


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
