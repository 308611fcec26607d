"""Finding people by what they may do."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.permissions import Permission
from placet.application.roles import roles_with
from placet.authorization.reach import Few, Reach
from placet.storage.units import ENOUGH_PEOPLE, load_staffed_units

__all__ = ["unit_reach"]


async def unit_reach(connection: AsyncConnection, account: str, unit_ids: Iterable[str]) -> Reach:
    """Who decides where nobody in these units can, or nobody who is not barred from an order.

    `fallbacks` lists those of the units that have no active member with `ApproveOrders`, each with
    the nearest unit above that has one; a unit without such an ancestor, and one that the tree does
    not know, is left out. The cost grows with the depth of the units, not with the size of the
    tree.
    """
    asked = sorted(set(unit_ids))
    roles = roles_with(Permission.APPROVE_ORDERS)
    ways = await load_staffed_units(connection, account, asked, roles)
    few: dict[str, Few] = {}
    for way in ways.values():
        above = [*(unit.id for unit in way[1:]), None]
        for unit, next_above in zip(way, above, strict=True):
            if len(unit.people) < ENOUGH_PEOPLE:
                few[unit.id] = Few(frozenset(unit.people), next_above)
    nearest = {unit_id: way[0].id for unit_id, way in ways.items()}
    return Reach(
        fallbacks={listed: acting for listed, acting in nearest.items() if listed != acting},
        few=few,
    )
