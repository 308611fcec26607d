"""The calendar of a budget: its periods are [start, end), each as long as the first.

They are counted on the wall clocks of the cycle's time zone. A window of whole months stays one:
from 31 January monthly, the next ones start on 28 (or 29) February, 31 March and so on, always
counted from the first start, and each at the same time of day, over daylight saving. So do windows
of whole days. Any other window repeats with its exact length. An end in the last second of a day is
read as the end of that day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from placet.budgets.core.model import Cycle, Period
from placet.errors import Detail, InvalidRequest
from placet.kit.instants import DAY, MAX_INSTANT, milliseconds, utc
from placet.kit.wall_clock import midnight_before, wall_at, when

_SECOND: Final = 1_000
_MONTHS: Final = 12


class _Step(NamedTuple):
    """What leads from one period to the next: `size` months, days or milliseconds.

    `day` is the day of the month on which periods of months begin, where the month has it.
    """

    unit: str
    size: int
    day: int = 0


def check_cycle(cycle: Cycle) -> None:
    """Refuse a cycle that cannot be followed.

    Raises:
        InvalidRequest: it ends before it starts, renews without an end or more often than daily, or
            its second period would leave the calendar.
    """
    if cycle.end is None:
        if cycle.auto_reset:
            raise _refused("endDate", "is needed when `autoResetOnPeriodEnd` is true")
        return
    if cycle.end <= cycle.start:
        raise _refused("endDate", "must be after `startDate`")
    if not cycle.auto_reset:
        return
    step = _step(cycle)
    if step.unit == "exact" and step.size < DAY:
        raise _refused("endDate", "must be at least a day after `startDate` for a renewed budget")
    try:
        _, second_end = cycle_window(cycle, 1)
    except (ValueError, OverflowError):
        second_end = None
    if second_end is None or second_end > MAX_INSTANT:
        raise _refused("endDate", "is too far away for a renewed budget")


def cycle_window(cycle: Cycle, turn: int) -> tuple[int, int | None]:
    """Start and end of the period after `turn` renewals."""
    if cycle.end is None or not cycle.auto_reset:
        return cycle.start, _end(cycle)
    step = _step(cycle)
    return _begin(cycle, step, turn), _begin(cycle, step, turn + 1)


def cycle_turn(cycle: Cycle, now: int) -> int:
    """The number of renewals that were due by `now`: 0 in the first period and before it."""
    if cycle.end is None or not cycle.auto_reset:
        return 0
    step = _step(cycle)
    turn = max(0, _guess(cycle, step, now))
    while turn and _begin(cycle, step, turn) > now:
        turn -= 1
    while _begin(cycle, step, turn + 1) <= now:
        turn += 1
    return turn


def next_window(cycle: Cycle, period: Period) -> tuple[int, int, int | None]:
    """Turn, start and end of the period that follows one that ends.

    It starts where that one ends. Where the cycle was changed meanwhile, and so has no period that
    starts there, it ends with the one that starts nearest.
    """
    if period.end is None:
        raise ValueError(f"period {period.number} of {period.budget_id} never ends")
    turn = cycle_turn(cycle, period.end)
    start, end = cycle_window(cycle, turn)
    if start != period.end and end is not None and period.end - start > end - period.end:
        turn += 1
        _, end = cycle_window(cycle, turn)
    return turn, period.end, end


def time_of_day(cycle: Cycle) -> int | None:
    """The wall time, in milliseconds since midnight, at which periods of months or days begin; None
    for other periods.
    """
    if cycle.end is None or _step(cycle).unit == "exact":
        return None
    return _calendar_wall(cycle.start, _anchor(cycle)) % DAY


def same_window(cycle: Cycle, start: int, end: int | None) -> bool:
    """Whether the cycle's first window is from `start` to `end`."""
    other = replace(cycle, start=start, end=end)
    return cycle.start == start and _end(cycle) == _end(other)


