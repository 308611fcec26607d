"""The units of an account: rows of the tree, and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among, without_index
from placet.database.tables import unit_table
from placet.kit.characters import alike
from placet.people.core.unit import StoredUnit
from placet.people.store.people_tables import user_table
from placet.people.store.unit_tree import MAX_UNIT_DEPTH, load_unit_paths, units_below
from placet.people.store.users import has_role

_columns = unit_table.c
_ROW: Final = (
    _columns.unit_id, _columns.name, _columns.parent_id, _columns.created_at, _columns.changed_at,
)  # fmt: skip

# An order is from two people at most, so one of three is always somebody else before anybody signs.
ENOUGH_PEOPLE: Final = 3


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit and the one above it (None for a root)."""

    id: str
    name: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class StaffedUnit:
    """A unit and the ids of those asked for in it, as many as are enough at most."""

    id: str
    people: tuple[str, ...]


async def load_unit(connection: AsyncConnection, account: str, unit_id: str) -> StoredUnit | None:
    """One unit, or None."""
    found = await _load(connection, account, _of(account).where(_columns.unit_id == unit_id))
    return found[0] if found else None


async def load_units(connection: AsyncConnection, account: str) -> list[UnitRow]:
    """Every unit of the account, by id."""
    rows = await connection.execute(_of(account).order_by(_columns.unit_id))
    return [UnitRow(row.unit_id, row.name, row.parent_id) for row in rows]


async def count_units(connection: AsyncConnection, account: str) -> int:
    """How many units the account has."""
    query = select(func.count()).select_from(unit_table).where(_columns.account == account)
    return await connection.scalar(query) or 0


