"""What time alone does to an authorization: it is reminded of, escalated, or it expires.

The worker does it when it is due. An expiry is also done on first touch, so that whoever decides,
cancels or looks at an order finds it expired, whether or not a worker runs.
"""

from __future__ import annotations

from placet.kit.group_commit import GroupCommit
from placet.orders.core.model import Authorization
from placet.orders.core.moments import Deed, Moment, due_moments
from placet.orders.core.record import Status
from placet.orders.core.transitions import escalate, expire, remind
from placet.orders.service.batch import Change, Write
from placet.orders.store.authorizations import StoredAuthorization
from placet.policies.core.compiled import Policy
from placet.policies.service.policies import Policies


def due_change(stored: StoredAuthorization, policy: Policy, now: int) -> Change | None:
    """All that is due in an authorization at once; None where nothing is.

    `policy` is the snapshot the authorization names.
    """
    after = stored.authorization
    for moment in due_moments(after, policy).due(now):
        after = _done(after, policy, moment, now)
    return None if after is stored.authorization else Change(stored, after, policy)


async def expire_if_due(
    policies: Policies,
    writes: GroupCommit[Write, StoredAuthorization],
    stored: StoredAuthorization,
    now: int,
) -> StoredAuthorization:
    """What is stored, expired first where that is due.

    Raises:
        Outdated: it has changed meanwhile; load it again.
        Unavailable: overload, or the database does not answer; nothing was kept.
    """
    before = stored.authorization
    if before.status is not Status.PENDING or before.settings.pending_expires_after is None:
        return stored
    policy = await policies.snapshot(before.account, before.policy)
    after = expire(before, policy, now=now)
    if after is before:
        return stored
    return await writes.submit(Change(stored, after, policy))


def _done(authorization: Authorization, policy: Policy, moment: Moment, now: int) -> Authorization:
    match moment.deed:
        case Deed.EXPIRE:
            return expire(authorization, policy, now=now)
        case Deed.ESCALATE:
            return escalate(authorization, policy, moment, now=now)
        case Deed.REMIND:
            return remind(authorization, policy, moment, now=now)
