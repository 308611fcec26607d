"""How far a caller's word reaches in given orders: stand-ins for units and people, and addresses.

What is asked for depends on the rules that wait, never on the size of the organization. It is read
just before a decision, and again whenever the decision has to be made again; a person who is moved
or loses a role while a callback is under way may still be the one who decides that order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.orders.core.levels import seats_of
from placet.orders.core.model import Authorization
from placet.orders.core.reach import NO_REACH, Reach
from placet.orders.core.seats import Seat
from placet.orders.service.directory import listed_people, seat_reach
from placet.people.core.ability import why_unable
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.roles import roles_with
from placet.people.core.user import User, UserFilter
from placet.people.core.visit import Visit
from placet.people.service.delegations import standing_in
from placet.people.store.units import ENOUGH_PEOPLE
from placet.people.store.users import find_users
from placet.policies.core.compiled import Policy
from placet.policies.core.model import Authorizer, AuthorizerType, Dimension, Rule

# Beyond that many approvers of the listed units nobody writes to each of them.
_MOST_MEMBERS: Final = 200


async def deciding_reach(
    database: Database,
    visit: Visit,
    authorization: Authorization,
    policy: Policy,
    *,
    now: int,
) -> Reach:
    """What `actor` needs to decide one order. A key acts for whoever is asked, so nothing."""
    if visit.actor.kind is not ActorKind.USER or not any(authorization.waiting()):
        return NO_REACH
    seats = _seats([(authorization, policy)])
    async with database.read() as connection:
        reach = NO_REACH
        if seats:
            reach = await seat_reach(connection, visit.account, seats, enough=_enough(seats))
        delegators = await standing_in(connection, visit.account, visit.actor.id, now)
    return replace(reach, stands_in_for=delegators)


async def reader_reach(
    database: Database,
    visit: Visit,
    shown: Iterable[tuple[Authorization, Policy]],
    *,
    now: int,
) -> Reach:
    """What it takes to show these orders to `actor`, with the addresses of those they wait for.

    It is good for all orders of these rules, whoever they are from.
    """
    shown = list(shown)
    seats = _seats(shown)
    if not seats and visit.actor.kind is not ActorKind.USER:
        return NO_REACH
    async with database.read() as connection:
        reach = NO_REACH
        if seats:
            enough = ENOUGH_PEOPLE + 2 * _most_signed(shown)
            reach = await seat_reach(connection, visit.account, seats, enough=enough, whoever=True)
            reach = replace(reach, emails=await _emails(connection, visit.account, seats, reach))
        if visit.actor.kind is not ActorKind.USER:
            return reach
        delegators = await standing_in(connection, visit.account, visit.actor.id, now)
    return replace(reach, stands_in_for=delegators)


async def asked_reach(
    connection: AsyncConnection,
    actor: Actor,
    authorization: Authorization,
    rules: Iterable[tuple[Dimension, Rule]],
    *,
    now: int,
) -> Reach:
    """What it takes to say whether a person is, or was, asked by these rules of an order."""
    account = authorization.account
    seats = {seat for place in rules for seat in _seats_of_rule(authorization, *place)}
    reach = NO_REACH
    if seats:
        reach = await seat_reach(connection, account, seats, enough=_enough(seats))
    delegators = await standing_in(connection, account, actor.id, now)
    return replace(reach, stands_in_for=delegators)


def _seats(shown: Iterable[tuple[Authorization, Policy]]) -> set[Seat]:
    """The seats of all rules that wait."""
    return {
        seat
        for authorization, policy in shown
        for dimension, trace in authorization.waiting()
        if (place := policy.find(dimension.dimension_id, trace.rule_id)) is not None
        for seat in _seats_of_rule(authorization, *place)
    }


def _seats_of_rule(
    authorization: Authorization, dimension: Dimension, rule: Rule
) -> Iterator[Seat]:
    for level in range(len(rule.authorizers)):
        yield from seats_of(authorization, dimension, rule, level)


def _most_signed(shown: Iterable[tuple[Authorization, Policy]]) -> int:
    """How many signatures a rule that waits has at most; each may be one person's for another."""
    return max(
        len(authorization.approvals_of(dimension.dimension_id, rule.rule_id))
        for authorization, _ in shown
        for dimension, rule in authorization.waiting()
    )


def _enough(seats: Collection[Seat]) -> int:
    """So many people of a unit that one of them is not barred."""
    return 1 + max(len(seat.barred) for seat in seats)


async def _emails(
    connection: AsyncConnection, account: str, seats: Collection[Seat], reach: Reach
) -> dict[Authorizer, tuple[tuple[str, str], ...]]:
    known = {
        Authorizer(type=AuthorizerType.USER, id=user.user_id): _addresses([user])
        for user in await listed_people(connection, account, seats)
    }
    listed = {seat.authorizer for seat in seats if seat.authorizer is not None}
    asked = {item.id for item in listed if item.type is AuthorizerType.UNIT}
    units = {reach.fallbacks.get(unit_id, unit_id) for unit_id in asked}
    units |= {seat.stand_in(reach).id for seat in seats}
    units |= set(reach.few)
    names = sorted(unit_id for unit_id in units if unit_id)
    members = await _approvers_of(connection, account, names)
    for unit_id in names:
        unit = Authorizer(type=AuthorizerType.UNIT, id=unit_id)
        known[unit] = _addresses([user for user in members if user.unit_id == unit_id])
    return known


async def _approvers_of(
    connection: AsyncConnection, account: str, units: Collection[str]
) -> list[User]:
    found: dict[str, User] = {}
    if units:
        for role in roles_with(Permission.APPROVE_ORDERS):
            wanted = UserFilter(unit_ids=units, role=role, active=True)
            members = await find_users(connection, account, wanted, limit=_MOST_MEMBERS)
            found |= {user.user_id: user for user in members}
    return list(found.values())


def _addresses(people: Sequence[User]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (user.user_id, user.email) for user in people if user.email and why_unable(user) is None
    )
