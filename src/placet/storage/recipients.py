"""Who is written to: the approvers of units, and those who stand in for people."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.storage.delegation_tables import delegation_table
from placet.storage.people_tables import user_table
from placet.storage.users import has_role

__all__ = ["approvers_of_units", "delegates_of"]

_CHUNK = 500


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
    ids = sorted(set(unit_ids))
    found: dict[str, list[str]] = {}
    for start in range(0, len(ids), _CHUNK):
        place = func.row_number().over(partition_by=people.unit_id, order_by=people.user_id)
        ranked = (
            select(people.unit_id, people.user_id, place.label("place"))
            .where(
                people.account == account,
                people.unit_id.in_(ids[start : start + _CHUNK]),
                people.active.is_(True),
                has_role(roles),
            )
            .subquery()
        )
        query = select(ranked).where(ranked.c.place <= limit_each)
        for row in await connection.execute(query.order_by(ranked.c.unit_id, ranked.c.place)):
            found.setdefault(row.unit_id, []).append(row.user_id)
    return found


async def delegates_of(
    connection: AsyncConnection, account: str, user_ids: Iterable[str], now_ms: int
) -> dict[str, list[str]]:
    """The ids of those who stand in for these people now, by whom they stand in for."""
    ids = sorted(set(user_ids))
    columns = delegation_table.c
    found: dict[str, list[str]] = {}
    for start in range(0, len(ids), _CHUNK):
        query = (
            select(columns.delegator_id, columns.delegate_id)
            .distinct()
            .where(
                columns.account == account,
                columns.delegator_id.in_(ids[start : start + _CHUNK]),
                columns.from_at <= now_ms,
                columns.until_at > now_ms,
                or_(columns.ended_at.is_(None), columns.ended_at > now_ms),
            )
            .order_by(columns.delegator_id, columns.delegate_id)
        )
        for row in await connection.execute(query):
            found.setdefault(row.delegator_id, []).append(row.delegate_id)
    return found
