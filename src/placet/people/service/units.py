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
from placet.orders.service.notices.stand_ins import follow_people
from placet.orders.service.pending_approvals import Fallen
from placet.people.core.actor import Actor
from placet.people.core.unit import StoredUnit
from placet.people.service.actors import reach_of, reaches
from placet.people.store.accounts import bump_policy_version
from placet.people.store.unit_tree import MAX_UNIT_DEPTH, load_unit_height
from placet.people.store.unit_uses import find_unit_use
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
from placet.process import Service


@dataclass(frozen=True, slots=True)
class MovedUnit:
    """A unit in its new place, and the orders that waited for those who stood in by the old one."""

    unit: StoredUnit
    fallen: Fallen


async def get_unit(service: Service, account: str, actor: Actor, unit_id: str) -> StoredUnit:
    """One unit. Raises NotFound where there is none within the actor's reach."""
    async with service.database.read() as connection:
        return await reachable_unit(connection, account, actor, unit_id)


async def get_unit_of_user(
    service: Service, account: str, actor: Actor, user_id: str
) -> StoredUnit:
    """The unit a person belongs to.

    Raises:
        NotFound: no such person, or one without a unit within the actor's reach.
    """
    async with service.database.read() as connection:
        user = await load_user(connection, account, user_id)
        if user is not None and user.unit_id is not None:
            unit = await load_unit(connection, account, user.unit_id)
            if unit is not None and reaches(actor, unit.path):
                return unit
    raise NotFound(f"there is no user `{user_id[:100]}` with a unit")


async def search_units(
    service: Service, account: str, actor: Actor, name_part: str, *, page: int, page_size: int
) -> list[StoredUnit]:
    """A page of the units with `name_part` in their names, in any case, by name; from page 1."""
    async with service.database.read() as connection:
        return await find_units(
            connection,
            account,
            name_part=name_part,
            within=reach_of(actor),
            offset=(page - 1) * page_size,
            limit=page_size,
        )


async def list_roots(service: Service, account: str, actor: Actor) -> list[StoredUnit]:
    """The units without one above, by name; for a person, the topmost that the person reaches."""
    async with service.database.read() as connection:
        reach = reach_of(actor)
        if reach is None:
            return await load_roots(connection, account)
        own = [await load_unit(connection, account, unit_id) for unit_id in sorted(reach)]
        return [unit for unit in own if unit is not None and reach.isdisjoint(unit.path[:-1])]


async def list_children(
    service: Service, account: str, actor: Actor, unit_id: str, *, deep: bool
) -> list[StoredUnit]:
    """The units directly below one, or with `deep` all below it, by name.

    Raises:
        NotFound: there is no such unit within the actor's reach.
    """
    async with service.database.read() as connection:
        await reachable_unit(connection, account, actor, unit_id)
        return await load_units_below(connection, account, unit_id, deep=deep)


async def create_unit(
    service: Service, account: str, actor: Actor, name: str, parent_id: str | None
) -> StoredUnit:
    """Make a unit below another one, or a root.

    Raises:
        Forbidden: a person would make a root.
        InvalidRequest: the tree would be too deep.
        NotFound: there is no such parent within the actor's reach.
    """
    unit, now = UnitRow(new_id(), name, parent_id), service.clock.now_ms()
    async with service.database.write() as connection:
        await bump_policy_version(connection, account)
        path = await _path_of_parent(connection, account, actor, parent_id)
        _check_depth(len(path) + 1)
        await insert_units(connection, account, [unit], now)
    return StoredUnit(unit.id, name, (*path, unit.id), now, now)


async def rename_unit(
    service: Service, account: str, actor: Actor, unit_id: str, name: str
) -> StoredUnit:
    """Give a unit another name. Raises NotFound where there is none within the actor's reach."""
    async with service.database.write() as connection:
        await bump_policy_version(connection, account)
        unit = await reachable_unit(connection, account, actor, unit_id)
        now = service.clock.now_ms()
        await store_name(connection, account, unit_id, name, now)
    return StoredUnit(unit.id, name, unit.path, unit.created_at, now)


async def move_unit(
    service: Service, account: str, actor: Actor, unit_id: str, parent_id: str | None
) -> MovedUnit:
    """Put a unit, with all below it, under another one, or make it a root.

    From the next order on it is judged by the policies of its new place.

    Raises:
        Forbidden: a person would make a root.
        InvalidRequest: it would be above itself, or the tree too deep.
        NotFound: one of the two is not within the actor's reach.
    """
    async with service.database.write() as connection:
        await bump_policy_version(connection, account)
        unit = await reachable_unit(connection, account, actor, unit_id)
        path = await _path_of_parent(connection, account, actor, parent_id)
        if unit_id in path:
            raise InvalidRequest(
                f"the unit `{unit_id[:100]}` cannot be moved below itself", code="unit-cycle"
            )
        _check_depth(len(path) + await load_unit_height(connection, account, unit_id))
        now = service.clock.now_ms()
        await store_parent(connection, account, unit_id, parent_id, now)
        fallen = await follow_people(service, connection, account)
    moved = StoredUnit(unit.id, unit.name, (*path, unit_id), unit.created_at, now)
    return MovedUnit(moved, fallen)


async def delete_unit(
    service: Service, account: str, actor: Actor, unit_id: str, *, cascade: bool
) -> Fallen:
    """Delete a unit that nothing needs, with `cascade` together with all below it. Answers what
    becomes of the orders whose approvers were to be found by it.

    Raises:
        Conflict: people, budgets, dimensions, rules or waiting orders need one of them.
        InvalidRequest: there are units below it, and `cascade` is false.
        NotFound: there is no such unit within the actor's reach.
    """
    async with service.database.write() as connection:
        await bump_policy_version(connection, account)
        unit = await reachable_unit(connection, account, actor, unit_id)
        below = await load_units_below(connection, account, unit_id, deep=True)
        if below and not cascade:
            raise InvalidRequest(
                f"the unit `{unit.name}` has units below it: set `cascade` to true to delete them"
                " too",
                code="unit-has-children",
            )
        ids = [unit_id, *(child.id for child in below)]
        use = await find_unit_use(connection, account, ids)
        if use is not None:
            raise Conflict(
                f"the unit `{use.unit_id}` cannot be deleted: {use.what}", code="unit-in-use"
            )
        await delete_units(connection, account, ids)
        return await follow_people(service, connection, account)


async def reachable_unit(
    connection: AsyncConnection, account: str, actor: Actor, unit_id: str
) -> StoredUnit:
    """One unit. Raises NotFound, in the same words, where there is none or the actor's reach ends
    before it.
    """
    unit = await load_unit(connection, account, unit_id)
    if unit is None or not reaches(actor, unit.path):
        raise NotFound(f"there is no organization unit `{unit_id[:100]}`")
    return unit


async def _path_of_parent(
    connection: AsyncConnection, account: str, actor: Actor, parent_id: str | None
) -> tuple[str, ...]:
    if parent_id is not None:
        return (await reachable_unit(connection, account, actor, parent_id)).path
    if reach_of(actor) is not None:
        raise Forbidden("only an app key can make a root unit: name a `parentId` within your unit")
    return ()


def _check_depth(levels: int) -> None:
    if levels > MAX_UNIT_DEPTH:
        raise InvalidRequest(
            f"units can be at most {MAX_UNIT_DEPTH} levels deep", code="units-too-deep"
        )
