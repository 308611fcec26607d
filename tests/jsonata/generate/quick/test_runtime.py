"""What quick code works with rounds and reads paths as the language does."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from jsonata.agreement import disagreements
from placet.jsonata import compile


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("$count(items[items.tags > []]) > 0", [True]),
        ("items[price > 1 or 'x']", {"items": []}),
        ("items[(a = 1) = false]", {}),
        ("$count(items['x' = 'x'])", {}),
        ("items.(1)", {"items": [1, 2]}),
        ("$sum(a)", {"a": [float("inf")]}),
        ("a * b", {"a": float("inf"), "b": 2.5}),
        ("[price * 2]", {"price": 2.5}),
        ("$sum(a.b)", {"a": [{"b": n} for n in (2**53 - 1, 4, 1 - 2**53, -1)]}),
        ("$sum(a.b)", {"a": [{"b": n} for n in (-(2**53) + 1, -4, 2**53 - 1, 1)]}),
        ("$sum(a.(b * c))", {"a": [{"b": n, "c": 3} for n in (2**52, 1, -(2**52), -1)]}),
        ("[$sum(a.b)]", {"a": [{"b": -0.0}]}),
        ("[$sum(a.b)]", {"a": [{"b": 0}, {"b": None}]}),
    ],
)
def test_odd_input_means_the_same_to_quick_code(source: str, data: Any) -> None:
    assert not disagreements(compile(source), data)


def test_path_that_has_met_an_array_means_what_it_meant() -> None:
    usual = {"a": {"b": {"c": 1}}}
    shapes: list[Any] = [
        usual, {"a": [{"b": {"c": 1}}, {"b": {"c": 2}}]}, usual, {"a": [{"b": {"c": 1}}]},
        {"a": {"b": [{"c": [1]}, {"c": 2}]}}, {"a": [{"b": [{"c": 1}, {"c": 2}]}, {"b": {"c": 3}}]},
        {"a": [{"b": 1}, {"b": {"c": 2}}]}, {"a": [[{"b": {"c": 1}}]]}, {"a": []}, {"a": None},
        {"a": [{"b": {"c": [[1]]}}]}, {"a": [{"b": {"c": [1, 2]}}, {"b": {"c": []}}]}, {}, [usual],
        [usual, usual], {"a": "text"}, {"a": ["text", "text"]}, {"a": [{}, {"b": {"c": 1}}]}, usual,
    ]  # fmt: skip
    for source in ("a.b.c", "$sum(a.b.c)", "$count(a.b.c)", "a.b.c.d", "a.b.c[$ = 1]", "$.a.b.c"):
        expression = compile(source)
        for first in shapes:
            for data in (first, *shapes):
                assert not disagreements(expression, data), (source, first, data)


def test_rounding_means_the_same_near_every_tie() -> None:
    random = Random("rounding")
    for places in range(5):
        expression = compile(f"$round(v, {places})")
        for _ in range(400):
            tie = (random.randrange(-(10**6), 10**6) + 0.5) / 10**places
            value = tie + random.choice((0, 1e-9, -1e-9, 1e-7, -1e-7, random.random()))
            assert not disagreements(expression, {"v": value}), (places, value)