def is_window_of(cycle: Cycle, start: int, end: int | None, last_turn: int) -> bool:
    """Whether the cycle has, or before a change of its time zone had, a period of this window, at
    most so many renewals after the first.
    """
    if same_window(cycle, start, end):
        return True
    if not cycle.auto_reset:
        return False
    for counted in (cycle, replace(cycle, time_zone=_anchor(cycle), anchor_zone=None)):
        turn = cycle_turn(counted, start)
        given = replace(counted, start=start, end=end, anchor_zone=None)
        if turn <= last_turn and cycle_window(counted, turn) == (start, _end(given)):
            return True
    return False


def counted_in(cycle: Cycle, zone: str | None) -> Cycle:
    """The same dates and times of day on the wall clocks of another time zone."""
    anchor = _anchor(cycle)
    return replace(cycle, time_zone=zone, anchor_zone=None if zone == anchor else anchor or "UTC")


def _anchor(cycle: Cycle) -> str | None:
    """The zone on whose clocks the cycle's start and end are to be read."""
    return cycle.time_zone if cycle.anchor_zone is None else cycle.anchor_zone


def _step(cycle: Cycle) -> _Step:
    zone, end = _anchor(cycle), _end(cycle)
    if end is None:
        raise ValueError("a cycle without an end has one period only")
    first, last = _calendar_wall(cycle.start, zone), _calendar_wall(end, zone)
    if (last - first) % DAY == 0 and last > first:
        months, day = _month(last) - _month(first), max(utc(first).day, utc(last).day)
        if months > 0 and all(_on_day(wall, 0, day) == wall for wall in (first, last)):
            return _Step("months", months, day)
        return _Step("days", (last - first) // DAY)
    return _Step("exact", end - cycle.start)


def _begin(cycle: Cycle, step: _Step, turn: int) -> int:
    """When the period after `turn` renewals begins."""
    end = _end(cycle)
    if turn < 2 and cycle.anchor_zone is None and end is not None:
        # As given: of a wall time that comes twice it may be the second.
        return end if turn else cycle.start
    if step.unit == "exact":
        return cycle.start + step.size * turn
    first = _calendar_wall(cycle.start, _anchor(cycle))
    if step.unit == "months":
        return when(_on_day(first, step.size * turn, step.day), cycle.time_zone)
    return when(first + step.size * turn * DAY, cycle.time_zone)


def _guess(cycle: Cycle, step: _Step, now: int) -> int:
    """About how many renewals were due by `now`."""
    if step.unit == "exact":
        return (now - cycle.start) // step.size
    first = _calendar_wall(cycle.start, _anchor(cycle))
    last = wall_at(now, cycle.time_zone)
    if step.unit == "months":
        return (_month(last) - _month(first)) // step.size
    return (last - first) // (step.size * DAY)


def _end(cycle: Cycle) -> int | None:
    """The end, where one in the last second of a day is the next midnight."""
    if cycle.end is None:
        return None
    zone = _anchor(cycle)
    wall = wall_at(cycle.end, zone)
    if wall % DAY < DAY - _SECOND:
        return cycle.end
    return when(midnight_before(wall) + DAY, zone)


def _calendar_wall(instant: int, zone: str | None) -> int:
    """The wall time of an instant, and midnight for the first moment of a day that has none."""
    wall = wall_at(instant, zone)
    midnight = midnight_before(wall)
    return midnight if wall != midnight and when(midnight, zone) == instant else wall


def _month(wall: int) -> int:
    moment = utc(wall)
    return moment.year * _MONTHS + moment.month - 1


def _on_day(wall: int, months: int, day: int) -> int:
    """The wall time so many months later, on that day of the month or on its last one."""
    year, month = divmod(_month(wall) + months, _MONTHS)
    day = min(day, monthrange(year, month + 1)[1])
    return milliseconds(datetime(year, month + 1, day, tzinfo=UTC)) + wall % DAY


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(f"cycleConfiguration.{field}", message)
    return InvalidRequest(str(detail), code="invalid-cycle", details=[detail])
