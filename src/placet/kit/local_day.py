"""Calendar days of a time zone, each from its first midnight to that of the next day.

So days never overlap and never come twice, whatever the clocks do: a day of a change to or from
daylight saving time lasts 23 or 25 hours, and one that a zone leaves out lasts none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from placet.kit.instants import milliseconds, utc
from placet.kit.wall_clock import wall_at, when

# Calendar arithmetic has room on both sides of these.
FIRST_DAY: Final = date(1901, 1, 1)
LAST_DAY: Final = date(9899, 12, 30)


def day_start(day: date, time_zone: str) -> int:
    """The instant (milliseconds since 1970, UTC) at which the day begins there."""
    return when(milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC)), time_zone)


def day_of(instant: int, time_zone: str) -> date:
    """The day that the instant belongs to there."""
    day = utc(wall_at(instant, time_zone)).date()
    # Clocks put back across midnight show the old date again, but the new day has begun.
    following = date.fromordinal(day.toordinal() + 1)
    return following if day_start(following, time_zone) <= instant else day


def days_between(first: date, last: date) -> int:
    """How many days there are, both ends included; 0 where `last` comes before `first`."""
    return max(0, last.toordinal() - first.toordinal() + 1)
