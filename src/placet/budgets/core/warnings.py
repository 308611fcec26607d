"""What a budget's maker should know of it, though nothing is wrong: one sentence each."""

from __future__ import annotations

from placet.budgets.core.cycle import time_of_day
from placet.budgets.core.model import Budget, Position
from placet.kit.instants import DAY, MINUTE
from placet.kit.money import amount_text
from placet.kit.time_zones import is_offset


def time_zone_of(budget: Budget) -> str:
    """The zone in which a budget's days or periods begin."""
    if budget.pacing is not None:
        return budget.pacing.time_zone
    return budget.cycle.time_zone or "UTC"


def budget_warnings(budget: Budget, position: Position) -> list[str]:
    """All that is to be said of a budget."""
    return [*_calendar(budget), *over_allocation(budget, position)]


def over_allocation(budget: Budget, position: Position) -> list[str]:
    """That the allocations are more than the budget, so that it can be overdrawn by those that are
    not.
    """
    if not position.over_allocated:
        return []
    over = amount_text(position.allocated - position.amount)
    return [
        f"the allocations exceed the budget by `{over}`: it can be overdrawn though no allocation"
        " is; a rule that stops orders should read the `balance` of the budget too"
    ]


def _calendar(budget: Budget) -> list[str]:
    zone, cycle = budget.cycle.time_zone, budget.cycle
    if zone is None or not cycle.auto_reset:
        return []
    if is_offset(zone):
        return [
            f"periods are counted at the offset `{zone}`, because no time zone is set: daylight"
            " saving is not known; name a zone such as `Europe/Paris` in"
            " `cycleConfiguration.timeZone`"
        ]
    begins = time_of_day(cycle)
    if begins in (None, 0):
        return []
    hours, minutes = divmod((begins or 0) % DAY // MINUTE, 60)
    return [
        f"periods begin at {hours:02d}:{minutes:02d} in `{zone}`, as `startDate` says: give a date"
        " without a time for midnight there"
    ]
