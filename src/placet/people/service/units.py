"""The tree of units: find, create, rename, move, delete.

Every change grows the account's policy version, so the next decision of every process sees it. It
does so first, which makes changes of one account's tree wait for each other: no two moves that are
fine one by one can make a cycle together.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import Conflict, Forbidden, InvalidRequest, NotFound
from placet.kit.ids import new_id
from placet.people.core.fallen import Fallen
from placet.people.core.permissions import MANAGING_UNITS, VIEWING_UNITS
from placet.people.core.unit import StoredUnit
from placet.people.core.visit import Visit, permitted
from placet.people.service.actors import reach_of, reaches
from placet.people.service.people_desk import PeopleDesk
from placet.people.store.accounts import bump_policy_version
from placet.people.store.unit_tree import MAX_UNIT_DEPTH, load_unit_height
from placet.people.store.units import (
    UnitRow,
    delete_units,
    find_units,
    insert_units,
    load_roots,
    load_unit,
    load_units_below,
)
from placet.people.store.units import move_unit as store_parent
from placet.people.store.units import rename_unit as store_name
from placet.people.store.users import load_user


@dataclass(frozen=True, slots=True)
class MovedUnit:
    """A unit in its new place, and the orders that waited for those who stood in by the old one."""

    unit: StoredUnit
    fallen: Fallen


@permitted(VIEWING_UNITS)
async def get_unit(desk: PeopleDesk, visit: Visit, unit_id: str) -> StoredUnit:
    """One unit. Raises NotFound where there is none within the actor's reach."""
    async with desk.database.read() as connection:
        return await reachable_unit(connection, visit, unit_id)


@permitted(VIEWING_UNITS)
async def get_unit_of_user(desk: PeopleDesk, visit: Visit, user_id: str) -> StoredUnit:
    """The unit a person belongs to.

    Raises:
        NotFound: no such person, or one without a unit within the actor's reach.
    """
    async with desk.database.read() as connection:
        user = await load_user(connection, visit.account, user_id)
        if user is not None and user.unit_id is not None:
            unit = await load_unit(connection, visit.account, user.unit_id)
            if unit is not None and reaches(visit.actor, unit.path):
                return unit
    raise NotFound(f"there is no user `{user_id[:100]}` with a unit")


@permitted(VIEWING_UNITS)
async def search_units(
    desk: PeopleDesk, visit: Visit, name_part: str, *, page: int, page_size: int
) -> list[StoredUnit]:
    """A page of the units with `name_part` in their names, in any case, by name; from page 1."""
    async with desk.database.read() as connection:
        return await find_units(
            connection,
            visit.account,
            name_part=name_part,
            within=reach_of(visit.actor),
            offset=(page - 1) * page_size,
            limit=page_size,
        )


@permitted(VIEWING_UNITS)
async def list_roots(desk: PeopleDesk, visit: Visit) -> list[StoredUnit]:
    """The units without one above, by name; for a person, the topmost that the person reaches."""
    async with desk.database.read() as connection:
        reach = reach_of(visit.actor)
        if reach is None:
            return await load_roots(connection, visit.account)
        own = [await load_unit(connection, visit.account, unit_id) for unit_id in sorted(reach)]
        return [unit for unit in own if unit is not None and reach.isdisjoint(unit.path[:-1])]


@permitted(VIEWING_UNITS)
async def list_children(
    desk: PeopleDesk, visit: Visit, unit_id: str, *, deep: bool
) -> list[StoredUnit]:
    """The units directly below one, or with `deep` all below it, by name.

    Raises:
        NotFound: there is no such unit within the actor's reach.
    """
    async with desk.database.read() as connection:
        await reachable_unit(connection, visit, unit_id)
        return await load_units_below(connection, visit.account, unit_id, deep=deep)


@permitted(MANAGING_UNITS)
async def create_unit(
    desk: PeopleDesk, visit: Visit, name: str, parent_id: str | None
) -> StoredUnit:
    """Make a unit below another one, or a root.

    Raises:
        Forbidden: a person would make a root.
        InvalidRequest: the tree would be too deep.
        NotFound: there is no such parent within the actor's reach.
    """
    unit, now = UnitRow(new_id(), name, parent_id), desk.clock.now_ms()
    async with desk.database.write() as connection:
        await bump_policy_version(connection, visit.account)
        path = await _path_of_parent(connection, visit, parent_id)
        _check_depth(len(path) + 1)
        await insert_units(connection, visit.account, [unit], now)
    return StoredUnit(unit.id, name, (*path, unit.id), now, now)


