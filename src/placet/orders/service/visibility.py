"""What a person may see, place and take back: the own orders, and those of others within reach.

What lets a person decide an order lets it be seen too, and whoever is in its history goes on seeing
it. An app key speaks for the whole account, so nothing here concerns it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import Forbidden, InvalidRequest, NotFound, PlacetError
from placet.orders.core.filters import AuthorizationFilter, Onlooker
from placet.orders.core.levels import is_authorized
from placet.orders.core.model import Authorization
from placet.orders.core.pending import asked_rules
from placet.orders.core.standing import lapsed_delegators
from placet.orders.core.submission import Submission
from placet.orders.service.approvers import approvers_of
from placet.orders.service.current import Judged, find_authorization, find_of_order
from placet.orders.service.ground import spending_lines
from placet.orders.service.order_desk import OrderDesk
from placet.orders.service.reach import asked_reach
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.user import User
from placet.people.core.visit import Visit
from placet.people.service.actors import is_above_all, reached_units
from placet.people.store.unit_tree import load_ids_below, load_unit_path
from placet.people.store.users import load_user

_SEE_OTHERS: Final = frozenset({Permission.VIEW_BUYING_POLICIES, Permission.APPROVE_ORDERS})


async def get_visible(desk: OrderDesk, visit: Visit, authorization_id: str) -> Judged:
    """One authorization. Raises NotFound, also where the actor may only see others."""
    judged = await find_authorization(desk, visit.account, authorization_id)
    if not await _sees(desk, visit.actor, judged):
        raise NotFound(f"there is no authorization `{authorization_id[:100]}`")
    return judged


async def get_visible_of_order(desk: OrderDesk, visit: Visit, order_id: str) -> Judged:
    """The latest revision of an order's authorization. Raises NotFound, as `get_visible` does."""
    judged = await find_of_order(desk, visit.account, order_id)
    if not await _sees(desk, visit.actor, judged):
        raise NotFound(f"the order `{order_id[:250]}` has no authorization")
    return judged


async def visible_filter(
    desk: OrderDesk, visit: Visit, wanted: AuthorizationFilter
) -> AuthorizationFilter:
    """`wanted`, narrowed to what the actor may see.

    A list knows whom orders wait for, and who acted: of what has waited for a person and somebody
    else has decided, it shows what is in the person's own unit and below.

    Raises:
        Forbidden: a buyer asks for the orders of somebody else.
    """
    if visit.actor.kind is not ActorKind.USER:
        return wanted
    onlooker = Onlooker(visit.account, visit.actor.id)
    if _SEE_OTHERS.isdisjoint(visit.actor.permissions):
        if wanted.user_profile_id not in (None, visit.actor.id):
            raise Forbidden("access denied: you may see your own orders only")
        return replace(wanted, onlooker=onlooker)
    async with desk.database.read() as connection:
        if await is_above_all(connection, visit):
            return wanted
        units = await load_ids_below(connection, visit.account, visit.actor.unit_ids)
        onlooker = replace(onlooker, units=units)
        if Permission.APPROVE_ORDERS in visit.actor.permissions:
            now = desk.clock.now_ms()
            approvers = await approvers_of(connection, visit, now)
            onlooker = replace(onlooker, approvers=frozenset(approvers))
    return replace(wanted, onlooker=onlooker)


async def check_own(desk: OrderDesk, visit: Visit, authorization_id: str) -> None:
    """Make sure that the actor may cancel an order or have it judged again: a person the own
    orders, whoever manages policies also those of the own unit and below it.

    Raises:
        NotFound: there is no such authorization, or the actor may not see it.
        Forbidden: it is somebody else's.
    """
    if visit.actor.kind is not ActorKind.USER:
        return
    judged = await find_authorization(desk, visit.account, authorization_id)
    # Neither its buyer nor its unit ever changes.
    unit_id, buyer = judged.authorization.unit_id, judged.authorization.user_profile_id
    if buyer == visit.actor.id:
        return
    if Permission.MANAGE_BUYING_POLICIES in visit.actor.permissions:
        async with desk.database.read() as connection:
            if await reached_units(connection, visit, [unit_id]):
                return
    if await _sees(desk, visit.actor, judged):
        raise Forbidden("access denied: the order is somebody else's")
    raise NotFound(f"there is no authorization `{authorization_id[:100]}`")


