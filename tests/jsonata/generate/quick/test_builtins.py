"""Quick calls of built-in functions mean what complete ones do."""

from __future__ import annotations

from typing import Any

import pytest

from jsonata.agreement import disagreements
from placet.jsonata import compile

CALLS = [
    "$round(S)",
    "$round(S, 1)",
    "$round(S / 3, 2)",
    "[$round(S, 0)]",
    "$floor(S)",
    "[$ceil(S / 7)]",
    "[$abs(S)]",
    "[$number(S)]",
    "$number(S) + 1",
    "$string(S)",
    "S & '-' & S",
    "'a' & S",
    "S % 3",
    "S = 0",
    "S != 1",
    "S > 1",
    "$join(S, ',')",
    "$join(S)",
    "$split(S, '-')",
    "$split(S, '-')[0]",
    "$count(S)",
    "$count($distinct(S))",
    "$distinct(S)",
    "$sort(S)",
    "$keys(S)",
    "$exists(S)",
    "$exists(S.a)",
    "S ~> $count()",
    "S ~> $string",
    "S.a.b",
    "S.a",
    "{'x': S, 'y': S.a}",
    "S.{'x': a, 'y': $}",
    "S.{'x': a}.x",
    "S^(a)",
    "S^(>$)",
    "S.a^(b)[0]",
    "S^(b).b",
    "$count(S^(<$))",
    "S{a: $sum(b)}",
    "S.a{b: $count(b)}",
    "S{$: $}",
    "$exists(S{$string(a): a})",
    "S{'x': a}",
    "S^(a){'x': a}",
    "S^(a).a^(b)",
]


VALUES: list[Any] = [
    0, 1, -1, True, False, None, 2.5, -2.5, 0.5, 1.005, 4.35, 2.675, 0.125, 1e15 + 0.5, 1e300, -0.0,
    -0.001, 2**53 + 1, 10**400, float("inf"), 7.0, "", "7", "007", "1.5", "a-b", "-", "\u0664",
    [], [1], ["a"], ["b", "a", "b"], [2, 1.5, 2], [1, "a"], [True, False], [[1, 2], [3]], [None],
    {}, {"a": 1}, {"a": 1, "b": 2}, {"a": {"b": 3}}, {"a": [{"b": 4}]}, {"a": [{"b": [5]}]},
    {"a": [{"b": 1}, {"b": [2, 3]}]}, [{"a": 1}], [{"a": [1]}], [{"a": 1}, {"a": 2}, {}],
    [{"a": {"b": 1}}], [[{"a": 1}]], {"a": []}, {"a": [[{"b": 1}]]},
]  # fmt: skip


@pytest.mark.parametrize("source", CALLS)
def test_usual_call_means_the_same_for_every_kind_of_value(source: str) -> None:
    for place, wrap in [("v", "v"), ("v.w", "w"), ("$", None), ("missing", None)]:
        expression = compile(source.replace("S", place))
        for value in VALUES:
            data = value if wrap is None else {"v": value if wrap == "v" else {"w": value}}
            assert not disagreements(expression, data), (expression.source, data)
