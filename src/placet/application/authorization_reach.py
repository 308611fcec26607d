"""How far a caller's word reaches in given orders: stand-ins for units and people, and addresses.

What is asked for depends on the rules that wait, never on the size of the organization. It is read
just before a decision, and again whenever the decision has to be made again; a person who is moved
or loses a role while a callback is under way may still be the one who decides that order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.delegations import standing_in
from placet.application.directory import unit_reach
from placet.application.pending_approvals import directory_reach
from placet.application.permissions import Permission
from placet.application.roles import permissions_of, roles_with
from placet.authorization.model import Actor, ActorKind, Authorization
from placet.authorization.reach import NO_REACH, Reach
from placet.policy.compiled import Policy
from placet.policy.model import Authorizer, AuthorizerType
from placet.storage.database import Database
from placet.storage.users import User, UserFilter, find_users, load_users

__all__ = ["deciding_reach", "reader_reach"]

# Beyond that many approvers of the listed units nobody writes to each of them.
_MOST_MEMBERS: Final = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    """The authorizers of all rules that wait; `escalated`: units above them may be asked too."""

    authorizers: frozenset[Authorizer]
    escalated: bool

    @property
    def units(self) -> frozenset[str]:
        return frozenset(item.id for item in self.authorizers if item.type is AuthorizerType.UNIT)


async def deciding_reach(
    database: Database,
    account: str,
    actor: Actor,
    authorization: Authorization,
    policy: Policy,
    *,
    now: int,
) -> Reach:
    """What `actor` needs to decide one order. A key acts for whoever is asked, so nothing."""
    if actor.kind is not ActorKind.USER or not any(authorization.waiting()):
        return NO_REACH
    async with database.read() as connection:
        asked = _asked([(authorization, policy)])
        return await _reach(connection, account, actor, asked, now)


async def reader_reach(
    database: Database,
    account: str,
    actor: Actor,
    shown: Iterable[tuple[Authorization, Policy]],
    *,
    now: int,
) -> Reach:
    """What it takes to show these orders to `actor`, with the addresses of those they wait for."""
    asked = _asked(shown)
    if not asked.authorizers and actor.kind is not ActorKind.USER:
        return NO_REACH
    async with database.read() as connection:
        reach = await _reach(connection, account, actor, asked, now)
        return replace(reach, emails=await _emails(connection, account, asked.authorizers, reach))


async def _reach(
    connection: AsyncConnection, account: str, actor: Actor, asked: _Asked, now: int
) -> Reach:
    reach = NO_REACH
    if asked.units and asked.escalated:
        reach = await directory_reach(connection, account, asked.units)
    elif asked.units:
        reach = await unit_reach(connection, account, asked.units)
    if actor.kind is not ActorKind.USER:
        return reach
    return replace(reach, stands_in_for=await standing_in(connection, account, actor.id, now))


def _asked(shown: Iterable[tuple[Authorization, Policy]]) -> _Asked:
    waiting = [
        (authorization, found[1])
        for authorization, policy in shown
        for dimension, trace in authorization.waiting()
        if (found := policy.find(dimension.dimension_id, trace.rule_id)) is not None
    ]
    return _Asked(
        frozenset(authorizer for _, rule in waiting for authorizer in rule.authorizers),
        escalated=any(authorization.escalations for authorization, _ in waiting),
    )


async def _emails(
    connection: AsyncConnection, account: str, asked: Collection[Authorizer], reach: Reach
) -> dict[Authorizer, tuple[str, ...]]:
    if not asked:
        return {}
    listed = {item.id for item in asked if item.type is AuthorizerType.USER}
    people = await load_users(connection, account, listed)
    known = {
        Authorizer(type=AuthorizerType.USER, id=user_id): _addresses([user])
        for user_id, user in people.items()
    }
    units = {reach.approving_unit(item.id) for item in asked if item.type is AuthorizerType.UNIT}
    units.update(few.above for few in reach.few.values() if few.above is not None)
    members = await _approvers_of(connection, account, units)
    for unit_id in units:
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


def _addresses(people: Sequence[User]) -> tuple[str, ...]:
    return tuple(
        user.email
        for user in people
        if user.email and user.active and Permission.APPROVE_ORDERS in permissions_of(user.roles)
    )
