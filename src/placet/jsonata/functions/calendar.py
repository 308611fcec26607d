"""The proleptic Gregorian calendar on whole milliseconds since 1970, for any year."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from placet.jsonata.errors import JSONataError

__all__ = ["LAST_MILLISECOND", "Moment", "days_of", "month_week_of", "week_of"]

LAST_MILLISECOND: Final = 8_640_000_000_000_000
"""The language's timestamps lie within this many milliseconds on both sides of 1970."""

_DAY: Final = 86_400_000
_ERA_YEARS: Final = 400
_ERA_DAYS: Final = 146_097
_EPOCH: Final = date(1970, 1, 1).toordinal()


class Moment(NamedTuple):
    """A timestamp taken apart on a clock that is `offset` minutes ahead of UTC."""

    days: int
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    millisecond: int
    offset: int

    @classmethod
    def at(cls, milliseconds: int | float, offset: int = 0) -> Moment:
        """The moment `milliseconds` after 1970 UTC.

        Raises:
            JSONataError: D1001 when it is outside the language's range.
        """
        if not -LAST_MILLISECOND <= milliseconds <= LAST_MILLISECOND:
            raise JSONataError("D1001", value=milliseconds)
        days, rest = divmod(int(milliseconds) + offset * 60_000, _DAY)
        seconds, millisecond = divmod(rest, 1000)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        year, month, day = _civil(days)
        return cls(days, year, month, day, hour, minute, second, millisecond, offset)

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return _weekday(self.days)

    @property
    def day_of_year(self) -> int:
        """1 for the first of January."""
        return self.days - days_of(self.year, 1, 1) + 1


def days_of(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01; a month or day outside its range runs over into its neighbours."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    eras, year_of_era = divmod(year, _ERA_YEARS)
    # `date` knows the years from 1 on, so the first era is shifted by one.
    first = date(year_of_era + _ERA_YEARS, month, 1).toordinal() - _EPOCH
    return first + (eras - 1) * _ERA_DAYS + day - 1


def _civil(days: int) -> tuple[int, int, int]:
    eras, rest = divmod(days + _EPOCH, _ERA_DAYS)
    shifted = date.fromordinal(rest + _ERA_DAYS)
    return shifted.year + (eras - 1) * _ERA_YEARS, shifted.month, shifted.day


def _weekday(days: int) -> int:
    return (days + 3) % 7 + 1


def week_of(days: int) -> tuple[int, int]:
    """ISO 8601 year and week of a day: a week belongs to the year of its Thursday."""
    thursday = days - _weekday(days) + 4
    year = _civil(thursday)[0]
    return year, (thursday - days_of(year, 1, 1)) // 7 + 1


def month_week_of(days: int) -> tuple[int, int]:
    """Month and week of that month of a day: a week belongs to the month of its Thursday."""
    _, month, day = _civil(days - _weekday(days) + 4)
    return month, (day - 1) // 7 + 1
