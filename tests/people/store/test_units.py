"""Rows of the tree of units."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.core.unit import StoredUnit
from placet.people.store.units import (
    UnitRow,
    count_units,
    delete_units,
    find_alike,
    find_units,
    load_roots,
    load_staffed_units,
    load_unit,
    load_units,
    load_units_below,
    move_unit,
    rename_unit,
    update_units,
)
from placet.people.store.users import load_user
from support.people.units import person, plant

pytestmark = pytest.mark.anyio

TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme", "solo": None}


def ids(found: list[StoredUnit]) -> list[str]:
    return [unit.id for unit in found]


async def test_units_are_listed_counted_and_found_from_above(database: Database) -> None:
    await plant(database, TREE)
    async with database.read() as connection:
        assert await count_units(connection, "acme") == len(TREE)
        assert {row.id: row.parent_id for row in await load_units(connection, "acme")} == TREE
        assert ids(await load_roots(connection, "acme")) == ["acme", "solo"]
        below = await load_units_below(connection, "acme", "acme", deep=True)
        assert ids(below) == ["design", "north", "sales"]
        below = await load_units_below(connection, "acme", "acme", deep=False)
        assert ids(below) == ["design", "sales"]
        assert await count_units(connection, "other") == 0


@pytest.mark.parametrize(
    ("part", "within", "expected"),
    [
        ("", None, ["acme", "design", "north", "sales", "solo"]),
        ("S", None, ["design", "sales", "solo"]),
        ("s", ["sales"], ["sales"]),
        ("%", None, []),
        ("", ["solo", "sales"], ["north", "sales", "solo"]),
        ("", [], []),
    ],
)
async def test_a_search_looks_in_names_in_any_case_and_no_further_than_asked(
    database: Database, part: str, within: list[str] | None, expected: list[str]
) -> None:
    await plant(database, TREE)
    async with database.read() as connection:
        found = await find_units(
            connection, "acme", name_part=part, within=within, offset=0, limit=9
        )
        second = await find_units(
            connection, "acme", name_part=part, within=within, offset=1, limit=1
        )
    assert ids(found) == expected
    assert ids(second) == expected[1:2]


async def test_a_unit_changes_its_name_and_place_alone(database: Database) -> None:
    await plant(database, TREE)
    async with database.write() as connection:
        await rename_unit(connection, "acme", "north", "Far", 5)
        await move_unit(connection, "acme", "north", "design", 6)
        moved = await load_unit(connection, "acme", "north")
        await update_units(connection, "acme", [UnitRow("north", "Near", None)], 7)
        updated = await load_unit(connection, "acme", "north")
    assert moved == StoredUnit("north", "Far", ("acme", "design", "north"), 1, 6)
    assert updated == StoredUnit("north", "Near", ("north",), 1, 7)


async def test_inactive_people_leave_a_unit_that_is_deleted(database: Database) -> None:
    await plant(database, TREE, person("gone", "solo", active=False), person("ann", "sales"))
    async with database.write() as connection:
        await delete_units(connection, "acme", ["solo"])
        assert await load_unit(connection, "acme", "solo") is None
        gone, ann = [await load_user(connection, "acme", id) for id in ("gone", "ann")]
    assert gone is not None
    assert ann is not None
    assert (gone.unit_id, ann.unit_id) == (None, "sales")


async def test_ids_that_differ_by_case_only_are_alike(database: Database) -> None:
    await plant(database, {"ORG-1": None, "org-2": None})
    async with database.read() as connection:
        found = await find_alike(connection, "acme", ["Org-1", "org-2", "org-3"])
    assert sorted(found.values()) == ["ORG-1", "org-2"]


async def test_the_way_up_ends_where_enough_approvers_are(database: Database) -> None:
    people = [person("n", "north"), *(person(f"s{number}", "sales") for number in range(3))]
    await plant(database, TREE, *people, person("boss", "acme"))
    async with database.read() as connection:
        found = await load_staffed_units(
            connection, "acme", ["north", "design", "solo"], ["Order Approver"]
        )
        assert await load_staffed_units(connection, "acme", [], ["Order Approver"]) == {}
    ways = {origin: [(unit.id, unit.people) for unit in way] for origin, way in found.items()}
    assert ways == {
        "north": [("north", ("n",)), ("sales", ("s0", "s1", "s2"))],
        "design": [("acme", ("boss",))],
    }
