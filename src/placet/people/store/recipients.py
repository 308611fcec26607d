"""Who of a unit is written to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.people.store.people_tables import user_table
from placet.people.store.users import has_role


async def approvers_of_units(
    connection: AsyncConnection,
    account: str,
    unit_ids: Iterable[str],
    roles: Iterable[str],
    *,
    limit_each: int,
) -> dict[str, list[str]]:
    """The ids of active members with any of the roles, by unit: of each unit the first so many."""
    people = user_table.c
    place = func.row_number().over(partition_by=people.unit_id, order_by=people.user_id)
    ranked = (
        select(people.unit_id, people.user_id, place.label("place"))
        .where(
            people.account == account,
            among(people.unit_id, set(unit_ids)),
            people.active.is_(True),
            has_role(roles),
        )
        .subquery()
    )
    query = select(ranked).where(ranked.c.place <= limit_each)
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query.order_by(ranked.c.unit_id, ranked.c.place)):
        found.setdefault(row.unit_id, []).append(row.user_id)
    return found
