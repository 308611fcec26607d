"""What a budget may spend today, so that it lasts evenly to its last day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.budgets.core.pacing import allowance, plan
from support.sellers.events import run_seller_events, seller_cases


@given(st.integers(0, 10**18), st.integers(1, 400))
def test_the_allowances_of_the_days_left_sum_to_what_is_left(left: int, days: int) -> None:
    shares = plan(left, days)
    assert len(shares) == days
    assert sum(shares) == left
    assert shares[0] == allowance(left, days)
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize("lines", seller_cases("pacing"))
def test_events(lines: list[str]) -> None:
    run_seller_events(lines)
