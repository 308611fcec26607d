"""Suspicious expressions are told, sound ones are left alone."""

from __future__ import annotations

import pytest

from placet.jsonata import compile as compile_jsonata
from placet.policy.traps import find_traps


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("items.price > 200", [(0, "array-comparison")]),
        ("value > 5 and 200 < items.price", [(20, "array-comparison")]),
        ("(items.price > 200) or x", [(1, "array-comparison")]),
        ("customData.customFields.fields.value = 'x'", [(0, "array-comparison")]),
        ("$not(value > 5)", [(0, "negated-comparison")]),
        ("a and $not((value > 5))", [(6, "negated-comparison")]),
        ("value * 2", [(0, "never-boolean")]),
        ("'yes'", [(0, "never-boolean")]),
        ("[true]", [(0, "never-boolean")]),
        ("a and $summ(items.price) > 3", [(6, "unknown-function")]),
        ("count(items) > 3", [(0, "unknown-function")]),
        ("$exists(items[$uper(sku) = 'A'])", [(14, "unknown-function")]),
    ],
)
def test_a_trap_is_found_where_it_stands(source: str, expected: list[tuple[int, str]]) -> None:
    assert [(trap.offset, trap.code) for trap in find_traps(compile_jsonata(source))] == expected


@pytest.mark.parametrize(
    "source",
    [
        "true",
        "value > 200",
        "$max(items.price) > 200",
        "$exists(items[price > 200])",
        "items[0].price > 200",
        "'x' in items.sku",
        "customData.customFields.fields[customFieldId='1'].value = 'x'",
        "$not(a = b)",
        "$not($exists(a))",
        "$boolean(a)",
        "($f := function($n) { $n > 1 }; $f(value))",
        "$exists($filter(items, function($i) { $i.price > 3 }))",
        "value > 1 ? true : false",
    ],
)
def test_a_sound_expression_is_left_alone(source: str) -> None:
    assert find_traps(compile_jsonata(source)) == []
