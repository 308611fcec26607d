"""Which thresholds have been reached. Each fires once in a period, whatever made it be reached: a
movement, a lower amount, a new period, or that it was set when it was passed already.
"""

from __future__ import annotations

from typing import NamedTuple

from placet.budgets.core.currency import check_decimals
from placet.budgets.core.model import Position
from placet.budgets.core.notification import (
    NotificationSettings,
    Recipient,
    Threshold,
    ThresholdType,
)


class Notice(NamedTuple):
    """A threshold that fired, for a budget or (with `allocation_id`) for one of its allocations.

    `used` of `amount` was spent or held then, in 1/10,000 unit. What fired by one and the same
    `movement` has its number. `recipients` are those of then.
    """

    budget_id: str
    allocation_id: str | None
    period: int
    threshold: Threshold
    used: int
    amount: int
    at: int
    movement: int
    recipients: tuple[Recipient, ...]


def reached_first(settings: NotificationSettings, position: Position) -> tuple[Threshold, ...]:
    """The thresholds that are reached and have not fired in this period."""
    if not settings.enable:
        return ()
    return tuple(
        threshold
        for threshold in settings.thresholds
        if threshold.key not in position.fired
        and threshold.reached(position.adjustment, position.amount)
    )


def check_thresholds(settings: NotificationSettings, currency: str | None, place: str = "") -> None:
    """Refuse thresholds of an amount that the currency does not have.

    Raises:
        InvalidRequest: one has more decimals than the currency.
    """
    for index, threshold in enumerate(settings.thresholds):
        if threshold.type is ThresholdType.AMOUNT:
            field = f"{place}notificationSettings.thresholds[{index}].Value"
            check_decimals(threshold.value, currency, field)
