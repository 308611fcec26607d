"""Finding people by what they may do: what it takes to say who holds a level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.orders.core.reach import WHOLE_ACCOUNT, Few, Reach
from placet.orders.core.seats import Seat, SeatKind
from placet.people.core.ability import why_unable
from placet.people.core.permissions import Permission
from placet.people.core.roles import roles_with
from placet.people.core.user import User
from placet.people.store.unit_tree import load_unit_paths
from placet.people.store.units import ENOUGH_PEOPLE, load_staffed_units
from placet.people.store.users import first_with_role, load_users
from placet.policies.core.model import AuthorizerType


async def unit_reach(
    connection: AsyncConnection,
    account: str,
    unit_ids: Iterable[str],
    *,
    enough: int = ENOUGH_PEOPLE,
) -> Reach:
    """Who decides where nobody in these units can, or nobody who is not barred from an order.

    `fallbacks` lists those of the units that have no active member with `ApproveOrders`, each with
    the nearest unit above that has one, or None where there is none and where the tree does not
    know the unit; `few` those with less than `enough` such members. The cost grows with the depth
    of the units, not with the size of the tree.
    """
    asked = sorted(set(unit_ids))
    roles = roles_with(Permission.APPROVE_ORDERS)
    ways = await load_staffed_units(connection, account, asked, roles, enough=enough)
    few: dict[str, Few] = {}
    for way in ways.values():
        above = [*(unit.id for unit in way[1:]), None]
        for unit, next_above in zip(way, above, strict=True):
            if len(unit.people) < enough:
                few[unit.id] = Few(frozenset(unit.people), next_above)
    nearest = {unit_id: ways[unit_id][0].id if unit_id in ways else None for unit_id in asked}
    return Reach(
        fallbacks={listed: acting for listed, acting in nearest.items() if listed != acting},
        few=few,
    )


async def seat_reach(
    connection: AsyncConnection,
    account: str,
    seats: Collection[Seat],
    *,
    enough: int,
    whoever: bool = False,
) -> Reach:
    """What it takes to say who holds these seats; `enough` people of a unit are never all barred.

    With `whoever` also who would hold them if other people were barred, as far as `enough` goes.
    What is looked up depends on the seats, never on the size of the organization.
    """
    people = {user.user_id: user for user in await listed_people(connection, account, seats)}
    listed = {seat.authorizer for seat in seats if seat.authorizer is not None}
    unable = {
        item.id: why
        for item in listed
        if item.type is AuthorizerType.USER and (why := why_unable(people.get(item.id)))
    }
    units = {item.id for item in listed if item.type is AuthorizerType.UNIT}
    reach = await unit_reach(connection, account, units, enough=enough) if units else Reach()
    reach = replace(reach, unable=unable)
    higher = {
        seat.authorizer.id
        for seat in seats
        if seat.kind is SeatKind.ABOVE and seat.authorizer is not None
    }
    if higher:
        reach = await _with_parents(connection, account, reach, higher, enough)
    paths = {seat.path for seat in seats if _is_open(seat, reach, whoever=whoever)}
    return await _with_paths(connection, account, reach, paths, enough)


async def listed_people(
    connection: AsyncConnection, account: str, seats: Iterable[Seat]
) -> Sequence[User]:
    """Those on record of the people whom seats name."""
    listed = (seat.authorizer for seat in seats)
    ids = {item.id for item in listed if item and item.type is AuthorizerType.USER}
    return list((await load_users(connection, account, ids)).values())


def _is_open(seat: Seat, reach: Reach, *, whoever: bool) -> bool:
    """Whether others may have to stand in for who is listed."""
    if seat.listed(reach) is None:
        return True
    if not whoever or seat.authorizer is None:
        return False
    everybody = frozenset().union(*(few.people for few in reach.few.values()))
    by_name = seat.authorizer.type is AuthorizerType.USER
    return by_name or reach.approving_unit(seat.authorizer.id, everybody) is None


async def _with_parents(
    connection: AsyncConnection, account: str, reach: Reach, units: Iterable[str], enough: int
) -> Reach:
    acting = {reach.fallbacks.get(unit_id, unit_id) for unit_id in units}
    acting.update(few.above for few in reach.few.values())
    known = {unit_id for unit_id in acting if unit_id is not None}
    paths = await load_unit_paths(connection, account, known)
    parents = {unit_id: path[-2].id for unit_id, path in paths.items() if len(path) > 1}
    above = await unit_reach(connection, account, set(parents.values()), enough=enough)
    return replace(_joined(above, reach), parents=parents)


async def _with_paths(
    connection: AsyncConnection,
    account: str,
    reach: Reach,
    paths: Iterable[tuple[str, ...]],
    enough: int,
) -> Reach:
    units = {unit_id for path in paths for unit_id in path}
    if units:
        reach = _joined(await unit_reach(connection, account, units, enough=enough), reach)
    if () in paths:
        roles = roles_with(Permission.APPROVE_ORDERS)
        found = await first_with_role(connection, account, roles, limit=enough)
        few = {} if len(found) >= enough else {WHOLE_ACCOUNT: Few(frozenset(found), None)}
        reach = replace(reach, few={**reach.few, **few})
    return reach


def _joined(more: Reach, reach: Reach) -> Reach:
    return replace(
        reach,
        fallbacks={**more.fallbacks, **reach.fallbacks},
        few={**more.few, **reach.few},
    )
