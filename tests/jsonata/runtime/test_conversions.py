from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.conversions import (
    equal,
    identity,
    is_number,
    to_string,
    truthy,
    type_name,
)
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED, ConsArray, Sequence

SUM = BUILTINS["sum"]

VALUES = st.recursive(
    st.none() | st.booleans() | st.sampled_from([0, 1, 1.0, 2, 2**53, 2**53 + 1, 0.5, "", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def shared(depth: int, leaf: Any) -> list[Any]:
    value = [leaf]
    for _ in range(depth):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (UNDEFINED, False),
        (None, False),
        (True, True),
        (False, False),
        (0, False),
        (0.0, False),
        (-0.0, False),
        (0.1, True),
        ("", False),
        ("0", True),
        ({}, False),
        ({"a": None}, True),
        (SUM, False),
        ([], False),
        ([0], False),
        ([[[1]]], True),
        ([0, [""], [[], {}]], False),
        ([0, [0, [0, 1]]], True),
        (Sequence([0]), False),
        (ConsArray([1]), True),
    ],
)
def test_truth_of_a_value(value: Any, wanted: bool) -> None:
    assert truthy(value) is wanted


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ("1", 1, False),
        (None, None, True),
        (None, False, False),
        (2**53, 2**53 + 1, True),
        (2**53, 2**53 - 1, False),
        (2**53 + 1, float(2**53), True),
        (10**400, 10**401, True),
        (0.0, -0.0, True),
        ([1, [2]], Sequence([1.0, [2]]), True),
        ([1], [True], False),
        ([1, 2], [1], False),
        ([1], 1, False),
        ([], {}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": True}, False),
        (SUM, SUM, True),
        (SUM, BUILTINS["max"], False),
        (UNDEFINED, UNDEFINED, True),
    ],
)
def test_equality_of_values(left: Any, right: Any, wanted: bool) -> None:
    assert equal(left, right) is equal(right, left) is wanted
    state = State(Limits())
    assert (identity(left, state) == identity(right, state)) is wanted


@given(VALUES, VALUES)
def test_values_are_equal_exactly_when_their_identities_are(left: Any, right: Any) -> None:
    state = State(Limits())
    assert equal(left, right) == (identity(left, state) == identity(right, state))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("a", "a"),
        ("\ud800", "\ud800"),
        (UNDEFINED, ""),
        (SUM, ""),
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1e+21"),
        ([-0.0, 1 / 3, SUM, float("nan")], '[0,0.333333333333333,"",null]'),
        ({"\u007f\u2028\x1f": ["\ud800\n"]}, '{"\x7f\u2028\\u001f":["\\ud800\\n"]}'),
        (Sequence([1]), "[1]"),
    ],
)
def test_text_of_a_value(value: Any, wanted: str) -> None:
    assert to_string(value) == wanted


def test_pretty_text_puts_every_item_on_its_line() -> None:
    assert to_string({"a": [1, {"b": {}}], "c": []}, True).split("\n") == [
        "{",
        '  "a": [',
        "    1,",
        "    {",
        '      "b": {}',
        "    }",
        "  ],",
        '  "c": []',
        "}",
    ]


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 10**400])
def test_infinite_number_has_no_text(number: float) -> None:
    with pytest.raises(JSONataError, match="D3001"):
        to_string(number)


@pytest.mark.parametrize("walk", [to_string, lambda value: equal(value, nested(100_000))])
def test_value_nested_too_deeply_ends_with_an_error(walk: Any) -> None:
    with pytest.raises(JSONataError, match="U1001"):
        walk(nested(100_000))


def test_truth_of_a_deep_value_needs_no_stack() -> None:
    patient = State(Limits(time_ms=60_000))
    assert truthy(nested(100_000), patient) is False


@pytest.mark.parametrize(
    "walk",
    [
        lambda state: truthy(shared(60, 0), state),
        lambda state: equal(shared(60, 0), shared(60, 0), state),
        lambda state: identity(shared(60, 0), state),
        lambda state: to_string(shared(60, 0), False, state),
    ],
)
def test_value_that_shares_its_parts_ends_at_the_step_limit(walk: Any) -> None:
    with pytest.raises(JSONataError, match="U1001"):
        walk(State(Limits(steps=10_000)))


def test_type_names_and_numbers() -> None:
    values = [None, True, 1, 0.5, "", [], {}, SUM, Sequence()]
    assert [type_name(value) for value in values] == [
        "null", "boolean", "number", "number", "string", "array", "object", "function", "array",
    ]  # fmt: skip
    assert [value for value in values if is_number(value)] == [1, 0.5]
