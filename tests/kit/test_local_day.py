"""Calendar days of a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.instants import DAY, milliseconds
from placet.kit.local_day import day_of, day_start, days_between

ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "+02:00"]
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 10, 25), 25),
    ],
)
def test_a_day_of_a_change_is_an_hour_shorter_or_longer(day: date, hours: int) -> None:
    following = date.fromordinal(day.toordinal() + 1)
    lasted = day_start(following, "Europe/Berlin") - day_start(day, "Europe/Berlin")
    assert lasted == hours * HOUR


def test_a_day_that_a_zone_leaves_out_lasts_nothing() -> None:
    left_out = date(2011, 12, 30)
    following = date(2011, 12, 31)
    assert day_start(left_out, "Pacific/Apia") == day_start(following, "Pacific/Apia")


def test_a_day_begins_at_the_first_midnight_of_its_zone() -> None:
    begins = milliseconds(datetime(2026, 6, 30, 22, tzinfo=UTC))
    assert day_start(date(2026, 7, 1), "Europe/Berlin") == begins


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from(ZONES),
    st.integers(0, DAY - HOUR - 1),
)
def test_every_moment_belongs_to_the_day_that_has_begun(day: date, zone: str, after: int) -> None:
    start = day_start(day, zone)
    following = day_start(date.fromordinal(day.toordinal() + 1), zone)
    assert start <= following
    if start + after < following:
        assert day_of(start + after, zone) == day
        assert day_of(start - 1, zone) < day


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(date(2026, 1, 1), date(2026, 1, 1), 1), (date(2026, 1, 1), date(2026, 12, 31), 365),
     (date(2026, 1, 2), date(2026, 1, 1), 0)],
)  # fmt: skip
def test_both_ends_are_counted(first: date, last: date, days: int) -> None:
    assert days_between(first, last) == days
