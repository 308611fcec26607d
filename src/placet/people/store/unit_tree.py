"""Walking the tree of units in the database: up to the roots, and down to the leaves.

The tree is at most `MAX_UNIT_DEPTH` levels deep, so a walk up takes as many steps at the most,
however many units there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import CTE, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.tables import unit_table
from placet.people.core.unit import Unit

MAX_UNIT_DEPTH: Final = 100
_columns = unit_table.c


async def load_unit_path(
    connection: AsyncConnection, account: str, unit_id: str
) -> tuple[Unit, ...]:
    """From the root of the tree down to the unit; empty when the tree does not know it."""
    paths = await load_unit_paths(connection, account, [unit_id])
    return paths.get(unit_id, ())


async def load_unit_paths(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> dict[str, tuple[Unit, ...]]:
    """For each of these units that the tree knows, the way from the root down to it."""
    ids = set(unit_ids)
    if not ids:
        return {}
    paths: dict[str, list[Unit]] = {}
    for row in await connection.execute(_ways_up(account, ids)):
        paths.setdefault(row.origin, []).append(Unit(id=row.unit_id, name=row.name))
    return {unit_id: tuple(path) for unit_id, path in paths.items()}


async def load_sole_root(connection: AsyncConnection, account: str) -> str | None:
    """The unit that is above all others; None where there are several trees, or none."""
    query = select(_columns.unit_id).where(
        _columns.account == account, _columns.parent_id.is_(None)
    )
    roots = (await connection.scalars(query.limit(2))).all()
    return roots[0] if len(roots) == 1 else None


async def load_ids_below(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> frozenset[str]:
    """The ids of those of these units that the tree knows, and of all units below them."""
    below = units_below(account, unit_ids)
    return frozenset(await connection.scalars(select(below.c.unit_id)))


async def load_unit_height(connection: AsyncConnection, account: str, unit_id: str) -> int:
    """How many levels the unit and those below it make; 0 when the tree does not know it."""
    below = units_below(account, [unit_id])
    deepest = await connection.scalar(select(func.max(below.c.steps)))
    return 0 if deepest is None else deepest + 1


def units_below(account: str, unit_ids: Iterable[str]) -> CTE:
    """A table of these units and all below them: `unit_id`, and how many `steps` down it is."""
    top = select(_columns.unit_id, literal(0).label("steps")).where(
        _columns.account == account, among(_columns.unit_id, set(unit_ids))
    )
    below = top.cte("units_below", recursive=True)
    return below.union_all(
        select(_columns.unit_id, below.c.steps + 1)
        .join(below, _columns.parent_id == below.c.unit_id)
        .where(_columns.account == account, below.c.steps < MAX_UNIT_DEPTH)
    )


def _ways_up(account: str, unit_ids: Collection[str]) -> Select[Any]:
    start = select(
        _columns.unit_id.label("origin"),
        _columns.unit_id,
        _columns.name,
        _columns.parent_id,
        literal(0).label("steps"),
    ).where(_columns.account == account, among(_columns.unit_id, unit_ids))
    way = start.cte("way_up", recursive=True)
    above = (
        select(way.c.origin, _columns.unit_id, _columns.name, _columns.parent_id, way.c.steps + 1)
        .join(way, _columns.unit_id == way.c.parent_id)
        .where(_columns.account == account, way.c.steps < MAX_UNIT_DEPTH)
    )
    way = way.union_all(above)
    return select(way.c.origin, way.c.unit_id, way.c.name).order_by(
        way.c.origin, way.c.steps.desc()
    )
