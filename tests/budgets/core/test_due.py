"""Budgets renew and reservations expire when they are due, as their tables of events say."""

from __future__ import annotations

import pytest

from support.budgets.events import event_cases, run_events


@pytest.mark.parametrize("lines", event_cases("cycles"))
def test_events(lines: list[str]) -> None:
    run_events(lines)
