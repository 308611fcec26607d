"""Sellers' budgets and their pacing, as tables of one-line events, and what overlaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from placet.budgets.core.seller import ActivePeriod, first_overlap
from support.budgets.books import differences
from support.sellers.events import SellerEvents

CASES: list[Any] = [
    pytest.param(case["events"].splitlines(), id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases" / "sellers").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text())
]


@pytest.mark.parametrize("lines", CASES)
def test_events(lines: list[str]) -> None:
    events = SellerEvents()
    for line in lines:
        events.run(line)
    assert differences(events.book) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=6))
def test_an_overlap_is_found_where_any_two_periods_share_a_moment(
    windows: list[tuple[int, int]],
) -> None:
    periods = [
        ActivePeriod(str(number), start, start + length)
        for number, (start, length) in enumerate(windows)
    ]
    shared = [
        (one, other)
        for one in periods
        for other in periods
        if one != other and one.start < other.end and other.start < one.end
    ]
    found = first_overlap(periods)
    assert found in shared if shared else found is None
