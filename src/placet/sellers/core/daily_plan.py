"""A paced budget day by day: what each day might have spent, what it did, and what is to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from placet.budgets.core.model import Budget, Entry, Position
from placet.budgets.core.pacing import Pace, allowance, first_and_last_day, pace_of, plan
from placet.kit.local_day import day_of, days_between


class PlannedDay(NamedTuple):
    """One day; amounts in 1/10,000 unit.

    `allowance` is what the day may spend, for a day to come if all before are spent in full.
    `spent` is what was spent or held, less what came back that day; None for a day to come.
    """

    day: date
    allowance: int
    spent: int | None


def daily_plan(
    budget: Budget, position: Position, entries: Iterable[Entry], now: int
) -> list[PlannedDay]:
    """Every day of a paced budget, and those outside on which something moved, in order.

    `entries` are all of the budget's. Raises ValueError for a budget that is not paced.
    """
    pacing, pace = budget.pacing, pace_of(budget, position, now)
    if pacing is None or pace is None:
        raise ValueError(f"the budget {budget.id} is not paced")
    first, last = first_and_last_day(budget)
    amounts: Counter[date] = Counter()
    spent: Counter[date] = Counter()
    for entry in entries:
        day = day_of(entry.at, pacing.time_zone)
        spent[day] += entry.used_delta + entry.held_delta
        if entry.allocation_id is None:
            amounts[day] += entry.amount_delta
    days = {day for day, moved in spent.items() if moved} | set(_days(first, last))
    past = _past(sorted({*days, *amounts}), amounts, spent, (first, last))
    planned = [item for item in past if item.day < pace.day and item.day in days]
    if pace.day in days:
        planned.append(PlannedDay(pace.day, pace.allowance, pace.spent))
    return planned + _to_come(position, pace, first, last)


def _past(
    days: Iterable[date], amounts: Counter[date], spent: Counter[date], period: tuple[date, date]
) -> list[PlannedDay]:
    first, last = period
    amount = before = 0
    planned = []
    for day in days:
        amount += amounts[day]
        within = first <= day <= last
        share = allowance(amount - before, days_between(day, last)) if within else 0
        planned.append(PlannedDay(day, share, spent[day]))
        before += spent[day]
    return planned


def _to_come(position: Position, pace: Pace, first: date, last: date) -> list[PlannedDay]:
    start = max(first, date.fromordinal(pace.day.toordinal() + 1))
    left = position.remaining - max(0, pace.remaining)
    shares = plan(left, days_between(start, last))
    return [
        PlannedDay(day, share, None) for day, share in zip(_days(start, last), shares, strict=True)
    ]


def _days(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
