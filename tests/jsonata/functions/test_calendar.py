from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.functions.calendar import (
    LAST_MILLISECOND,
    Moment,
    days_of,
    month_week_of,
    week_of,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
dates = st.dates(date(2, 1, 1), date(9998, 12, 31))
timestamps = st.integers(-LAST_MILLISECOND, LAST_MILLISECOND)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)))  # noqa: DTZ001 - taken as UTC
def test_the_parts_of_a_moment_are_those_of_pythons_own_calendar(when: datetime) -> None:
    when = when.replace(tzinfo=UTC)
    moment = Moment.at((when - EPOCH) // timedelta(milliseconds=1))
    assert (moment.year, moment.month, moment.day) == (when.year, when.month, when.day)
    assert (moment.hour, moment.minute, moment.second) == (when.hour, when.minute, when.second)
    assert moment.millisecond == when.microsecond // 1000
    assert moment.weekday == when.isoweekday()
    assert moment.day_of_year == when.timetuple().tm_yday


@given(dates)
def test_weeks_are_those_of_iso_8601(day: date) -> None:
    assert week_of(days_of(day.year, day.month, day.day)) == day.isocalendar()[:2]


@given(dates)
def test_a_week_of_a_month_holds_its_thursday(day: date) -> None:
    thursday = day + timedelta(days=4 - day.isoweekday())
    month, week = month_week_of(days_of(day.year, day.month, day.day))
    assert month == thursday.month
    assert 7 * (week - 1) < thursday.day <= 7 * week


@given(timestamps)
def test_days_of_is_the_inverse_of_a_moment_in_every_year(milliseconds: int) -> None:
    moment = Moment.at(milliseconds)
    assert days_of(moment.year, moment.month, moment.day) == moment.days


@given(st.integers(-300_000, 300_000), st.integers(-50, 50), st.integers(-500, 500))
def test_units_out_of_range_run_over(year: int, month: int, day: int) -> None:
    assert days_of(year, month, day) == days_of(year, month, 1) + day - 1
    assert days_of(year, month + 12, day) == days_of(year + 1, month, day)
