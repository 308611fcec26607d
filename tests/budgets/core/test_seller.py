"""Sellers' budgets as a table of one-line events, and what overlaps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.budgets.core.seller import ActivePeriod, first_overlap
from support.sellers.events import run_seller_events, seller_cases


@pytest.mark.parametrize("lines", seller_cases("changes"))
def test_events(lines: list[str]) -> None:
    run_seller_events(lines)


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
