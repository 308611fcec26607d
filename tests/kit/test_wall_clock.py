"""What clocks on walls show, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.instants import DAY, milliseconds
from placet.kit.wall_clock import midnight_before, wall_at, when

BERLIN = "Europe/Berlin"
HOUR = 3_600_000


def at(*parts: int) -> int:
    return milliseconds(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        (at(2026, 7, 1, 12), at(2026, 7, 1, 10)),
        (at(2026, 1, 1, 12), at(2026, 1, 1, 11)),
        # It comes twice: the first one counts.
        (at(2026, 10, 25, 2, 30), at(2026, 10, 25, 0, 30)),
        # It never comes: the moment at which the clocks were put forward.
        (at(2026, 3, 29, 2, 30), at(2026, 3, 29, 1)),
    ],
)
def test_a_wall_time_has_one_instant(wall: int, instant: int) -> None:
    assert when(wall, BERLIN) == instant


@given(st.integers(at(1950, 1, 1), at(2100, 1, 1)), st.sampled_from([None, BERLIN, "Asia/Tehran"]))
def test_what_the_clock_shows_comes_at_that_instant_or_came_before(
    instant: int, zone: str | None
) -> None:
    shown = wall_at(instant, zone)
    assert when(shown, zone) <= instant
    assert wall_at(when(shown, zone), zone) == shown


def test_utc_is_its_own_wall_clock() -> None:
    assert wall_at(5, None) == when(5, None) == 5


@pytest.mark.parametrize(("wall", "midnight"), [(0, 0), (DAY - 1, 0), (DAY, DAY), (-1, -DAY)])
def test_a_day_began_at_the_midnight_before(wall: int, midnight: int) -> None:
    assert midnight_before(wall) == midnight
