"""What happens to an authorization without an approver: it is ended, or its time runs on."""

from __future__ import annotations

from dataclasses import replace

from placet.errors import Conflict
from placet.kit.timestamps import timestamp
from placet.orders.core.model import Authorization
from placet.orders.core.moments import Deed, Moment, due_moments
from placet.orders.core.record import Escalation, Event, Reminder, Status
from placet.people.core.actor import SERVICE, Actor
from placet.policies.core.compiled import Policy
from placet.policies.core.reasons import rule_place


def cancel(
    authorization: Authorization, *, actor: Actor, now: int, comment: str | None = None
) -> Authorization:
    """Cancel a pending or accepted authorization; the same object when it is cancelled already.

    Raises:
        Conflict: it is denied or superseded.
    """
    if authorization.status is Status.CANCELLED:
        return authorization
    if authorization.status not in (Status.PENDING, Status.ACCEPTED):
        raise _ended(authorization)
    reason = f"cancelled by {actor.label}" + (f": {comment}" if comment else "")
    before, after = authorization.status, Status.CANCELLED
    event = Event.by(actor, now, "cancelled", before, after, note=comment)
    return _ended_as(authorization, event, reason)


def supersede(authorization: Authorization, *, actor: Actor, now: int) -> Authorization:
    """End a revision because the order was submitted with other content.

    Raises:
        Conflict: it is superseded already.
    """
    if authorization.status is Status.SUPERSEDED:
        raise _ended(authorization)
    reason = f"superseded by revision {authorization.revision + 1} of the order"
    before, after = authorization.status, Status.SUPERSEDED
    return _ended_as(authorization, Event.by(actor, now, "superseded", before, after), reason)


def remind(
    authorization: Authorization, policy: Policy, moment: Moment, *, now: int
) -> Authorization:
    """Note that the level of `moment` is reminded; the same object when that is not due."""
    if not _is_due(authorization, policy, moment, Deed.REMIND, now):
        return authorization
    reminder = Reminder(*_place(moment), moment.level, now)
    noted = replace(authorization, reminders=(*authorization.reminders, reminder))
    return _noted(noted, moment, "reminded", now)


def escalate(
    authorization: Authorization, policy: Policy, moment: Moment, *, now: int
) -> Authorization:
    """Let the next level act for the level of `moment` too; the same object when that is not
    due.
    """
    if not _is_due(authorization, policy, moment, Deed.ESCALATE, now):
        return authorization
    escalation = Escalation(*_place(moment), moment.level, now)
    noted = replace(authorization, escalations=(*authorization.escalations, escalation))
    return _noted(noted, moment, "escalated", now)


def expire(authorization: Authorization, policy: Policy, *, now: int) -> Authorization:
    """End an authorization that has waited too long; the same object when it has not."""
    ends = [item for item in due_moments(authorization, policy).due(now) if _expires(item)]
    if not ends:
        return authorization
    reason = f"expired: nobody decided by {timestamp(ends[0].at)}"
    before, after = authorization.status, Status.EXPIRED
    return _ended_as(authorization, Event.by(SERVICE, now, "expired", before, after), reason)


def deny_spending(authorization: Authorization, why: str) -> Authorization:
    """Deny a new authorization whose money the budgets refuse; `why` completes the reason."""
    reason = f"the order's spending cannot be held: {why}"
    submitted = replace(authorization.history[-1], after=Status.DENIED, note=reason)
    return replace(
        authorization,
        status=Status.DENIED,
        reason=reason,
        dimension_id=None,
        rule_id=None,
        history=(*authorization.history[:-1], submitted),
        waits=(),
    )


def _is_due(
    authorization: Authorization, policy: Policy, moment: Moment, deed: Deed, now: int
) -> bool:
    return moment.deed is deed and moment in due_moments(authorization, policy).due(now)


def _expires(moment: Moment) -> bool:
    return moment.deed is Deed.EXPIRE


def _place(moment: Moment) -> tuple[str, str]:
    return moment.dimension_id or "", moment.rule_id or ""


def _noted(authorization: Authorization, moment: Moment, what: str, now: int) -> Authorization:
    """With a line of history about a rule that waits on."""
    dimension_id, rule_id = _place(moment)
    place = authorization.find(dimension_id, rule_id)
    level = "" if moment.level is None else f" level {moment.level + 1} of"
    where = f"{level} {rule_place(*place)}" if place else level
    status = authorization.status
    event = replace(
        Event.by(SERVICE, now, f"{what}{where}", status, status),
        dimension_id=dimension_id,
        rule_id=rule_id,
        level=moment.level,
    )
    return replace(authorization, changed_at=now, history=(*authorization.history, event))


def _ended(authorization: Authorization) -> Conflict:
    end = authorization.history[-1]
    return Conflict(
        f"revision {authorization.revision} of order `{authorization.order_id}` was "
        f"{authorization.status} by {end.who} at {timestamp(end.at)}"
    )


def _ended_as(authorization: Authorization, event: Event, reason: str) -> Authorization:
    return replace(
        authorization,
        status=event.after,
        reason=reason,
        changed_at=event.at,
        history=(*authorization.history, event),
        waits=(),
    )
