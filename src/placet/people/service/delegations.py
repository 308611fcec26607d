"""Delegations: a person lets another one approve in the own place, from one instant to another.

What the stand-in may do is decided when it is done, by what the delegator may do then: making a
delegation grants nothing by itself. It reaches one person far: what was delegated to somebody is
not handed on by that somebody's own delegations.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import Conflict, Forbidden, InvalidRequest, NotFound
from placet.kit.ids import new_id
from placet.kit.timestamps import timestamp
from placet.people.core.actor import Actor, ActorKind, Delegator
from placet.people.core.delegation import Delegation, DelegationEvent, DelegationFilter
from placet.people.core.permissions import DELEGATING, VIEWING_DELEGATIONS, Permission
from placet.people.core.visit import Visit, permitted
from placet.people.service.actors import actor_of, is_above_all, reached_units
from placet.people.service.people_desk import PeopleDesk
from placet.people.store.delegations import (
    delegations_in_force,
    delegations_to_come,
    end_delegation,
    find_delegations,
    insert_delegation,
    load_delegation,
    load_records,
)
from placet.people.store.users import load_users, lock_people

MAX_LENGTH_MS: Final = 366 * 86_400_000
# What one decision has to look at stays bounded.
MAX_DELEGATORS: Final = 50
_MAX_INSTANT: Final = 253_402_300_799_999


@dataclass(frozen=True, slots=True)
class RecordedDelegation:
    """A delegation with the record of who made it and who ended it."""

    delegation: Delegation
    record: tuple[DelegationEvent, ...]


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """Some of the delegations asked for; `next_id` continues after them (None: these were the
    last).
    """

    entries: list[RecordedDelegation]
    next_id: str | None


async def standing_in(
    connection: AsyncConnection, account: str, user_id: str, now: int
) -> tuple[Delegator, ...]:
    """The people who have delegated to `user_id`, with what each of them may do now, by id.

    Those who are inactive may do nothing, so nothing can be done in their place either.
    """
    found = await delegations_in_force(connection, account, now, delegates=[user_id])
    if not found:
        return ()
    users = await load_users(connection, account, {item.delegator_id for item in found})
    delegators = []
    for user in sorted(users.values(), key=lambda user: user.user_id):
        person = actor_of(user)
        delegators.append(Delegator(person.id, person.name, person.unit_ids, person.permissions))
    return tuple(delegators)


async def stand_ins(
    connection: AsyncConnection, account: str, user_ids: Collection[str], now: int
) -> dict[str, tuple[str, ...]]:
    """By delegator, who may act for each of these people now, active or not, oldest delegation
    first; people without a stand-in are left out.
    """
    found = await delegations_in_force(connection, account, now, delegators=user_ids)
    people: dict[str, dict[str, None]] = {}
    for item in found:
        people.setdefault(item.delegator_id, {})[item.delegate_id] = None
    return {delegator: tuple(delegates) for delegator, delegates in people.items()}


@permitted(DELEGATING)
async def create_delegation(
    desk: PeopleDesk,
    visit: Visit,
    *,
    delegator_id: str | None,
    delegate_id: str,
    from_at: int,
    until_at: int,
    now: int,
) -> RecordedDelegation:
    """Let `delegate_id` approve for `delegator_id` (None: the caller) in [`from_at`, `until_at`).

    Raises:
        Forbidden: the caller is neither the delegator nor may manage buying policies, or would be
            the stand-in.
        InvalidRequest: the same person twice, one who does not exist, is inactive or, where it is
            for others, out of the caller's reach, or a time that is over, empty, or longer than a
            year.
        Conflict: the delegate stands in for this person in that time already, or for too many.
    """
    delegator_id = _delegator(visit.actor, delegator_id)
    _check_time(from_at, until_at, now)
    if delegate_id == delegator_id:
        raise InvalidRequest("`delegateId` must be another person than the delegator")
    if visit.actor.kind is ActorKind.USER and delegate_id == visit.actor.id:
        raise Forbidden("nobody can make themselves the stand-in of another person")
    delegation = Delegation(
        account=visit.account,
        delegation_id=new_id(),
        delegator_id=delegator_id,
        delegate_id=delegate_id,
        from_at=from_at,
        until_at=until_at,
        created_at=now,
    )
    event = DelegationEvent.by(visit.actor, now, "delegated")
    async with desk.database.write() as connection:
        await lock_people(connection, visit.account)
        await _check_people(connection, visit.actor, delegation)
        await _check_others(connection, delegation, now)
        await insert_delegation(connection, delegation, event)
    return RecordedDelegation(delegation, (event,))


@permitted(DELEGATING)
async def end_delegation_now(
    desk: PeopleDesk, visit: Visit, delegation_id: str, now: int
) -> RecordedDelegation:
    """End a delegation; one that is over already is answered as it is.

    Raises:
        NotFound: the caller can see no such delegation.
        Forbidden: the caller is neither the delegator nor may manage buying policies of the
            delegator's unit.
    """
    async with desk.database.write() as connection:
        delegation = await load_delegation(connection, visit.account, delegation_id, lock=True)
        delegation = await _visible(connection, visit.actor, delegation, delegation_id)
        delegator_id = _delegator(visit.actor, delegation.delegator_id)
        if not await _within_reach(connection, visit, [delegator_id]):
            raise Forbidden("access denied: the delegator is not of your unit or one below it")
        if not delegation.over(now):
            event = DelegationEvent.by(visit.actor, now, "ended")
            await end_delegation(connection, delegation, event)
            delegation = replace(delegation, ended_at=now)
        return (await _recorded(connection, visit.account, [delegation]))[0]


@permitted(VIEWING_DELEGATIONS)
async def get_delegation(desk: PeopleDesk, visit: Visit, delegation_id: str) -> RecordedDelegation:
    """One delegation. Raises NotFound, also for those that do not concern the caller."""
    async with desk.database.read() as connection:
        delegation = await load_delegation(connection, visit.account, delegation_id)
        delegation = await _visible(connection, visit.actor, delegation, delegation_id)
        return (await _recorded(connection, visit.account, [delegation]))[0]


@permitted(VIEWING_DELEGATIONS)
async def list_delegations(
    desk: PeopleDesk,
    visit: Visit,
    wanted: DelegationFilter,
    *,
    limit: int,
    before_id: str | None = None,
) -> DelegationPage:
    """A page of delegations, newest first: the own ones, for whoever may see policies those of
    people of the own unit and below it too.
    """
    if not _sees_others(visit.actor):
        wanted = replace(wanted, person_id=_person(visit.actor))
    async with desk.database.read() as connection:
        if _sees_others(visit.actor) and not await is_above_all(connection, visit):
            wanted = replace(wanted, person_id=visit.actor.id, within=visit.actor.unit_ids)
        found = await find_delegations(
            connection, visit.account, wanted, limit=limit + 1, before_id=before_id
        )
        entries = await _recorded(connection, visit.account, found[:limit])
    more = len(found) > limit
    return DelegationPage(entries, entries[-1].delegation.delegation_id if more else None)


async def _recorded(
    connection: AsyncConnection, account: str, found: list[Delegation]
) -> list[RecordedDelegation]:
    records = await load_records(connection, account, [item.delegation_id for item in found])
    return [RecordedDelegation(item, tuple(records[item.delegation_id])) for item in found]


def _person(actor: Actor) -> str:
    """The caller's id as a person."""
    if actor.kind is not ActorKind.USER:
        raise Forbidden(
            "an app key has no delegations of its own: it needs "
            f"`{Permission.MANAGE_BUYING_POLICIES}`",
            code="missing-permission",
        )
    return actor.id


