"""Money moves as its tables of one-line events say."""

from __future__ import annotations

import pytest

from support.budgets.events import event_cases, run_events


@pytest.mark.parametrize("lines", event_cases("movements"))
def test_events(lines: list[str]) -> None:
    run_events(lines)
