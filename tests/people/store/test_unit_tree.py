"""Walking the tree in the database: right, and by its indexes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.people.store.unit_tree import load_unit_height, load_unit_path, load_unit_paths
from placet.people.store.units import load_staffed_units, load_unit, unknown_units
from support.people.units import person, plant
from support.statements import statements

pytestmark = pytest.mark.anyio

TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme", "solo": None}
MANY = 20_000

LOOKUPS: dict[str, Callable[[AsyncConnection], Awaitable[Any]]] = {
    "path": lambda connection: load_unit_path(connection, "acme", "u19999"),
    "unit": lambda connection: load_unit(connection, "acme", "u19999"),
    "staffed": lambda connection: load_staffed_units(
        connection, "acme", ["u19999", "u5000"], ["Order Approver"]
    ),
}


async def test_paths_lead_from_the_root_down(database: Database) -> None:
    await plant(database, TREE)
    async with database.read() as connection:
        path = await load_unit_path(connection, "acme", "north")
        assert [(unit.id, unit.name) for unit in path] == [
            ("acme", "Acme"),
            ("sales", "Sales"),
            ("north", "North"),
        ]
        assert await load_unit_path(connection, "acme", "nowhere") == ()
        assert await load_unit_path(connection, "other", "north") == ()
        noise = [str(number) for number in range(1_200)]
        paths = await load_unit_paths(connection, "acme", [*noise, "design", "solo"])
        assert {unit: [step.id for step in way] for unit, way in paths.items()} == {
            "design": ["acme", "design"],
            "solo": ["solo"],
        }


async def test_the_height_is_that_of_the_deepest_unit_below(database: Database) -> None:
    await plant(database, TREE)
    heights = {"acme": 3, "sales": 2, "north": 1, "solo": 1, "nowhere": 0}
    async with database.read() as connection:
        found = {unit: await load_unit_height(connection, "acme", unit) for unit in heights}
    assert found == heights


async def test_unknown_units_are_told_apart(database: Database) -> None:
    await plant(database, TREE)
    noise = [f"{number:04}" for number in range(1_200)]
    async with database.read() as connection:
        assert await unknown_units(connection, "acme", [*noise, "acme", "solo"]) == noise
        assert await unknown_units(connection, "other", ["acme"]) == ["acme"]


@pytest.mark.parametrize("lookup", LOOKUPS)
async def test_what_decisions_look_up_is_found_by_index(database: Database, lookup: str) -> None:
    parents = {f"u{n}": f"u{n // 10}" if n else None for n in range(MANY)}
    people = [person(f"p{n}", f"u{n}", ["Buyer"]) for n in range(0, MANY, 2)]
    await plant(database, parents, *people)
    if not database.embedded:
        async with database.write() as connection:
            await connection.execute(text("ANALYZE units, users"))
    explain = "EXPLAIN QUERY PLAN" if database.embedded else "EXPLAIN"
    async with database.read() as connection:
        with statements() as seen:
            await LOOKUPS[lookup](connection)
        assert seen
        for statement, parameters in seen:
            plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
            lines = "\n".join(str(tuple(row)[-1]) for row in plan)
            for whole_table in ("SCAN units", "SCAN users", "Seq Scan on u"):
                assert whole_table not in lines, lines
