"""People: who is on record, in which unit, with which roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StrictBool, StrictStr
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import Conflict, Detail, Forbidden, InvalidRequest, NotFound
from placet.kit.addresses import is_email_address
from placet.kit.characters import invisible_character
from placet.kit.wire_model import MAX_NAME, Identifier, Visible, WireModel
from placet.people.core.ability import why_unable
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.fallen import NOTHING_FELL, Fallen
from placet.people.core.permissions import MANAGING_UNITS, VIEWING_UNITS
from placet.people.core.roles import role_named
from placet.people.core.user import User, UserFilter
from placet.people.core.visit import Visit, permitted
from placet.people.service.actors import reach_of, reaches
from placet.people.service.people_desk import PeopleDesk
from placet.people.service.units import reachable_unit
from placet.people.store.unit_tree import load_unit_paths
from placet.people.store.users import (
    find_users,
    load_user,
    load_user_by_email,
    load_users,
    lock_people,
    put_users,
    set_unit,
    users_of_units,
)

_MAX_ROLES: Final = 20
_SELF: Final = "nobody can change their own roles, unit or state: ask someone else"


def _address(text: str) -> str:
    if not is_email_address(text):
        raise ValueError("must be an e-mail address such as `name@example.com`")
    return text


class UserDraft(WireModel):
    """What is on record of a person, all of it: what is left out is taken away.

    `roles` are names of roles or their GUIDs. Only `active` stays as it is where it is left out, so
    that nobody who was deactivated comes back unsaid.
    """

    email: Annotated[StrictStr, Field(max_length=320), AfterValidator(_address)] | None = None
    name: Annotated[StrictStr, Field(max_length=MAX_NAME), AfterValidator(str.strip), Visible] = ""
    unit_id: Identifier | None = None
    roles: Annotated[tuple[StrictStr, ...], Field(max_length=_MAX_ROLES)] = ()
    can_impersonate: StrictBool = False
    active: Annotated[
        StrictBool | None, Field(description="Left out: as before; true for somebody new.")
    ] = None


@dataclass(frozen=True, slots=True)
class UserPage:
    """People by id; `next_id`, where there are more, is the `after_id` of the next page."""

    entries: tuple[User, ...]
    next_id: str | None


@dataclass(frozen=True, slots=True)
class ChangedUser:
    """A person as on record now, and the orders that waited for what the person may not do now."""

    user: User
    fallen: Fallen


@dataclass(frozen=True, slots=True)
class AddedMembers:
    """Who of those named is a member of the unit now, who was left where they are, and the orders
    that waited for those who have left another unit.
    """

    added: tuple[str, ...]
    failed: tuple[str, ...]
    fallen: Fallen


@permitted(VIEWING_UNITS)
async def get_user(desk: PeopleDesk, visit: Visit, user_id: str) -> User:
    """One person. Raises NotFound where there is none within the actor's reach."""
    async with desk.database.read() as connection:
        return await _reachable_user(connection, visit, user_id)


@permitted(VIEWING_UNITS)
async def list_users(
    desk: PeopleDesk,
    visit: Visit,
    wanted: UserFilter,
    *,
    limit: int,
    after_id: str | None,
) -> UserPage:
    """At most `limit` people that pass the filter, those within the actor's reach."""
    async with desk.database.read() as connection:
        found = await find_users(
            connection,
            visit.account,
            replace(wanted, within=reach_of(visit.actor)),
            limit=limit + 1,
            after_id=after_id,
        )
    page = tuple(found[:limit])
    return UserPage(page, page[-1].user_id if len(found) > limit else None)


