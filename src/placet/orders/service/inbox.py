"""What waits for a caller, found by an index and shown only where the rules say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.orders.core.filters import AuthorizationFilter, PendingFilter
from placet.orders.core.moments import Deed, due_moments
from placet.orders.core.pending import waiting_for
from placet.orders.core.reach import NO_REACH
from placet.orders.service.authorizations import Judged, Page, list_authorizations
from placet.orders.store.authorizations import load_authorizations
from placet.orders.store.pending_approvals import (
    ANYONE,
    approver_of_unit,
    approver_of_user,
    find_pending,
)
from placet.people.core.actor import APPROVE_ORDERS, Actor, ActorKind
from placet.people.service.delegations import standing_in
from placet.process import Service

# Rounds of searching before a page is answered with what it has, however little that is.
_ROUNDS: Final = 10


async def find_orders(
    service: Service,
    account: str,
    actor: Actor,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    mine: bool,
    limit: int,
    before_id: str | None = None,
) -> Page:
    """A page of the orders that pass `wanted` and in which a rule waits that passes `pending`, if
    that asks for anything, newest first.

    `mine`: only those in which such a rule has `isUserNextAuthorizer` for `actor`; for an app key
    these are all that wait. Such a page may be short and yet not be the last.
    """
    if mine:
        return await _inbox(
            service, account, actor, pending, wanted, limit=limit, before_id=before_id
        )
    if pending == PendingFilter():
        return await list_authorizations(service, account, wanted, limit=limit, before_id=before_id)
    return await _waiting(service, account, pending, wanted, limit=limit, before_id=before_id)


async def _inbox(
    service: Service,
    account: str,
    actor: Actor,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None,
) -> Page:
    if APPROVE_ORDERS not in actor.permissions:
        return Page([], None)
    mine = replace(pending, approvers=await _approvers(service, account, actor))
    found: list[Judged] = []
    for _ in range(_ROUNDS):
        asked = limit - len(found)
        page = await _waiting(service, account, mine, wanted, limit=asked, before_id=before_id)
        found += await _acceptable(service, account, actor, page.entries, pending)
        before_id = page.next_id
        if before_id is None or len(found) == limit:
            break
    return Page(found, before_id)


async def _waiting(
    service: Service,
    account: str,
    pending: PendingFilter,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None,
) -> Page:
    async with service.database.read() as connection:
        ids = await find_pending(
            connection, account, pending, wanted, limit=limit + 1, before_id=before_id
        )
        stored = await load_authorizations(connection, account, ids[:limit])
    found = [entry.authorization for entry in stored]
    entries = [
        Judged(authorization, await service.policies.snapshot(account, authorization.policy))
        for authorization in found
    ]
    return Page(entries, ids[limit - 1] if len(ids) > limit else None)


async def _approvers(service: Service, account: str, actor: Actor) -> list[str] | None:
    if actor.kind is not ActorKind.USER:
        return None
    async with service.database.read() as connection:
        return await approvers_of(connection, account, actor, service.clock.now_ms())


async def approvers_of(
    connection: AsyncConnection, account: str, actor: Actor, now: int
) -> list[str]:
    """Whom a person may act as now, by the names in `PendingRow.approver`: itself, its units, and
    those who have delegated to it; `now` in milliseconds since 1970.
    """
    delegators = [
        delegator.actor
        for delegator in await standing_in(connection, account, actor.id, now)
        if APPROVE_ORDERS in delegator.permissions
    ]
    names = [ANYONE]
    for person in (actor, *delegators):
        names.append(approver_of_user(person.id))
        names += map(approver_of_unit, sorted(person.unit_ids))
    return list(dict.fromkeys(names))


async def _acceptable(
    service: Service, account: str, actor: Actor, found: list[Judged], pending: PendingFilter
) -> list[Judged]:
    """Those of the orders that the rules themselves say wait for `actor`, and not too late."""
    shown = [(judged.authorization, judged.policy) for judged in found]
    now = service.clock.now_ms()
    reach = NO_REACH
    if actor.kind is ActorKind.USER:
        reach = await service.reaches.of(account, actor, shown, now=now)
    acceptable = []
    for judged in found:
        due = due_moments(judged.authorization, judged.policy).due(now)
        rules = waiting_for(judged.authorization, judged.policy, actor, reach)
        if any(moment.deed is Deed.EXPIRE for moment in due):
            continue
        if any(
            pending.dimension_id in (None, dimension_id) and pending.rule_id in (None, rule_id)
            for dimension_id, rule_id in rules
        ):
            acceptable.append(judged)
    return acceptable
