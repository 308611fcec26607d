"""The dimensions that a visitor may see, and those it may change."""

from __future__ import annotations

from collections.abc import Iterable

from placet.errors import NotFound
from placet.people.core.visit import Visit
from placet.people.service.actors import is_above_all, reach_of
from placet.people.service.scope import check_unit, check_whole_account
from placet.people.store.unit_tree import load_ids_below, load_unit_paths
from placet.policies.core.model import Dimension
from placet.policies.service.policy_desk import PolicyDesk
from placet.policies.store.dimensions import load_dimension


async def check_reached(desk: PolicyDesk, visit: Visit, dimension_id: str) -> None:
    """Make sure that the actor may change a dimension. What is wrong with the change comes after
    that, or it would tell which ids there are.

    Raises:
        NotFound: there is none, or it is of a unit that the actor does not reach.
        Forbidden: it is of every unit.
    """
    if reach_of(visit.actor) is None:
        return
    async with desk.database.read() as connection:
        dimension = await load_dimension(connection, visit.account, dimension_id)
    if dimension is None:
        raise NotFound(f"there is no dimension `{dimension_id[:100]}`")
    if dimension.unit_id is None:
        await check_whole_account(desk.database, visit)
        return
    try:
        await check_unit(desk.database, visit, dimension.unit_id)
    except NotFound:
        raise NotFound(f"there is no dimension `{dimension_id[:100]}`") from None


async def visible_dimensions(
    desk: PolicyDesk, visit: Visit, found: Iterable[Dimension]
) -> list[Dimension]:
    """Those of the dimensions that judge orders of units within the actor's reach."""
    reach = reach_of(visit.actor)
    if reach is None:
        return list(found)
    async with desk.database.read() as connection:
        if await is_above_all(connection, visit):
            return list(found)
        units: set[str | None] = {None, *reach}
        for path in (await load_unit_paths(connection, visit.account, reach)).values():
            units |= {unit.id for unit in path}
        units |= await load_ids_below(connection, visit.account, reach)
    return [dimension for dimension in found if dimension.unit_id in units]
