"""The laws of advice, over hazardous tests in all surroundings.

A rewrite compiles, has no hazard, fails for no usual order, and is not true for all of them. Where
a test is asked for its truth, and works for orders with one item, its rewrite says the same there.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from placet.jsonata import UNDEFINED, JSONataError, compile
from placet.policies.core.hazards import Hazard, find_hazards, learn
from support.policies.hazards import groups_of
from support.project import ROOT

HAZARDOUS: Final = {
    # Of a list's fields; true or false for one item.
    "exact": (
        "items.price > 100", "items.price < 100", "100 <= items.price", "items.sku = 'A'",
        "items.sku != 'A'", "'A' = items.sku", "items.price > limit", "items.price > value / 1000",
        "items.price * items.quantity > 100", "items.price + 10 > 100",
        "items.price - items.quantity >= limit", "$uppercase(items.sku) = 'A'",
        "$contains(items.sku, 'A')", "items.sku in ['A', 'B']",
        "$sum(items.price * items.quantity) > 300", "items[price > 5].quantity > 1",
        "items.price > $average(items.price)",
    ),
    "other": (
        "tags = 'x'", "$length(items) > 1", "items.price.sum() > 100", "order.value > 50000",
        "$not(status) = 'pending'", "status = pending", "status = 'pending' or 'new'",
        "$contains(value, '7')", "creationDate > '2026-01-01'", "creationDate > $now()",
        "status = ['new', 'pending']", "value > '1000'", "vaule > 50000", "count(items) > 1",
        "items.length > 1", "status.startsWith('p')", "$exists(value > 50000)", "$not(blocked)",
    ),
}  # fmt: skip
TRUTHS: Final = ("{}", "({}) ? true : false", "$boolean({})", "({}) = true", "($b := {}; $b)")
SURROUNDINGS: Final = (
    *TRUTHS, "$exists({})", "$count({}) > 0", "$count({}) > 1", "$count({}) = 0", "$sum({}) > 0",
    "$not({})", "({}) ? status = 'new' : value > 5000", "value > 50000 and {}",
    "{} or status = 'new'", "({}) = false", "true = ({})", "{} != true", "$string({}) = 'true'",
    "[{}]", "({}) ?? false", "($b := {}; $exists($b))", "({}) ~> $not()", "$max({}) > 5",
    "$type({}) = 'boolean'", "({}) & '' = 'true'", "$count([{}]) > 0", "$exists([{}])",
    "$exists(($x := 1; {}))", "$exists(value > 5000 ? {} : false)",
    "$count({}) and value > 5000", "$length({}) > 1", "$lookup({{'a': {}}}, 'a')",
)  # fmt: skip
# Asked of each item, where the order's own fields are not at hand.
BY_ITEM: Final = (
    "$exists(items[{}])", "items[{}]", "$count(items[{}]) > 1", "items.({})",
    "$exists(items.({}))", "$exists($filter(items, function($i) {{ {} }}))",
    "$map(items, function($i) {{ {} }})",
)  # fmt: skip
ITEM_TESTS: Final = ("items.price > 100", "items.sku = 'A'", "tags = 'x'", "price > '5'")
NOW: Final = 1_790_000_000_000
CASES: Final = Path(__file__).parent / "cases"
LANGUAGE: Final = ROOT / "tests" / "jsonata" / "cases"


def _item(random: Random) -> dict[str, Any]:
    return {
        "id": str(random.randint(1, 9)),
        "sku": random.choice("ABC"),
        "price": random.choice([5, 50, 99, 100, 101, 150, 500]),
        "quantity": random.choice([1, 2, 3]),
        "tags": random.choice([[], ["x"], ["y"], ["x", "y"]]),
    }


def _order(random: Random) -> dict[str, Any]:
    year = random.choice(["2025", "2026", "2099"])
    return {
        "orderId": "O-1",
        "value": random.choice([700, 1000, 7000, 49000, 50001, 735000]),
        "limit": random.choice([1, 100, 400]),
        "status": random.choice(["pending", "new", "other"]),
        "tags": random.choice([[], ["x"], ["x", "y"]]),
        "blocked": random.choice([True, False]),
        "creationDate": f"{year}-03-14T23:30:00.000-03:00",
        "items": [_item(random) for _ in range(random.choice([1, 1, 2, 3, 4]))],
    }


_RANDOM: Final = Random(5)
ORDERS: Final = [_order(_RANDOM) for _ in range(60)]
LEARNT: Final = learn(ORDERS)


def _value(source: str, order: Any) -> Any:
    try:
        return compile(source).evaluate(order, now=NOW)
    except JSONataError as error:
        return error.code


def _check(rewrite: str) -> None:
    left = [hazard.code for hazard in find_hazards(compile(rewrite)) if not hazard.is_note]
    assert left == [], rewrite
    values = [_value(rewrite, order) for order in ORDERS]
    assert all(isinstance(value, bool) or value is UNDEFINED for value in values), rewrite
    assert not all(value is True for value in values), rewrite


def _rewrites(hazards: list[Hazard]) -> set[str]:
    return {hazard.suggestion for hazard in hazards if hazard.suggestion is not None}


ALL: Final = [*HAZARDOUS["exact"], *HAZARDOUS["other"]]


@pytest.mark.parametrize("test", ALL)
def test_a_rewrite_in_any_surroundings_is_sound(test: str) -> None:
    for surroundings in SURROUNDINGS:
        for rewrite in _rewrites(find_hazards(compile(surroundings.format(test)))):
            _check(rewrite)


@pytest.mark.parametrize("test", ITEM_TESTS)
def test_a_rewrite_inside_a_list_is_sound(test: str) -> None:
    for surroundings in BY_ITEM:
        for rewrite in _rewrites(find_hazards(compile(surroundings.format(test)))):
            _check(rewrite)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(ALL), st.sampled_from(SURROUNDINGS), st.sampled_from(SURROUNDINGS))
def test_a_rewrite_in_nested_surroundings_is_sound(test: str, inner: str, outer: str) -> None:
    expression = compile(outer.format(inner.format(test)))
    for rewrite in _rewrites(find_hazards(expression)):
        _check(rewrite)


@pytest.mark.parametrize("test", HAZARDOUS["exact"])
def test_a_rewrite_agrees_with_what_works_for_one_item(test: str) -> None:
    for surroundings in TRUTHS:
        source = surroundings.format(test)
        rewrites = _rewrites(find_hazards(compile(source)))
        assert rewrites, source
        for rewrite in rewrites:
            for order in ORDERS:
                if len(order["items"]) == 1:
                    fires = _value(source, order) is True
                    assert (_value(rewrite, order) is True) is fires, rewrite


@pytest.mark.parametrize("test", ALL)
def test_orders_at_hand_make_no_rewrite_worse(test: str) -> None:
    for surroundings in TRUTHS:
        for rewrite in _rewrites(find_hazards(compile(surroundings.format(test)), orders=LEARNT)):
            _check(rewrite)


# What is told of expressions that people really write: traps that are there, and nothing else.
TOLD: Final = {"H01", "H02", "H03", "H04", "H05", "H23"}
REAL: Final[list[str]] = yaml.safe_load((LANGUAGE / "real_expressions.yaml").read_text("utf-8"))
FOUND: Final = [case["expression"] for case in groups_of("find")["expressions people write"]]
ORDER: Final = json.loads((LANGUAGE / "order.json").read_text("utf-8"))


@pytest.mark.parametrize("source", REAL + FOUND)
def test_what_people_really_write_raises_no_false_alarm(source: str) -> None:
    assert {hazard.code for hazard in find_hazards(compile(source))} <= TOLD


@pytest.mark.parametrize("source", [source for source in REAL if "missing" not in source])
def test_nor_with_an_order_at_hand(source: str) -> None:
    assert {hazard.code for hazard in find_hazards(compile(source), sample=ORDER)} <= TOLD