@asynccontextmanager
async def unseen_is_unknown(
    desk: OrderDesk, visit: Visit, authorization_id: str
) -> AsyncIterator[None]:
    """What is refused inside is refused in the words for an order that does not exist, where the
    actor may not see it.
    """
    try:
        yield
    except PlacetError as error:
        if visit.actor.kind is ActorKind.USER:
            try:
                await get_visible(desk, visit, authorization_id)
            except PlacetError as unseen:
                raise unseen from error
        raise


async def own_submission(desk: OrderDesk, visit: Visit, submission: Submission) -> Submission:
    """What a person submits: from the person itself and from the person's unit, said or not; of
    others as it is.

    Who may impersonate can submit for people of the own unit and of those below it; the order is
    then theirs and judged as theirs.

    Raises:
        Forbidden: it is for somebody else, or from another unit than the buyer's.
        InvalidRequest: it spends from a budget that the buyer does not reach.
    """
    user = visit.user
    if user is None:
        return submission
    buyer = user
    if submission.user_profile_id not in (None, user.user_id):
        buyer = await _impersonated(desk, user, submission.user_profile_id or "")
    if submission.unit_id not in (None, buyer.unit_id):
        raise Forbidden("access denied: `unitId` must be the unit of the buyer, or left out")
    own = submission.model_copy(update={"user_profile_id": buyer.user_id, "unit_id": buyer.unit_id})
    await _check_spending(desk, user.account, own)
    return own


async def _check_spending(desk: OrderDesk, account: str, submission: Submission) -> None:
    """Make sure that what a person submits spends from the buyer's unit or those above it.

    Raises:
        InvalidRequest: it names a budget of another unit, or one that is none, in the same words.
    """
    lines = await spending_lines(desk.places, account, submission.spending)
    if not lines:
        return
    units = {submission.unit_id}
    if submission.unit_id is not None:
        async with desk.database.read() as connection:
            path = await load_unit_path(connection, account, submission.unit_id)
        units |= {unit.id for unit in path}
    for line in lines:
        if line.context_id not in units:
            message = f"`spending`: the budget `{line.budget_id[:100]}` was not found"
            raise InvalidRequest(message, code="budget-not-found")


async def _impersonated(desk: OrderDesk, user: User, user_id: str) -> User:
    # One answer for all, so that it does not tell who is on record.
    refusal = Forbidden(
        "access denied: `userProfileId` must be your own id, or that of somebody whom you may"
        " impersonate"
    )
    if not user.can_impersonate or user.unit_id is None:
        raise refusal
    async with desk.database.read() as connection:
        buyer = await load_user(connection, user.account, user_id)
        if buyer is None or not buyer.active or buyer.unit_id is None:
            raise refusal
        path = await load_unit_path(connection, user.account, buyer.unit_id)
    if user.unit_id not in {buyer.unit_id, *(unit.id for unit in path)}:
        raise refusal
    return buyer


async def _sees(desk: OrderDesk, actor: Actor, judged: Judged) -> bool:
    authorization = judged.authorization
    if actor.kind is not ActorKind.USER or _takes_part(authorization, actor):
        return True
    if _SEE_OTHERS.isdisjoint(actor.permissions):
        return False
    account, unit_id = authorization.account, authorization.unit_id
    async with desk.database.read() as connection:
        if await reached_units(connection, Visit(account, actor), [unit_id]):
            return True
        return await _is_asked(connection, actor, judged, desk.clock.now_ms())


def _takes_part(authorization: Authorization, person: Actor) -> bool:
    """Whether the person is the buyer, or the history has a line of the person."""
    return person.id == authorization.user_profile_id or any(
        event.actor_kind is ActorKind.USER and person.id in (event.actor_id, event.on_behalf_of)
        for event in authorization.history
    )


async def _is_asked(connection: AsyncConnection, person: Actor, judged: Judged, now: int) -> bool:
    """Whether the person is, or was, among those to decide a rule of the order, at any level."""
    rules = asked_rules(judged.authorization, judged.policy)
    if Permission.APPROVE_ORDERS not in person.permissions or not rules:
        return False
    reach = await asked_reach(connection, person, judged.authorization, rules, now=now)
    # Whoever stands in for somebody who may not decide any more is told so.
    return any(
        is_authorized(judged.authorization, dimension, rule, person, reach)
        or lapsed_delegators(dimension, rule, reach)
        for dimension, rule in rules
    )
