"""When something is to be done about an authorization that waits: remind, escalate, let expire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from placet.kit.durations import milliseconds_of
from placet.orders.core.model import Authorization
from placet.orders.core.record import Reminder, Status
from placet.orders.core.signatures import levels_up
from placet.policies.core.compiled import Policy
from placet.policies.core.model import Rule


class Deed(StrEnum):
    """What is to be done."""

    EXPIRE = "expire"
    ESCALATE = "escalate"
    REMIND = "remind"


@dataclass(frozen=True, slots=True)
class Moment:
    """A deed and from when on it is due (milliseconds since 1970).

    The rule is None for an expiry. `level` counts from 0 and is None where no authorizers are
    listed; where any level may act, it is the last one.
    """

    at: int
    deed: Deed
    dimension_id: str | None = None
    rule_id: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """All that is still to be done while nobody acts, the earliest first."""

    entries: tuple[Moment, ...]

    @property
    def next(self) -> Moment | None:
        """What is to be done first; None: nothing, however long the order waits."""
        return self.entries[0] if self.entries else None

    def due(self, now: int) -> tuple[Moment, ...]:
        """What is to be done by `now`; an expiry leaves nothing else to do."""
        due = tuple(moment for moment in self.entries if moment.at <= now)
        ends = tuple(moment for moment in due if moment.deed is Deed.EXPIRE)
        return ends or due


def due_moments(authorization: Authorization, policy: Policy) -> Moments:
    """What is to be done about an authorization while nobody acts; nothing once it is decided.

    `policy` is the snapshot the authorization names. A level's time runs from when its rule began
    to wait, or from when the level before it was accepted, and is working time where the account
    has any (`policy.working_time`); the expiry's from the submission, by the calendar. A
    rule without authorizers has no next level, so it is never escalated.
    """
    if authorization.status is not Status.PENDING:
        return Moments(())
    moments = [*_expiry(authorization)]
    for dimension, trace in authorization.waiting():
        found = policy.find(dimension.dimension_id, trace.rule_id)
        if found is not None:
            moments += _of_rule(authorization, dimension.dimension_id, found[1])
    return Moments(tuple(sorted(moments, key=lambda moment: (moment.at, moment.deed))))


def _expiry(authorization: Authorization) -> Iterator[Moment]:
    after = authorization.settings.pending_expires_after
    if after is not None:
        yield Moment(authorization.created_at + milliseconds_of(after), Deed.EXPIRE)


def _of_rule(authorization: Authorization, dimension_id: str, rule: Rule) -> Iterator[Moment]:
    up = levels_up(authorization, dimension_id, rule)
    level = up[-1] if up else None
    here = (dimension_id, rule.id, level)
    start = authorization.level_up_since(dimension_id, rule.id)
    if rule.remind_after is not None and not _done(authorization.reminders, here):
        yield Moment(_later(authorization, start, rule.remind_after), Deed.REMIND, *here)
    if rule.escalate_after is None or level is None or _done(authorization.escalations, here):
        return
    yield Moment(_later(authorization, start, rule.escalate_after), Deed.ESCALATE, *here)


def _later(authorization: Authorization, start: int, duration: str) -> int:
    """When a level has been up for so long, by the working time of the account if it has chosen."""
    working_time = authorization.settings.working_time
    if working_time is None:
        return start + milliseconds_of(duration)
    return working_time.after(start, duration)


def _done(records: tuple[Reminder, ...], here: tuple[str, str, int | None]) -> bool:
    return any((item.dimension_id, item.rule_id, item.level) == here for item in records)
