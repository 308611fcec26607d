"""How far people reach in what belongs to units: budgets and policies.

An account can hold the units of many buyers. A person has a say in the own unit and below it, and
in what concerns the whole account only from the unit that is above all others. App keys act for the
whole account.
"""

from __future__ import annotations

from placet.database.database import Database
from placet.errors import Forbidden
from placet.people.core.visit import Visit
from placet.people.service.actors import is_above_all, reach_of
from placet.people.service.units import reachable_unit


async def check_unit(database: Database, visit: Visit, unit_id: str) -> None:
    """Make sure that the actor may act on what belongs to a unit.

    Raises:
        NotFound: for this actor there is no such unit.
    """
    if reach_of(visit.actor) is None:
        return
    async with database.read() as connection:
        if not await is_above_all(connection, visit):
            await reachable_unit(connection, visit, unit_id)


async def check_whole_account(database: Database, visit: Visit) -> None:
    """Make sure that the actor may act on what concerns every unit.

    Raises:
        Forbidden: a person of a unit that has others beside or above it.
    """
    if reach_of(visit.actor) is None:
        return
    async with database.read() as connection:
        if not await is_above_all(connection, visit):
            raise Forbidden(
                "access denied: this concerns the whole account, and your unit is not above all"
                " others: it takes an app key"
            )
