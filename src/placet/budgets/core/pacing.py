"""Pacing: what a budget may spend today, so that it lasts evenly to its last day.

The allowance of a day is what was left when it began, divided by the days left, both ends included
and rounded down to 1/10,000 unit; the last day gets all the rest. So what earlier days spent less
or more is spread over those to come. Every change of the amount or the dates counts at once.

Money counts on the day it was set aside or debited. What comes back of the same day's spending may
be spent again that day; what comes back of earlier days, or from outside, is left for all days.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from placet.budgets.core.model import Budget, Pacing, Position, Status
from placet.errors import Conflict
from placet.kit.local_day import day_of, day_start, days_between
from placet.kit.money import amount_number, amount_text


class StopReason(StrEnum):
    """Why nothing can be spent, in the words of the API."""

    MANUALLY_STOPPED = "ManuallyStopped"
    NOT_YET_STARTED = "NotYetStarted"
    ENDED = "Ended"
    NO_MORE_BUDGET = "NoMoreBudget"
    NO_MORE_DAILY_BUDGET = "NoMoreDailyBudget"


_CODES = {
    StopReason.MANUALLY_STOPPED: "manually-stopped",
    StopReason.NOT_YET_STARTED: "not-yet-started",
    StopReason.ENDED: "ended",
    StopReason.NO_MORE_BUDGET: "no-more-budget",
    StopReason.NO_MORE_DAILY_BUDGET: "no-more-daily-budget",
}


class Pace(NamedTuple):
    """How a paced budget stands on one day; amounts in 1/10,000 unit.

    `allowance` is what the day may spend in all, `spent` what of it is spent or held, `remaining`
    what is left of it (below zero where the allowance has shrunk since, or an order would overdraw
    it). `ahead` is by how much more than evenly the days before have spent, negative for less.
    """

    day: date
    days_left: int
    allowance: int
    spent: int
    remaining: int
    ahead: int
    stopped_by: StopReason | None


def allowance(left: int, days: int) -> int:
    """What the first of `days` days may spend of what is left; nothing where nothing is left."""
    return max(0, left) // days if days > 0 else 0


def plan(left: int, days: int) -> list[int]:
    """The allowances of the days to come if each is spent in full; their sum is what is left."""
    shares = []
    for number in range(days, 0, -1):
        share = allowance(left, number)
        left -= share
        shares.append(share)
    return shares


def first_and_last_day(budget: Budget) -> tuple[date, date]:
    """The days that a paced budget is for. Raises ValueError for a budget without an end."""
    pacing, period = budget.pacing, budget.period
    if pacing is None or period.end is None:
        raise ValueError(f"the budget {budget.id} is not paced")
    return day_of(period.start, pacing.time_zone), day_of(period.end - 1, pacing.time_zone)


def pace_of(budget: Budget, position: Position, now: int) -> Pace | None:
    """How a budget stands at `now`; None for one that is not paced."""
    pacing = budget.pacing
    if pacing is None:
        return None
    pacing = _on_day(pacing, position.adjustment, now)
    first, last = first_and_last_day(budget)
    today = date.fromordinal(pacing.day)
    days_left = days_between(max(today, first), last)
    opening = min(pacing.opening, position.adjustment)
    left = position.amount - opening
    runs = first <= today <= last
    share = allowance(left, days_left) if runs else 0
    spent = position.adjustment - opening
    remaining = min(share - spent, position.remaining)
    days = days_between(first, last)
    passed = days_between(first, min(last, date.fromordinal(pacing.day - 1)))
    ahead = opening - position.amount * passed // days if days else 0
    reason = _not_running(budget, now) or _used_up(position.remaining, remaining)
    return Pace(today, days_left, share, spent, remaining, ahead, reason)


def pace_document(pace: Pace, time_zone: str) -> dict[str, Any]:
    """The `pacing` object of the API and of `budgetData`."""
    return {
        "date": pace.day.isoformat(),
        "timeZone": time_zone,
        "daysLeft": pace.days_left,
        "allowanceToday": amount_number(pace.allowance),
        "spentToday": amount_number(pace.spent),
        "remainingToday": amount_number(pace.remaining),
        "ahead": amount_number(pace.ahead),
        "stoppedBy": None if pace.stopped_by is None else pace.stopped_by.value,
    }


def check_running(budget: Budget, now: int) -> None:
    """Refuse whatever a paced budget may not do now. Raises Conflict with the reason."""
    reason = _not_running(budget, now)
    if reason is None:
        return
    first, last = first_and_last_day(budget)
    words = {
        StopReason.MANUALLY_STOPPED: "the budget is suspended",
        StopReason.NOT_YET_STARTED: f"the budget starts on `{first}`",
        StopReason.ENDED: f"the last day of the budget was `{last}`",
    }
    raise _stopped(reason, words[reason])


def check_pace(budget: Budget, position: Position, amount: int, now: int) -> None:
    """Refuse an amount that a paced budget has not left, or not today. Raises Conflict."""
    if amount > position.remaining:
        raise _stopped(
            StopReason.NO_MORE_BUDGET,
            f"`{amount_text(amount)}` exceeds the `{amount_text(position.remaining)}` that remain",
        )
    pace = pace_of(budget, position, now)
    if pace is not None and amount > pace.remaining:
        raise _stopped(
            StopReason.NO_MORE_DAILY_BUDGET,
            f"`{amount_text(amount)}` exceeds the `{amount_text(max(0, pace.remaining))}` left of"
            f" today's allowance of `{amount_text(pace.allowance)}`",
        )


def moved_pacing(
    pacing: Pacing, before: int, after: int, at: int, spent_at: int | None = None
) -> Pacing:
    """The pacing after a movement at `at` that took what is spent or held from `before` to `after`.

    `spent_at` is when the money that comes back was spent; None where that is not known.
    """
    pacing = _on_day(pacing, before, at)
    opening = pacing.opening
    if after < before:
        begun = day_start(date.fromordinal(pacing.day), pacing.time_zone)
        if spent_at is None or spent_at < begun:
            opening += after - before
        opening = min(opening, after)
    return pacing if opening == pacing.opening else pacing._replace(opening=opening)


def _on_day(pacing: Pacing, adjustment: int, at: int) -> Pacing:
    """The pacing on the day of `at`; a clock that went back does not begin a day again."""
    day = day_of(at, pacing.time_zone).toordinal()
    return Pacing(pacing.time_zone, day, adjustment) if day > pacing.day else pacing


def _not_running(budget: Budget, now: int) -> StopReason | None:
    period = budget.period
    if budget.status is not Status.ACTIVE:
        return StopReason.MANUALLY_STOPPED
    if now < period.start:
        return StopReason.NOT_YET_STARTED
    return StopReason.ENDED if period.end is not None and now >= period.end else None


def _used_up(remaining: int, remaining_today: int) -> StopReason | None:
    if remaining <= 0:
        return StopReason.NO_MORE_BUDGET
    return StopReason.NO_MORE_DAILY_BUDGET if remaining_today <= 0 else None


def _stopped(reason: StopReason, words: str) -> Conflict:
    return Conflict(f"`{reason}`: {words}", code=_CODES[reason])
