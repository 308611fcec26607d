"""`placet eval`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Placet

CASES = [
    ("1 + 1", 2),
    ("items[price > 2].sku", ["b", "c"]),
    ('"ü" & "x"', "üx"),
    ("{'a': [1, 2]}", {"a": [1, 2]}),
    ("null", None),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_the_value_is_printed_as_json(placet: Placet, expression: str, value: object) -> None:
    items = [{"sku": "a", "price": 1}, {"sku": "b", "price": 3}, {"sku": "c", "price": 4}]
    result = placet("eval", expression, "--data", "-", stdin=json.dumps({"items": items}))
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == value


def test_undefined_prints_nothing(placet: Placet) -> None:
    result = placet("eval", "missing")
    assert (result.code, result.out, result.err) == (0, "", "undefined\n")


def test_the_clock_can_be_set(placet: Placet) -> None:
    assert placet("eval", "$now()", "--at", "2026-11-20").out == '"2026-11-20T00:00:00.000Z"\n'


@pytest.mark.parametrize(
    ("expression", "sentences"),
    [
        ("value >> 1", ["S0211", "^"]),
        ("'a' * 2", ["T2001"]),
        ("($f := function($n) { 1 + $f($n) }; $f(1))", ["U1001"]),
        ("$sum", ["the value is a function"]),
        ("[$sum]", ["JSON cannot show"]),
    ],
)
def test_a_failing_expression_is_told_and_code_1(
    placet: Placet, expression: str, sentences: list[str]
) -> None:
    result = placet("eval", expression)
    assert (result.code, result.out) == (1, "")
    for sentence in sentences:
        assert sentence in result.err


def test_bad_data_is_code_2(placet: Placet) -> None:
    result = placet("eval", "1", "--data", "-", stdin="{")
    assert result.code == 2
    assert result.err.startswith("Error: the data in `-` cannot be used: it is not JSON")
