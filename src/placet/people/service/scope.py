"""How far people reach in what belongs to units: budgets and policies.

An account can hold the units of many buyers. A person has a say in the own unit and below it, and
in what concerns the whole account only from the unit that is above all others. App keys act for the
whole account.
"""

from __future__ import annotations

from collections.abc import Iterable

from placet.errors import Forbidden, InvalidRequest, NotFound
from placet.orders.core.submission import Submission
from placet.orders.service.ground import spending_lines
from placet.people.core.actor import Actor
from placet.people.service.actors import is_above_all, reach_of
from placet.people.service.units import reachable_unit
from placet.people.store.unit_tree import load_ids_below, load_unit_path, load_unit_paths
from placet.policies.core.model import Dimension
from placet.policies.store.dimensions import load_dimension
from placet.process import Service


async def check_unit(service: Service, account: str, actor: Actor, unit_id: str) -> None:
    """Make sure that the actor may act on what belongs to a unit.

    Raises:
        NotFound: for this actor there is no such unit.
    """
    if reach_of(actor) is None:
        return
    async with service.database.read() as connection:
        if not await is_above_all(connection, account, actor):
            await reachable_unit(connection, account, actor, unit_id)


async def check_whole_account(service: Service, account: str, actor: Actor) -> None:
    """Make sure that the actor may act on what concerns every unit.

    Raises:
        Forbidden: a person of a unit that has others beside or above it.
    """
    if reach_of(actor) is None:
        return
    async with service.database.read() as connection:
        if not await is_above_all(connection, account, actor):
            raise Forbidden(
                "access denied: this concerns the whole account, and your unit is not above all"
                " others: it takes an app key"
            )


async def check_dimension(service: Service, account: str, actor: Actor, dimension_id: str) -> None:
    """Make sure that the actor may change a dimension. What is wrong with the change comes after
    that, or it would tell which ids there are.

    Raises:
        NotFound: there is none, or it is of a unit that the actor does not reach.
        Forbidden: it is of every unit.
    """
    if reach_of(actor) is None:
        return
    async with service.database.read() as connection:
        dimension = await load_dimension(connection, account, dimension_id)
    if dimension is None:
        raise NotFound(f"there is no dimension `{dimension_id[:100]}`")
    if dimension.unit_id is None:
        await check_whole_account(service, account, actor)
        return
    try:
        await check_unit(service, account, actor, dimension.unit_id)
    except NotFound:
        raise NotFound(f"there is no dimension `{dimension_id[:100]}`") from None


async def check_spending(service: Service, account: str, submission: Submission) -> None:
    """Make sure that what a person submits spends from the buyer's unit or those above it.

    Raises:
        InvalidRequest: it names a budget of another unit, or one that is none, in the same words.
    """
    lines = await spending_lines(service.places, account, submission.spending)
    if not lines:
        return
    units = {submission.unit_id}
    if submission.unit_id is not None:
        async with service.database.read() as connection:
            path = await load_unit_path(connection, account, submission.unit_id)
        units |= {unit.id for unit in path}
    for line in lines:
        if line.context_id not in units:
            message = f"`spending`: the budget `{line.budget_id[:100]}` was not found"
            raise InvalidRequest(message, code="budget-not-found")


async def visible_dimensions(
    service: Service, account: str, actor: Actor, found: Iterable[Dimension]
) -> list[Dimension]:
    """Those of the dimensions that judge orders of units within the actor's reach."""
    reach = reach_of(actor)
    if reach is None:
        return list(found)
    async with service.database.read() as connection:
        if await is_above_all(connection, account, actor):
            return list(found)
        units: set[str | None] = {None, *reach}
        for path in (await load_unit_paths(connection, account, reach)).values():
            units |= {unit.id for unit in path}
        units |= await load_ids_below(connection, account, reach)
    return [dimension for dimension in found if dimension.unit_id in units]
