"""What a submission must meet before any rule judges it: its unit, and the account's condition."""

from __future__ import annotations

import time

from placet.errors import InvalidRequest
from placet.orders.core.submission import Submission
from placet.orders.service.order_desk import OrderDesk
from placet.orders.store.authorizations import StoredAuthorization, load_latest_of_order
from placet.people.store.accounts import load_policy_versions
from placet.policies.core.model import UnitChoice
from placet.policies.core.spending_check import spending_refusal
from placet.policies.service.policies import UnitPolicy


def unit_refusal(judge: UnitPolicy) -> InvalidRequest | None:
    """Why orders of the unit are refused; None where they are judged."""
    gap = judge.gap
    if gap is None or gap.choice(judge.settings) is not UnitChoice.REFUSED:
        return None
    return gap.refusal()


async def submission_refusal(
    desk: OrderDesk, judge: UnitPolicy, submission: Submission
) -> InvalidRequest | None:
    """Why a submission is refused as it is; None where rules may judge it.

    Raises:
        Unavailable: too many slow conditions are being evaluated.
    """
    refusal = unit_refusal(judge)
    check = judge.settings.spending_check
    if refusal is not None or check is None:
        return refusal
    spending = [line.to_document() for line in submission.spending]
    return await desk.lane.decide(
        lambda timing: spending_refusal(
            check,
            submission.order,
            spending,
            now=desk.clock.now_ms(),
            clock=time.monotonic,
            timing=timing,
        )
    )


async def kept_of_refused(
    desk: OrderDesk, judge: UnitPolicy, submission: Submission
) -> tuple[StoredAuthorization | None, bool]:
    """What is kept of a submission that is refused now: its authorization where this very request
    was taken before, and whether `judge` is still what the account's policies are.
    """
    async with desk.database.read() as connection:
        versions = await load_policy_versions(connection, [judge.account])
        stored = await load_latest_of_order(connection, judge.account, submission.order_id)
    if stored is not None and stored.authorization.fingerprint != submission.fingerprint:
        stored = None
    version = versions.get(judge.account)
    if version is not None:
        desk.policies.seen(judge.account, version)
    return stored, version == judge.version
