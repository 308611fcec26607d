"""A function that is written in place means what it means elsewhere."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from jsonata.agreement import disagreements
from jsonata.generated import ORDER, mutated
from placet.jsonata import compile
from support.jsonata.meaning import check_meaning, meanings

SOURCES = [
    "items",
    "totals",
    "missing",
    "value",
    "items.tags",
    "tags",
    "[]",
    "$",
    "items[price > 20]",
    "items[0]",
]


BODIES = [
    "$i.price * $i.quantity",
    "$i",
    "$i.price > 50",
    "$i.tags",
    "$count($i.tags)",
    "$i.missing",
    "$i[0]",
    "[$i]",
    "null",
    "$i.price > 50 ? $i.id : 'x'",
    "$uppercase($i.name)",
    "price",
    "-$i.price",
    "$i.*",
    "$i.tags[$ = 'a']",
]


SHAPES = [
    "$map(S, function($i) {B})",
    "$sum($map(S, function($i) {B}))",
    "$count($filter(S, function($i) {B}))",
    "$exists($filter(S, function($i) {B}))",
    "$filter(S, function($i) {B})[0].id",
    "$map(S, function($i) {B})[0]",
    "$reduce(S, function($a, $i) {$a + B}, 1)",
    "($x := $map(S, function($i) {B}); $x[0])",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_function_written_in_place_means_what_it_means_elsewhere(shape: str) -> None:
    for place in SOURCES:
        for body in BODIES:
            expression = compile(shape.replace("S,", f"{place},").replace("B", body))
            order = mutated(ORDER, Random(expression.source))
            assert not disagreements(expression, ORDER), expression.source
            assert not disagreements(expression, order), (expression.source, order)


@pytest.mark.parametrize("case", meanings(__file__))
def test_it_means_what_its_table_says(case: dict[str, Any]) -> None:
    check_meaning(case)
