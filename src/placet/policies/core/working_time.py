"""Working time: which hours of which days count where people are to answer within so many of them.

A working day counts as long as the working hours say, whatever the clocks do that day: while they
are put back, working time stands still, and what they skip is over at once. `P1D` is one working
day, `P1W` as many as a week has, `PT4H` four working hours; so Friday 16:00 and `P1D` make Monday
16:00. Where no hours are chosen a working day is the whole day, where no days are chosen every day
is one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, model_validator

from placet.kit.durations import parts_of
from placet.kit.wire_model import Document, WireModel

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WHOLE_DAY: Final = 1_440
_MINUTE_MS: Final = 60_000
_MOST_HOLIDAYS: Final = 1_000
# Calendar arithmetic has room behind it.
_LAST_DAY: Final = date(9900, 1, 1).toordinal()
_CLOCK: Final = r"^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$"


def _weekday(text: Any) -> str:
    word = text.strip().lower() if isinstance(text, str) else ""
    for name, short in zip(_DAYS, _SHORT, strict=True):
        if word in (name, name[:3], short.lower()):
            return short
    raise ValueError(f"must be a day such as `MO` or `Monday`: {', '.join(_SHORT)}")


def _in_week_order(days: tuple[str, ...]) -> tuple[str, ...]:
    if not days:
        raise ValueError("must name at least one day; null makes every day a working day")
    if len(set(days)) < len(days):
        raise ValueError("must name each day once")
    return tuple(sorted(days, key=_SHORT.index))


def _clock(text: str) -> str:
    try:
        minutes_of(text)
    except ValueError:
        raise ValueError("must be a time such as `09:00`, at most `24:00`") from None
    return text


def _day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("must be a date such as `2026-12-25`")


def _distinct(days: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(days)) < len(days):
        raise ValueError("must name each date once")
    return tuple(sorted(days))


def minutes_of(text: str) -> int:
    """The minutes since midnight that a time of day such as `09:30` says. Raises ValueError."""
    hours, colon, minutes = text.partition(":")
    if not (colon and len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal()):
        raise ValueError(text)
    total = int(hours) * 60 + int(minutes)
    if int(minutes) >= 60 or total > _WHOLE_DAY:
        raise ValueError(text)
    return total


_Clock = Annotated[StrictStr, Field(json_schema_extra={"pattern": _CLOCK}), AfterValidator(_clock)]
WorkingDays = Annotated[
    tuple[Annotated[StrictStr, BeforeValidator(_weekday)], ...],
    Field(max_length=7),
    AfterValidator(_in_week_order),
]
Holidays = Annotated[
    tuple[Annotated[StrictStr, AfterValidator(_day)], ...],
    Field(max_length=_MOST_HOLIDAYS),
    AfterValidator(_distinct),
]


class WorkingHours(WireModel, extra="forbid"):
    """From when to when people work on a working day, in the account's time zone."""

    start: Annotated[_Clock, Field(alias="from")]
    end: Annotated[_Clock, Field(alias="to")]

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if minutes_of(self.start) >= minutes_of(self.end):
            raise ValueError(
                f"from ({self.start}) must be before to ({self.end}): hours do not go past midnight"
            )
        return self


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The calendar of an account: `days` are 0 (Monday) to 6, `opens` and `closes` minutes since
    midnight, `holidays` the ordinals of dates, sorted.
    """

    zone: ZoneInfo
    days: tuple[int, ...]
    opens: int
    closes: int
    holidays: tuple[int, ...]

    @classmethod
    def of(
        cls,
        time_zone: str,
        days: Sequence[str] | None,
        hours: WorkingHours | None,
        holidays: Sequence[str],
    ) -> Self:
        """The calendar that settings make."""
        chosen = range(7) if days is None else sorted(_SHORT.index(day) for day in days)
        return cls(
            ZoneInfo(time_zone),
            tuple(chosen),
            minutes_of(hours.start) if hours else 0,
            minutes_of(hours.end) if hours else _WHOLE_DAY,
            tuple(sorted(date.fromisoformat(day).toordinal() for day in holidays)),
        )

    def after(self, start: int, duration: str) -> int:
        """The instant by which so much working time has passed since `start`; both in milliseconds
        since 1970. It is within working hours, their end included.
        """
        days, rest = parts_of(duration, week=len(self.days))
        length = (self.closes - self.opens) * _MINUTE_MS
        day, position = self._position(start)
        full, left = divmod(position + days * length + rest, length)
        if left == 0:
            # The end of a working day rather than the start of the next.
            full, left = full - 1, length
        return self._instant(self._working_day(day, full), left)

    def _position(self, instant: int) -> tuple[int, int]:
        """The working day (ordinal) that an instant belongs to, or the next one, and how much of
        the day's working time has passed by then, in milliseconds.
        """
        local = self._local(instant)
        day = local.date().toordinal()
        if not self._works(day):
            return self._working_day(day, 0), 0
        clock = local.replace(tzinfo=None) - datetime.combine(local.date(), time())
        passed = clock // timedelta(milliseconds=1) - self.opens * _MINUTE_MS
        length = (self.closes - self.opens) * _MINUTE_MS
        if passed > length:
            return self._working_day(day + 1, 0), 0
        return day, max(0, passed)

    def _works(self, day: int) -> bool:
        at = bisect_left(self.holidays, day)
        holiday = at < len(self.holidays) and self.holidays[at] == day
        return not holiday and date.fromordinal(day).weekday() in self.days

    def _working_day(self, day: int, number: int) -> int:
        """The working day that comes `number` after `day`, or after the first one from there on."""
        found = self._weekday_after(day - 1, 1 + number)
        seen = day
        # What holidays have taken away is made up for behind them, which may pass further ones.
        while missing := self._holidays_between(seen, found):
            seen, found = found + 1, self._weekday_after(found, missing)
        return min(found, _LAST_DAY)

    def _weekday_after(self, day: int, number: int) -> int:
        """The weekday on which people work that comes `number` (from 1) after `day`."""
        weeks, left = divmod(number - 1, len(self.days))
        if day + 7 * weeks >= _LAST_DAY:
            return _LAST_DAY
        weekday = date.fromordinal(day).weekday()
        ahead = sorted((other - weekday - 1) % 7 + 1 for other in self.days)
        return day + 7 * weeks + ahead[left]

    def _holidays_between(self, first: int, last: int) -> int:
        """How many working days between these two, both included, are holidays."""
        found = self.holidays[bisect_left(self.holidays, first) : bisect_right(self.holidays, last)]
        return sum(date.fromordinal(day).weekday() in self.days for day in found)

    def _local(self, instant: int) -> datetime:
        """The local time at an instant; of an hour that comes twice, its end the second time."""
        local = _utc(instant).astimezone(self.zone)
        if not local.fold:
            return local
        back = local.replace(fold=0).utcoffset() - local.utcoffset()  # type: ignore[operator]
        change = self._change(instant - back // timedelta(milliseconds=1), instant)
        # One step before the change the clocks show the end of that hour.
        return _utc(change - 1).astimezone(self.zone) + timedelta(milliseconds=1)

    def _instant(self, day: int, position: int) -> int:
        """When so much of a day's working time has passed, or the clocks have skipped it."""
        minutes = timedelta(minutes=self.opens, milliseconds=position)
        wall = datetime.combine(date.fromordinal(day), time()) + minutes
        instant = _milliseconds(wall.replace(tzinfo=self.zone))
        shown = _utc(instant).astimezone(self.zone).replace(tzinfo=None)
        if shown == wall:
            return instant
        skipped = abs(shown - wall) // timedelta(milliseconds=1)
        return self._change(instant - skipped, instant)

    def _change(self, low: int, high: int) -> int:
        """The instant in (`low`, `high`] at which the clocks are changed."""
        before = _utc(low).astimezone(self.zone).utcoffset()
        while high - low > 1:
            middle = (low + high) // 2
            if _utc(middle).astimezone(self.zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        return high


@lru_cache(maxsize=256)
def working_time(
    time_zone: str,
    days: tuple[str, ...] | None,
    hours: WorkingHours | None,
    holidays: tuple[str, ...],
) -> WorkingTime | None:
    """The calendar that settings make; None where they choose nothing of it."""
    if days is None and hours is None and not holidays:
        return None
    return WorkingTime.of(time_zone, days, hours, holidays)


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=instant)


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def working_time_schemas() -> Document:
    """The JSON Schemas of the settings that make a calendar, by name."""
    clock = {"type": "string", "pattern": _CLOCK}
    return {
        "workingDays": {
            "description": "The days on which reminders and escalations count; every day.",
            "type": "array",
            "minItems": 1,
            "maxItems": 7,
            "uniqueItems": True,
            "items": {"type": "string", "description": f"{', '.join(_SHORT)}, or the whole name."},
        },
        "workingHours": {
            "description": "The hours of these days that count, in timeZone; the whole day.",
            "type": "object",
            "additionalProperties": False,
            "required": ["from", "to"],
            "properties": {
                "from": clock | {"description": "When they begin, such as 09:00."},
                "to": clock | {"description": "When they end, such as 17:00; at most 24:00."},
            },
        },
        "holidays": {
            "description": "Dates that do not count, such as 2026-12-25.",
            "type": "array",
            "maxItems": _MOST_HOLIDAYS,
            "uniqueItems": True,
            "items": {"type": "string", "format": "date"},
        },
    }
