"""Why a rule fired, in clauses that people understand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata import UNDEFINED, compile
from placet.policies.core.evidence import MAX_CLAUSES, describe_value, evidence, shorten

ORDER = {
    "value": 61250,
    "currency": "EUR",
    "limits": {"order": 50000},
    "items": [{"price": 3}, {"price": 4}],
    "odd name": 1,
}


@pytest.mark.parametrize(
    ("source", "clauses"),
    [
        ("value > 50000", ["value 61250 is above 50000"]),
        ("50000 < value", ["value 61250 is above 50000"]),
        ("value > limits.order", ["value 61250 is above limits.order 50000"]),
        ("$$.value >= 61250", ["value 61250 is at least 61250"]),
        ("currency = 'EUR'", ['currency is "EUR"']),
        ("currency != 'USD'", ['currency "EUR" is not "USD"']),
        ("currency in ['EUR', 'CHF']", ['currency "EUR" is one of ["EUR", "CHF"]']),
        ("$exists(items)", ["items exists"]),
        ("value > 5 and currency = 'EUR'", ["value 61250 is above 5", 'currency is "EUR"']),
        ("value < 5 or currency = 'EUR'", ['currency is "EUR"']),
        ("(value > 5)", ["value 61250 is above 5"]),
        ("$sum(items.price) > 5", ["`$sum(items.price)` 7 is above 5"]),
        ("value > 5 and $not(missing)", ["value 61250 is above 5", "`$not(missing)` is true"]),
        ("$not(missing)", []),
        ("true", []),
    ],
)
def test_clauses_name_what_was_compared(source: str, clauses: list[str]) -> None:
    assert evidence(compile(source), ORDER, 0) == tuple(clauses)


def test_there_are_no_more_clauses_than_anyone_reads() -> None:
    source = " and ".join(f"value > {number}" for number in range(50))
    assert len(evidence(compile(source), ORDER, 0)) == MAX_CLAUSES


@pytest.mark.parametrize("source", ["$error('x') > 1", "value > $f(1)", "$v > 2", "a.b.c > 1"])
def test_a_part_that_fails_alone_costs_the_explanation_only(source: str) -> None:
    assert all(isinstance(clause, str) for clause in evidence(compile(source), ORDER, 0))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (UNDEFINED, "undefined"),
        (True, "true"),
        (None, "null"),
        (5, "5"),
        (0.1 + 0.2, "0.3"),
        ("é", '"é"'),
        ([1, 2], "an array of 2"),
        ({"a": 1}, "an object"),
        (len, "a function"),
    ],
)
def test_a_value_is_told_in_few_words(value: Any, told: str) -> None:
    assert describe_value(value) == told


@given(text=st.text(), limit=st.integers(1, 50))
def test_a_text_is_cut_to_its_limit(text: str, limit: int) -> None:
    cut = shorten(text, limit)
    assert len(cut) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
