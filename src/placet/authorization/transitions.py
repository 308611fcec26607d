"""The ends an authorization can come to without an approver, and without a rule that wants it."""

from __future__ import annotations

from dataclasses import replace

from placet.authorization.model import Actor, Authorization, Event, Status
from placet.errors import Conflict
from placet.policy.wire import timestamp

__all__ = ["cancel", "deny_spending", "supersede"]


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
    )


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
    )
