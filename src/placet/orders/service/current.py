"""Authorizations as they are now: expired first where that is due, with the policy of each.

Nothing here asks who wants to know: the use cases do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

from placet.errors import NotFound, Unavailable
from placet.orders.core.filters import AuthorizationFilter
from placet.orders.core.model import Authorization
from placet.orders.service.batch import BudgetsMoved, Outdated
from placet.orders.service.moments import expire_if_due
from placet.orders.service.order_desk import OrderDesk
from placet.orders.store.authorizations import (
    StoredAuthorization,
    find_authorizations,
    load_latest_of_order,
)
from placet.policies.core.compiled import Policy

_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """An authorization with the policy that judged it."""

    authorization: Authorization
    policy: Policy


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the authorizations asked for; `next_id` continues after them (None: these were the
    last).
    """

    entries: list[Judged]
    next_id: str | None


async def find_authorization(desk: OrderDesk, account: str, authorization_id: str) -> Judged:
    """One authorization. Raises NotFound."""

    async def attempt() -> Judged:
        stored = await load_current(desk, account, authorization_id)
        return await judged_of(desk, stored.authorization)

    return await of_current(desk, account, attempt)


async def find_of_order(desk: OrderDesk, account: str, order_id: str) -> Judged:
    """The latest revision of an order's authorization. Raises NotFound."""

    async def attempt() -> Judged:
        async with desk.database.read() as connection:
            stored = await load_latest_of_order(connection, account, order_id)
        if stored is None:
            raise NotFound(f"the order `{order_id[:250]}` has no authorization")
        stored = await expired_first(desk, stored)
        return await judged_of(desk, stored.authorization)

    return await of_current(desk, account, attempt)


async def list_page(
    desk: OrderDesk,
    account: str,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None = None,
) -> Page:
    """A page of authorizations, newest first."""
    async with desk.database.read() as connection:
        found = await find_authorizations(
            connection, account, wanted, limit=limit + 1, before_id=before_id
        )
    entries = [await judged_of(desk, authorization) for authorization in found[:limit]]
    more = len(found) > limit
    return Page(entries, entries[-1].authorization.id if more else None)


async def of_current(
    desk: OrderDesk, account: str, attempt: Callable[[], Awaitable[Judged]]
) -> Judged:
    judged = await until_current(desk, account, False, attempt)
    if judged is None:
        raise Unavailable("this authorization keeps changing; try again later")
    return judged


async def until_current(
    desk: OrderDesk, account: str, spends: bool, attempt: Callable[[], Awaitable[Judged]]
) -> Judged | None:
    """What `attempt` answers once nothing has changed under it; None where that never happens.

    Who has lost a race for the account's budgets waits for a turn, and so does who `spends` while
    others wait.
    """
    waits = spends and desk.turns.wanted(account)
    for _ in range(_ATTEMPTS):
        try:
            async with desk.turns.of(account) if waits else nullcontext():
                return await attempt()
        except BudgetsMoved:
            waits = True
        except Outdated:
            continue
    return None


async def load_current(desk: OrderDesk, account: str, authorization_id: str) -> StoredAuthorization:
    stored = await desk.reads.load(account, authorization_id)
    return await expired_first(desk, stored)


async def expired_first(desk: OrderDesk, stored: StoredAuthorization) -> StoredAuthorization:
    """What is stored, after it has expired where that is due: nobody decides too late."""
    now = desk.clock.now_ms()
    return await expire_if_due(desk.policies, desk.writes, stored, now)


async def judged_of(desk: OrderDesk, authorization: Authorization) -> Judged:
    policy = await desk.policies.snapshot(authorization.account, authorization.policy)
    return Judged(authorization, policy)
