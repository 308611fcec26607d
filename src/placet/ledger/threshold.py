"""Which thresholds a movement crosses. Each fires once in a period."""

from __future__ import annotations

from typing import NamedTuple

from placet.ledger.model import Position
from placet.ledger.notification import NotificationSettings, Threshold

__all__ = ["Notice", "crossed"]


class Notice(NamedTuple):
    """A threshold that fired, for a budget or (with `allocation_id`) for one of its allocations.

    `used` of `amount` was spent or held then, in 1/10,000 unit.
    """

    budget_id: str
    allocation_id: str | None
    period: int
    threshold: Threshold
    used: int
    amount: int
    at: int


def crossed(
    settings: NotificationSettings, before: Position, after: Position
) -> tuple[Threshold, ...]:
    """The thresholds that `after` reaches, `before` did not, and that have not fired yet."""
    if not settings.enable:
        return ()
    return tuple(
        threshold
        for threshold in settings.thresholds
        if threshold.reached(after.adjustment, after.amount)
        and not threshold.reached(before.adjustment, before.amount)
        and threshold.key not in after.fired
    )
