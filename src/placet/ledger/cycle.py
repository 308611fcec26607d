"""The calendar of a budget: its periods are [start, end), each as long as the first.

A window of whole months stays one: from 31 January monthly, the next ones start on 28 (or 29)
February, 31 March and so on, always counted from the first start. Any other window repeats with its
exact length. An end in the last second of a day (UTC) is read as the end of that day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from typing import Final

from placet.errors import Detail, InvalidRequest
from placet.ledger.instants import DAY, MAX_INSTANT, milliseconds, utc
from placet.ledger.model import Cycle

__all__ = ["check_cycle", "cycle_turn", "cycle_window", "same_cycle"]

_SECOND: Final = 1_000
_MONTHS: Final = 12


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
    if _end(cycle.end) - cycle.start < DAY:
        raise _refused("endDate", "must be at least a day after `startDate` for a renewed budget")
    try:
        _, second_end = cycle_window(cycle, 1)
    except (ValueError, OverflowError):
        second_end = None
    if second_end is None or second_end > MAX_INSTANT:
        raise _refused("endDate", "is too far away for a renewed budget")


def cycle_window(cycle: Cycle, turn: int) -> tuple[int, int | None]:
    """Start and end of the period after `turn` renewals."""
    if cycle.end is None:
        return cycle.start, None
    end = _end(cycle.end)
    months = _whole_months(cycle.start, end)
    if months:
        first = _add_months(cycle.start, months * turn)
        return first, _add_months(cycle.start, months * (turn + 1))
    length = end - cycle.start
    return cycle.start + length * turn, end + length * turn


def cycle_turn(cycle: Cycle, now: int) -> int:
    """The number of renewals that were due by `now`: 0 in the first period and before it."""
    if cycle.end is None or not cycle.auto_reset or now < _end(cycle.end):
        return 0
    end = _end(cycle.end)
    months = _whole_months(cycle.start, end)
    if not months:
        return (now - cycle.start) // (end - cycle.start)
    turn = max(0, _month(now) - _month(cycle.start)) // months
    while turn and cycle_window(cycle, turn)[0] > now:
        turn -= 1
    return turn


def same_cycle(one: Cycle, other: Cycle) -> bool:
    """Whether both mean the same window and rules."""
    ends = [None if cycle.end is None else _end(cycle.end) for cycle in (one, other)]
    rules = [(cycle.start, cycle.auto_reset, cycle.carry_over) for cycle in (one, other)]
    return ends[0] == ends[1] and rules[0] == rules[1]


def _end(end: int) -> int:
    past_midnight = end % DAY
    return end - past_midnight + DAY if past_midnight >= DAY - _SECOND else end


def _whole_months(start: int, end: int) -> int:
    """How many months lie between, or 0 where they are not whole."""
    months = _month(end) - _month(start)
    return months if months > 0 and _add_months(start, months) == end else 0


def _month(instant: int) -> int:
    moment = utc(instant)
    return moment.year * _MONTHS + moment.month - 1


def _add_months(instant: int, months: int) -> int:
    moment = utc(instant)
    year, month = divmod(_month(instant) + months, _MONTHS)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return milliseconds(datetime(year, month + 1, day, tzinfo=UTC)) + instant % DAY


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(f"cycleConfiguration.{field}", message)
    return InvalidRequest(str(detail), code="invalid-cycle", details=[detail])