def _delegator(actor: Actor, delegator_id: str | None) -> str:
    """Whose delegation it is, for someone who may make or end it."""
    if delegator_id is not None and Permission.MANAGE_BUYING_POLICIES in actor.permissions:
        return delegator_id
    if delegator_id is None and actor.kind is not ActorKind.USER:
        raise InvalidRequest("`delegatorId` is required when an app key delegates")
    if delegator_id not in (None, _person(actor)):
        raise Forbidden(
            f"delegating for others needs `{Permission.MANAGE_BUYING_POLICIES}`",
            code="missing-permission",
        )
    return actor.id


def _sees_others(actor: Actor) -> bool:
    seeing = {Permission.MANAGE_BUYING_POLICIES, Permission.VIEW_BUYING_POLICIES}
    return not seeing.isdisjoint(actor.permissions)


async def _visible(
    connection: AsyncConnection, actor: Actor, delegation: Delegation | None, delegation_id: str
) -> Delegation:
    if delegation is not None:
        concerned = [delegation.delegator_id, delegation.delegate_id]
        if actor.kind is ActorKind.USER and actor.id in concerned:
            return delegation
        if _sees_others(actor) and await _within_reach(
            connection, Visit(delegation.account, actor), concerned
        ):
            return delegation
    raise NotFound(f"there is no delegation `{delegation_id[:100]}`")


