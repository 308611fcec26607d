"""What waits for a caller, found by an index and shown only where the rules say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from placet.orders.core.filters import AuthorizationFilter, PendingFilter
from placet.orders.core.moments import Deed, due_moments
from placet.orders.core.pending import waiting_for
from placet.orders.core.reach import NO_REACH
from placet.orders.service.approvers import approvers_of
from placet.orders.service.current import Judged, Page, list_page
from placet.orders.service.order_desk import OrderDesk
from placet.orders.service.visibility import visible_filter
from placet.orders.store.authorizations import load_authorizations
from placet.orders.store.pending_approvals import (
    find_pending,
)
from placet.people.core.actor import APPROVE_ORDERS, ActorKind
from placet.people.core.permissions import VIEWING_ORDERS
from placet.people.core.visit import Visit, permitted

# Rounds of searching before a page is answered with what it has, however little that is.
_ROUNDS: Final = 10


@permitted(VIEWING_ORDERS)
async def find_orders(
    desk: OrderDesk,
    visit: Visit,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    mine: bool,
    limit: int,
    before_id: str | None = None,
) -> Page:
    """A page of the orders that pass `wanted` and in which a rule waits that passes `pending`, if
    that asks for anything, newest first.

    `mine`: only those in which such a rule has `isUserNextAuthorizer` for the visitor; for an app
    key these are all that wait. Such a page may be short and yet not be the last. Else a person
    finds what `visible_filter` leaves.

    Raises:
        Forbidden: a buyer asks for the orders of somebody else.
    """
    if mine:
        return await _inbox(desk, visit, pending, wanted, limit=limit, before_id=before_id)
    wanted = await visible_filter(desk, visit, wanted)
    if pending == PendingFilter():
        return await list_page(desk, visit.account, wanted, limit=limit, before_id=before_id)
    return await _waiting(desk, visit.account, pending, wanted, limit=limit, before_id=before_id)


async def _inbox(
    desk: OrderDesk,
    visit: Visit,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None,
) -> Page:
    if APPROVE_ORDERS not in visit.actor.permissions:
        return Page([], None)
    mine = replace(pending, approvers=await _approvers(desk, visit))
    found: list[Judged] = []
    for _ in range(_ROUNDS):
        asked = limit - len(found)
        page = await _waiting(desk, visit.account, mine, wanted, limit=asked, before_id=before_id)
        found += await _acceptable(desk, visit, page.entries, pending)
        before_id = page.next_id
        if before_id is None or len(found) == limit:
            break
    return Page(found, before_id)


async def _waiting(
    desk: OrderDesk,
    account: str,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None,
) -> Page:
    async with desk.database.read() as connection:
        ids = await find_pending(
            connection, account, pending, wanted, limit=limit + 1, before_id=before_id
        )
        stored = await load_authorizations(connection, account, ids[:limit])
    found = [entry.authorization for entry in stored]
    entries = [
        Judged(authorization, await desk.policies.snapshot(account, authorization.policy))
        for authorization in found
    ]
    return Page(entries, ids[limit - 1] if len(ids) > limit else None)


async def _approvers(desk: OrderDesk, visit: Visit) -> list[str] | None:
    if visit.actor.kind is not ActorKind.USER:
        return None
    async with desk.database.read() as connection:
        return await approvers_of(connection, visit, desk.clock.now_ms())


async def _acceptable(
    desk: OrderDesk, visit: Visit, found: list[Judged], pending: PendingFilter
) -> list[Judged]:
    """Those of the orders that the rules themselves say wait for `actor`, and not too late."""
    shown = [(judged.authorization, judged.policy) for judged in found]
    now = desk.clock.now_ms()
    reach = NO_REACH
    if visit.actor.kind is ActorKind.USER:
        reach = await desk.reaches.of(visit, shown, now=now)
    acceptable = []
    for judged in found:
        due = due_moments(judged.authorization, judged.policy).due(now)
        rules = waiting_for(judged.authorization, judged.policy, visit.actor, reach)
        if any(moment.deed is Deed.EXPIRE for moment in due):
            continue
        if any(
            pending.dimension_id in (None, dimension_id) and pending.rule_id in (None, rule_id)
            for dimension_id, rule_id in rules
        ):
            acceptable.append(judged)
    return acceptable