@permitted(MANAGING_UNITS)
async def put_user(desk: PeopleDesk, visit: Visit, user_id: str, draft: UserDraft) -> ChangedUser:
    """Put a person on record, or replace what is there.

    Raises:
        Conflict: the address is another person's.
        Forbidden: a person changes someone out of reach, or the own roles, unit or state.
        InvalidRequest: an id that cannot be, an unknown role or unit.
    """
    _check_id(user_id)
    roles = frozenset(role_named(text).value for text in draft.roles)
    now = desk.clock.now_ms()
    async with desk.database.write() as connection:
        await lock_people(connection, visit.account)
        old = await load_user(connection, visit.account, user_id)
        user = User(
            account=visit.account,
            user_id=user_id,
            email=draft.email,
            name=draft.name,
            unit_id=draft.unit_id,
            roles=roles,
            can_impersonate=draft.can_impersonate,
            active=_active(draft, old),
            created_at=now if old is None else old.created_at,
            changed_at=now,
        )
        await _check_unit(connection, visit, user.unit_id)
        await _check_change(connection, visit.actor, old, user)
        await _check_address(connection, user)
        await put_users(connection, [user])
        fallen = NOTHING_FELL
        changed = old is None or _standing(old) != _standing(user)
        if changed and (_approves(old) or _approves(user)):
            fallen = await desk.follow(connection, visit.account, [user_id])
    return ChangedUser(user, fallen)


@permitted(MANAGING_UNITS)
async def deactivate_user(desk: PeopleDesk, visit: Visit, user_id: str) -> Fallen:
    """Let a person do nothing from now on; who did what before stays on record. Answers what
    becomes of the orders that waited for the person.

    Raises:
        Forbidden: a person would deactivate themselves.
        NotFound: no such person within the actor's reach.
    """
    async with desk.database.write() as connection:
        await lock_people(connection, visit.account)
        old = await _reachable_user(connection, visit, user_id)
        gone = replace(old, active=False, changed_at=desk.clock.now_ms())
        await _check_change(connection, visit.actor, old, gone)
        await put_users(connection, [gone])
        return await desk.follow(connection, visit.account, [user_id])


@permitted(VIEWING_UNITS)
async def list_members(desk: PeopleDesk, visit: Visit, unit_id: str) -> list[User]:
    """The active members of a unit. Raises NotFound where there is none within reach."""
    async with desk.database.read() as connection:
        await reachable_unit(connection, visit, unit_id)
        return await users_of_units(connection, visit.account, [unit_id])


@permitted(MANAGING_UNITS)
async def add_members(
    desk: PeopleDesk,
    visit: Visit,
    unit_id: str,
    user_ids: Sequence[str],
    *,
    force: bool,
) -> AddedMembers:
    """Make people members of a unit; whoever is not on record yet is put there by the bare id.

    Whoever is in a unit already, this one or another, is left there, or with `force` comes here.
    Whoever is beyond a person's reach stays where they are in any case, and so does that person.

    Raises:
        InvalidRequest: somebody new has an id that cannot be.
        NotFound: there is no such unit within the actor's reach.
    """
    ids = list(dict.fromkeys(user_ids))
    now = desk.clock.now_ms()
    async with desk.database.write() as connection:
        await lock_people(connection, visit.account)
        await reachable_unit(connection, visit, unit_id)
        known = await load_users(connection, visit.account, ids)
        others = [user for user in known.values() if not _is_self(visit.actor, user.user_id)]
        movable = await _movable(connection, visit, others, force=force)
        added = [user_id for user_id in ids if user_id not in known or user_id in movable]
        bare = [
            User(
                account=visit.account,
                user_id=user_id,
                unit_id=unit_id,
                created_at=now,
                changed_at=now,
            )
            for user_id in added
            if user_id not in known
        ]
        for user in bare:
            _check_id(user.user_id)
        await put_users(connection, bare)
        coming = [id_ for id_ in added if id_ in known and known[id_].unit_id != unit_id]
        await set_unit(connection, visit.account, coming, unit_id, now)
        fallen = await desk.follow(connection, visit.account)
    return AddedMembers(tuple(added), tuple(id_ for id_ in ids if id_ not in set(added)), fallen)


