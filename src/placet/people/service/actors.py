"""People as those who act, and how far what they do reaches."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.people.core.actor import Actor, ActorKind
from placet.people.core.roles import permissions_of
from placet.people.core.user import User
from placet.people.core.visit import Visit
from placet.people.store.unit_tree import load_sole_root, load_unit_paths


def actor_of(user: User) -> Actor:
    """The person as an actor: what the roles permit, in the person's unit.

    Someone inactive may do nothing.
    """
    permissions = permissions_of(user.roles) if user.active else frozenset()
    units = [user.unit_id] if user.unit_id is not None else []
    return Actor(
        ActorKind.USER,
        user.user_id,
        permissions,
        frozenset(units),
        name=user.name or user.email,
    )


def reach_of(actor: Actor) -> frozenset[str] | None:
    """The units in which, and below which, the actor sees and changes units and people.

    An account can hold the units of many buyers, so a person has no say outside the own unit, and
    one without a unit nowhere. None stands for the whole account, where app keys act.
    """
    return actor.unit_ids if actor.kind is ActorKind.USER else None


def reaches(actor: Actor, unit_path: Iterable[str]) -> bool:
    """Whether a unit is within the actor's reach; `unit_path` leads from the root down to it."""
    reach = reach_of(actor)
    return reach is None or not reach.isdisjoint(unit_path)


async def is_above_all(connection: AsyncConnection, visit: Visit) -> bool:
    """Whether the actor reaches all of the account: an app key, or a person of the one unit that is
    above all others.
    """
    reach = reach_of(visit.actor)
    return reach is None or await load_sole_root(connection, visit.account) in reach


async def reached_units(
    connection: AsyncConnection, visit: Visit, unit_ids: Iterable[str | None]
) -> frozenset[str | None]:
    """Those of these units within the actor's reach. None, for what has no unit, and units that are
    none are within that of who is above all.
    """
    asked = frozenset(unit_ids)
    if reach_of(visit.actor) is None:
        return asked
    known = {unit_id for unit_id in asked if unit_id is not None}
    paths = await load_unit_paths(connection, visit.account, known)
    reached = frozenset(
        unit_id
        for unit_id, path in paths.items()
        if reaches(visit.actor, (unit.id for unit in path))
    )
    if reached == asked or not await is_above_all(connection, visit):
        return reached
    return asked
