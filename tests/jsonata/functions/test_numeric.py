"""Functions of numbers."""

from __future__ import annotations

from typing import Any

from support.jsonata.calls import call, check


def test_a_call_gives_what_its_table_says(table_row: dict[str, Any]) -> None:
    check(table_row)


def test_random_is_at_least_zero_and_below_one() -> None:
    assert all(0 <= call("random") < 1 for _ in range(100))