@permitted(MANAGING_UNITS)
async def remove_members(
    desk: PeopleDesk, visit: Visit, unit_id: str, user_ids: Sequence[str]
) -> Fallen:
    """Take people out of a unit; they stay on record. Whoever is no member is passed over. Answers
    what becomes of the orders that waited for them.

    Raises:
        Forbidden: a person would leave by themselves.
        NotFound: there is no such unit within the actor's reach.
    """
    async with desk.database.write() as connection:
        await lock_people(connection, visit.account)
        await reachable_unit(connection, visit, unit_id)
        known = await load_users(connection, visit.account, user_ids)
        leaving = [user.user_id for user in known.values() if user.unit_id == unit_id]
        if any(_is_self(visit.actor, user_id) for user_id in leaving):
            raise Forbidden(_SELF)
        await set_unit(connection, visit.account, leaving, None, desk.clock.now_ms())
        return await desk.follow(connection, visit.account)


async def _reachable_user(connection: AsyncConnection, visit: Visit, user_id: str) -> User:
    user = await load_user(connection, visit.account, user_id)
    if user is None or not await _is_reachable(connection, visit.actor, user):
        raise NotFound(f"there is no user `{user_id[:100]}`")
    return user


async def _is_reachable(connection: AsyncConnection, actor: Actor, user: User) -> bool:
    return user.user_id in await _movable(
        connection, Visit(user.account, actor), [user], force=True
    )


async def _movable(
    connection: AsyncConnection, visit: Visit, users: Sequence[User], *, force: bool
) -> set[str]:
    """Those of these people who may be taken out of the unit they are in, if any."""
    if reach_of(visit.actor) is None:
        return {user.user_id for user in users if force or user.unit_id is None}
    units = {user.unit_id for user in users if user.unit_id is not None} if force else set()
    paths = await load_unit_paths(connection, visit.account, units)
    return {
        user.user_id
        for user in users
        if user.unit_id in paths and reaches(visit.actor, (unit.id for unit in paths[user.unit_id]))
    }


async def _check_unit(connection: AsyncConnection, visit: Visit, unit_id: str | None) -> None:
    if unit_id is None:
        if reach_of(visit.actor) is not None:
            raise Forbidden("name a `unitId` within your unit")
        return
    try:
        await reachable_unit(connection, visit, unit_id)
    except NotFound as error:
        detail = Detail("unitId", error.message)
        raise InvalidRequest(str(detail), details=[detail]) from error


async def _check_change(
    connection: AsyncConnection, actor: Actor, old: User | None, new: User
) -> None:
    if old is None or actor.kind is not ActorKind.USER:
        return
    if not await _is_reachable(connection, actor, old):
        raise Forbidden(f"the user `{new.user_id[:100]}` does not belong to your unit")
    # Else whoever manages people could make themselves an approver of their own orders.
    if _is_self(actor, new.user_id) and _standing(old) != _standing(new):
        raise Forbidden(_SELF)


def _approves(user: User | None) -> bool:
    """Whether orders may wait for the person, which a change then has to be followed up for."""
    return why_unable(user) is None


def _is_self(actor: Actor, user_id: str) -> bool:
    return actor.kind is ActorKind.USER and actor.id == user_id


def _active(draft: UserDraft, old: User | None) -> bool:
    if draft.active is None:
        return old is None or old.active
    return draft.active


def _standing(user: User) -> tuple[object, ...]:
    return user.roles, user.unit_id, user.active, user.can_impersonate


async def _check_address(connection: AsyncConnection, user: User) -> None:
    if user.email is None:
        return
    owner = await load_user_by_email(connection, user.account, user.email)
    if owner is not None and owner.user_id != user.user_id:
        raise Conflict(f"`{user.email}` is the e-mail address of another user", code="email-taken")


def _check_id(user_id: str) -> None:
    if len(user_id) > MAX_NAME or not user_id.strip():
        raise InvalidRequest(f"a user id must have 1 to {MAX_NAME} characters")
    # Ids are parts of paths, and are shown to people.
    hidden = invisible_character(user_id)
    if hidden is not None:
        raise InvalidRequest(f"a user id must not contain an invisible character: {hidden}")
    if "/" in user_id or user_id in (".", ".."):
        raise InvalidRequest(
            f"a user id must be without `/`, and neither `.` nor `..`, unlike {user_id[:100]!r}"
        )