async def unknown_units(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> list[str]:
    """Those of these ids that no unit has, sorted."""
    ids = sorted(set(unit_ids))
    if not ids:
        return []
    query = select(_columns.unit_id).where(
        _columns.account == account, among(_columns.unit_id, ids)
    )
    known = set(await connection.scalars(query))
    return [unit_id for unit_id in ids if unit_id not in known]


async def find_alike(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> dict[str, str]:
    """The ids of units that are these but for case, by what `characters.alike` makes of them."""
    wanted = {alike(unit_id) for unit_id in unit_ids}
    query = (
        select(_columns.id_alike, _columns.unit_id)
        .where(_columns.account == account, among(_columns.id_alike, wanted))
        .order_by(_columns.id_alike, _columns.unit_id)
    )
    return {row.id_alike: row.unit_id for row in await connection.execute(query)}


async def find_units(
    connection: AsyncConnection,
    account: str,
    *,
    name_part: str = "",
    within: Collection[str] | None = None,
    offset: int,
    limit: int,
) -> list[StoredUnit]:
    """A page of the units, by name, with `name_part` in the name in any case.

    `within` leaves only these units and those below them.
    """
    query = _of(account)
    if name_part:
        query = query.where(_columns.name_folded.contains(name_part.casefold(), autoescape=True))
    if within is not None:
        query = query.where(_columns.unit_id.in_(select(units_below(account, within).c.unit_id)))
    query = query.order_by(_columns.name_folded, _columns.unit_id).offset(offset).limit(limit)
    return await _load(connection, account, query)


async def load_roots(connection: AsyncConnection, account: str) -> list[StoredUnit]:
    """The units without one above, by name."""
    query = _of(account).where(_columns.parent_id.is_(None))
    return await _load(connection, account, _by_name(query))


async def load_units_below(
    connection: AsyncConnection, account: str, unit_id: str, *, deep: bool
) -> list[StoredUnit]:
    """The children of a unit, or with `deep` all below it, by name; without the unit itself."""
    query = _of(account)
    if deep:
        below = units_below(account, [unit_id])
        query = query.where(_columns.unit_id.in_(select(below.c.unit_id).where(below.c.steps > 0)))
    else:
        query = query.where(_columns.parent_id == unit_id)
    return await _load(connection, account, _by_name(query))


async def insert_units(
    connection: AsyncConnection, account: str, units: Sequence[UnitRow], now_ms: int
) -> None:
    """Store new units."""
    if units:
        await connection.execute(
            insert(unit_table),
            [
                _values(unit)
                | {
                    "account": account,
                    "unit_id": unit.id,
                    "id_alike": alike(unit.id),
                    "created_at": now_ms,
                    "changed_at": now_ms,
                }
                for unit in units
            ],
        )


async def rename_unit(
    connection: AsyncConnection, account: str, unit_id: str, name: str, now_ms: int
) -> None:
    """Give a unit another name."""
    await _change(
        connection, account, unit_id, name=name, name_folded=name.casefold(), changed_at=now_ms
    )


async def move_unit(
    connection: AsyncConnection, account: str, unit_id: str, parent_id: str | None, now_ms: int
) -> None:
    """Put a unit, with all below it, under another one; None makes it a root."""
    await _change(connection, account, unit_id, parent_id=parent_id, changed_at=now_ms)


async def delete_units(connection: AsyncConnection, account: str, unit_ids: Sequence[str]) -> None:
    """Delete these units. Inactive people leave them; whoever calls made sure of the others."""
    people = user_table.c
    await connection.execute(
        update(user_table)
        .where(people.account == account, among(people.unit_id, unit_ids))
        .values(unit_id=None)
    )
    await connection.execute(
        delete(unit_table).where(_columns.account == account, among(_columns.unit_id, unit_ids))
    )


async def update_units(
    connection: AsyncConnection, account: str, units: Sequence[UnitRow], now_ms: int
) -> None:
    """Give stored units these names and places."""
    if units:
        await connection.execute(
            update(unit_table)
            .where(_columns.account == account, _columns.unit_id == bindparam("changed_id"))
            .values({name: bindparam(name) for name in ("name", "name_folded", "parent_id")})
            .values(changed_at=now_ms),
            [{"changed_id": unit.id, **_values(unit)} for unit in units],
        )


async def load_staffed_units(
    connection: AsyncConnection,
    account: str,
    unit_ids: Sequence[str],
    roles: Sequence[str],
    *,
    enough: int = ENOUGH_PEOPLE,
) -> dict[str, list[StaffedUnit]]:
    """For each of these units those on its way up, itself first, that have active members with any
    of the roles, until one has `enough` of them; left out where none has anybody.
    """
    found: dict[str, list[StaffedUnit]] = {}
    if not unit_ids:
        return found
    query = _staffed_ways(account, unit_ids, roles, enough)
    for origin, unit_id, *people in await connection.execute(query):
        staff = tuple(user_id for user_id in people if user_id is not None)
        found.setdefault(origin, []).append(StaffedUnit(unit_id, staff))
    return found


def _staffed_ways(
    account: str, unit_ids: Sequence[str], roles: Sequence[str], enough: int
) -> Select[Any]:
    people = user_table.c
    members = (
        select(people.user_id)
        .where(
            people.account == account,
            people.unit_id == _columns.unit_id,
            people.active.is_(True),
            has_role(roles),
        )
        .order_by(people.user_id)
        .limit(1)
        .correlate(unit_table)
    )
    staff = [members.offset(place).scalar_subquery() for place in range(enough)]
    names = [f"person_{place}" for place in range(enough)]
    start = select(
        _columns.unit_id.label("origin"),
        _columns.unit_id,
        _columns.parent_id,
        literal(0).label("steps"),
        *(person.label(name) for person, name in zip(staff, names, strict=True)),
    ).where(_columns.account == account, among(_columns.unit_id, unit_ids))
    way = start.cte("way_up", recursive=True)
    above = (
        select(way.c.origin, _columns.unit_id, _columns.parent_id, way.c.steps + 1, *staff)
        .join(way, _columns.unit_id == way.c.parent_id)
        .where(
            _columns.account == account,
            way.c[names[-1]].is_(None),
            way.c.steps < MAX_UNIT_DEPTH,
        )
    )
    way = way.union_all(above)
    return (
        select(way.c.origin, way.c.unit_id, *(way.c[name] for name in names))
        .where(way.c[names[0]].is_not(None))
        .order_by(way.c.origin, way.c.steps)
    )


async def _load(connection: AsyncConnection, account: str, query: Select[Any]) -> list[StoredUnit]:
    rows = (await connection.execute(query)).all()
    paths = await load_unit_paths(connection, account, [row.unit_id for row in rows])
    return [_stored(row, tuple(unit.id for unit in paths[row.unit_id])) for row in rows]


async def _change(connection: AsyncConnection, account: str, unit_id: str, **values: Any) -> None:
    await connection.execute(
        update(unit_table)
        .where(_columns.account == account, _columns.unit_id == unit_id)
        .values(**values)
    )


def _of(account: str) -> Select[Any]:
    return select(*_ROW).where(_columns.account == account)


def _by_name(query: Select[Any]) -> Select[Any]:
    # Few have the same unit above them; all units are not looked through in their order.
    return query.order_by(without_index(_columns.name_folded), _columns.unit_id)


def _stored(row: Row[Any], path: tuple[str, ...]) -> StoredUnit:
    return StoredUnit(row.unit_id, row.name, path, row.created_at, row.changed_at)


def _values(unit: UnitRow) -> dict[str, Any]:
    return {
        "name": unit.name,
        "name_folded": unit.name.casefold(),
        "parent_id": unit.parent_id,
    }