async def _within_reach(
    connection: AsyncConnection, visit: Visit, user_ids: Collection[str]
) -> frozenset[str]:
    """Those of these people who are of the actor's unit or one below it, or the actor itself."""
    if visit.actor.kind is not ActorKind.USER:
        return frozenset(user_ids)
    users = await load_users(connection, visit.account, user_ids)
    units = {user_id: user.unit_id for user_id, user in users.items()}
    reached = await reached_units(connection, visit, units.values())
    return frozenset(
        user_id
        for user_id, unit_id in units.items()
        if user_id == visit.actor.id or unit_id in reached
    )


def _check_time(from_at: int, until_at: int, now: int) -> None:
    if not 0 <= from_at < until_at <= _MAX_INSTANT:
        raise InvalidRequest("`until` must be later than `from`")
    if until_at <= now:
        raise InvalidRequest(f"`until` must be later than now, which is {timestamp(now)}")
    if until_at - from_at > MAX_LENGTH_MS:
        raise InvalidRequest("a delegation can last 366 days at most")


async def _check_people(connection: AsyncConnection, actor: Actor, delegation: Delegation) -> None:
    ids = {"delegatorId": delegation.delegator_id, "delegateId": delegation.delegate_id}
    users = await load_users(connection, delegation.account, ids.values())
    reached = frozenset(users)
    if delegation.delegator_id != actor.id:
        reached = await _within_reach(connection, Visit(delegation.account, actor), reached)
    for field, user_id in ids.items():
        user = users.get(user_id)
        # The same words, so that they do not tell who is on record elsewhere.
        if user is None or not user.active or user_id not in reached:
            raise InvalidRequest(f"`{field}`: there is no active person `{user_id[:250]}`")


async def _check_others(connection: AsyncConnection, delegation: Delegation, now: int) -> None:
    """One delegation at a time between two people, and a bounded number to one."""
    others = await delegations_to_come(
        connection, delegation.account, delegation.delegate_id, now, limit=MAX_DELEGATORS
    )
    for other in others:
        meets = other.from_at < delegation.until_at and delegation.from_at < other.until_at
        if meets and other.delegator_id == delegation.delegator_id:
            raise Conflict(
                f"`{other.delegate_id}` stands in for `{other.delegator_id}` until "
                f"{timestamp(other.until_at)} already, by delegation `{other.delegation_id}`"
            )
    if len(others) >= MAX_DELEGATORS:
        raise Conflict(
            f"`{delegation.delegate_id}` stands in {MAX_DELEGATORS} times already: "
            "end one of these delegations, or wait until one is over"
        )