@permitted(MANAGING_UNITS)
async def rename_unit(desk: PeopleDesk, visit: Visit, unit_id: str, name: str) -> StoredUnit:
    """Give a unit another name. Raises NotFound where there is none within the actor's reach."""
    async with desk.database.write() as connection:
        await bump_policy_version(connection, visit.account)
        unit = await reachable_unit(connection, visit, unit_id)
        now = desk.clock.now_ms()
        await store_name(connection, visit.account, unit_id, name, now)
    return StoredUnit(unit.id, name, unit.path, unit.created_at, now)


@permitted(MANAGING_UNITS)
async def move_unit(
    desk: PeopleDesk, visit: Visit, unit_id: str, parent_id: str | None
) -> MovedUnit:
    """Put a unit, with all below it, under another one, or make it a root.

    From the next order on it is judged by the policies of its new place.

    Raises:
        Forbidden: a person would make a root.
        InvalidRequest: it would be above itself, or the tree too deep.
        NotFound: one of the two is not within the actor's reach.
    """
    async with desk.database.write() as connection:
        await bump_policy_version(connection, visit.account)
        unit = await reachable_unit(connection, visit, unit_id)
        path = await _path_of_parent(connection, visit, parent_id)
        if unit_id in path:
            raise InvalidRequest(
                f"the unit `{unit_id[:100]}` cannot be moved below itself", code="unit-cycle"
            )
        _check_depth(len(path) + await load_unit_height(connection, visit.account, unit_id))
        now = desk.clock.now_ms()
        await store_parent(connection, visit.account, unit_id, parent_id, now)
        fallen = await desk.follow(connection, visit.account)
    moved = StoredUnit(unit.id, unit.name, (*path, unit_id), unit.created_at, now)
    return MovedUnit(moved, fallen)


@permitted(MANAGING_UNITS)
async def delete_unit(desk: PeopleDesk, visit: Visit, unit_id: str, *, cascade: bool) -> Fallen:
    """Delete a unit that nothing needs, with `cascade` together with all below it. Answers what
    becomes of the orders whose approvers were to be found by it.

    Raises:
        Conflict: people, budgets, dimensions, rules or waiting orders need one of them.
        InvalidRequest: there are units below it, and `cascade` is false.
        NotFound: there is no such unit within the actor's reach.
    """
    async with desk.database.write() as connection:
        await bump_policy_version(connection, visit.account)
        unit = await reachable_unit(connection, visit, unit_id)
        below = await load_units_below(connection, visit.account, unit_id, deep=True)
        if below and not cascade:
            raise InvalidRequest(
                f"the unit `{unit.name}` has units below it: set `cascade` to true to delete them"
                " too",
                code="unit-has-children",
            )
        ids = [unit_id, *(child.id for child in below)]
        use = await desk.find_unit_use(connection, visit.account, ids)
        if use is not None:
            raise Conflict(
                f"the unit `{use.unit_id}` cannot be deleted: {use.what}", code="unit-in-use"
            )
        await delete_units(connection, visit.account, ids)
        return await desk.follow(connection, visit.account)


async def reachable_unit(connection: AsyncConnection, visit: Visit, unit_id: str) -> StoredUnit:
    """One unit. Raises NotFound, in the same words, where there is none or the actor's reach ends
    before it.
    """
    unit = await load_unit(connection, visit.account, unit_id)
    if unit is None or not reaches(visit.actor, unit.path):
        raise NotFound(f"there is no organization unit `{unit_id[:100]}`")
    return unit


async def _path_of_parent(
    connection: AsyncConnection, visit: Visit, parent_id: str | None
) -> tuple[str, ...]:
    if parent_id is not None:
        return (await reachable_unit(connection, visit, parent_id)).path
    if reach_of(visit.actor) is not None:
        raise Forbidden("only an app key can make a root unit: name a `parentId` within your unit")
    return ()


def _check_depth(levels: int) -> None:
    if levels > MAX_UNIT_DEPTH:
        raise InvalidRequest(
            f"units can be at most {MAX_UNIT_DEPTH} levels deep", code="units-too-deep"
        )
