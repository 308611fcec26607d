"""What a budget's maker should know of it, though nothing is wrong."""

from __future__ import annotations

import pytest

from placet.budgets.core.model import Position
from placet.budgets.core.warnings import budget_warnings, over_allocation, time_zone_of
from support.budgets.events import Events


def budget_after(*lines: str) -> Events:
    events = Events()
    for line in lines:
        events.run(line)
    return events


@pytest.mark.parametrize(
    ("allocated", "over"), [(0, None), (1_000_000, None), (1_000_001, "0.0001"), (3_000_000, "200")]
)
def test_allocations_beyond_the_budget_are_told_with_how_much(
    allocated: int, over: str | None
) -> None:
    told = over_allocation(None, position(1_000_000, allocated))  # type: ignore[arg-type]
    assert (f"exceed the budget by `{over}`" in told[0]) if over else told == []


def position(amount: int, allocated: int) -> Position:
    events = budget_after("budget B 100 -> ok")
    return events.book.budget_positions.values["B"]._replace(amount=amount, allocated=allocated)


def test_a_plain_budget_has_nothing_to_be_told_and_counts_in_utc() -> None:
    events = budget_after("budget B 100 -> ok")
    budget = events.book.budgets.values["B"]
    assert budget_warnings(budget, events.book.budget_positions.values["B"]) == []
    assert time_zone_of(budget) == "UTC"
