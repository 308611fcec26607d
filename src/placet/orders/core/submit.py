"""A submission becomes an authorization."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from placet.errors import Conflict
from placet.kit.wire_model import Document
from placet.orders.core.model import Authorization
from placet.orders.core.record import Event, Status
from placet.orders.core.submission import Submission
from placet.orders.core.waits import waits_after
from placet.people.core.actor import Actor
from placet.people.core.unit import Unit
from placet.policies.core.compiled import Policy
from placet.policies.core.evaluation import Timing
from placet.policies.core.model import AccountSettings
from placet.policies.core.walk import walk


def authorize(
    submission: Submission,
    policy: Policy,
    *,
    authorization_id: str,
    account: str,
    actor: Actor,
    now: int,
    clock: Callable[[], float],
    revision: int = 1,
    unit_path: Sequence[Unit] = (),
    settings: AccountSettings | None = None,
    budget_data: Document | None = None,
    timing: Timing | None = None,
) -> Authorization:
    """Judge an order afresh: the authorization, pending or final, ready to be stored.

    `now` is milliseconds since 1970, `clock` counts seconds for the time limits.

    Raises:
        AllowanceExceeded: `timing.allowance` was set and has passed; nothing has happened.
        InvalidRequest: the order is no JSON document.
    """
    fingerprint = submission.fingerprint
    settings = settings or AccountSettings()
    decision = walk(
        policy,
        submission.order,
        now=now,
        clock=clock,
        unit_path=unit_path,
        settings=settings,
        budget_data=budget_data,
        timing=timing,
    )
    status = Status(decision.outcome)
    what = "submitted" if revision == 1 else f"submitted as revision {revision}"
    return Authorization(
        id=authorization_id,
        account=account,
        order_id=submission.order_id,
        revision=revision,
        fingerprint=fingerprint,
        status=status,
        reason=decision.reason,
        order=submission.order,
        policy=policy.digest,
        settings=settings,
        created_at=now,
        changed_at=now,
        unit_path=tuple(unit_path),
        user_profile_id=submission.user_profile_id,
        callback_endpoint=submission.callback_endpoint,
        linked_entities=tuple(entity.to_document() for entity in submission.linked_entities),
        spending=tuple(line.to_document() for line in submission.spending),
        dimensions=decision.dimensions,
        dimension_id=decision.dimension_id,
        rule_id=decision.rule_id,
        history=(Event.by(actor, now, what, None, status, note=decision.reason),),
        waits=waits_after(decision, now),
    )


def judged_again(
    before: Authorization, fresh: Authorization, *, actor: Actor, now: int
) -> Authorization:
    """`fresh`, made of the same submission, in the place of `before`: what people have said so far
    no longer counts, and the time until expiry goes on.

    Raises:
        Conflict: the authorization is not pending.
    """
    if before.status is not Status.PENDING:
        raise Conflict(
            f"the authorization is {before.status}, and only a pending one is judged again"
        )
    event = Event.by(actor, now, "judged again", before.status, fresh.status, note=fresh.reason)
    return replace(
        fresh,
        id=before.id,
        revision=before.revision,
        created_at=before.created_at,
        fingerprint=before.fingerprint,
        history=(*before.history, event),
    )
