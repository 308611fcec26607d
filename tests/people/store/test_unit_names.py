"""What an unknown unit's id may have been meant for."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.store.unit_names import load_id_named, load_near_ids, load_root_ids
from support.people.units import plant

pytestmark = pytest.mark.anyio

MANY = 450


async def test_roots_are_told_up_to_a_bound(database: Database) -> None:
    await plant(database, {"b": None, "a": None, "c": "a"})
    async with database.read() as connection:
        assert await load_root_ids(connection, "acme", 9) == ["a", "b"]
        assert len(await load_root_ids(connection, "acme", 1)) == 1
        assert await load_root_ids(connection, "other", 9) == []


async def test_of_a_small_account_every_id_is_compared(database: Database) -> None:
    await plant(database, {"sales": None, "north": "sales"})
    async with database.read() as connection:
        assert sorted(await load_near_ids(connection, "acme", "x")) == ["north", "sales"]


async def test_of_a_large_account_those_that_begin_alike_are_compared_too(
    database: Database,
) -> None:
    await plant(database, {f"a{number:03}": None for number in range(MANY)} | {"zebra": None})
    async with database.read() as connection:
        near = await load_near_ids(connection, "acme", " zebro")
        assert "zebra" in near
        assert len(near) < MANY
        assert "zebra" not in await load_near_ids(connection, "acme", "a001")


async def test_a_unit_is_found_by_its_name_in_any_case(database: Database) -> None:
    await plant(database, {"sales": None, "straße": None})
    async with database.read() as connection:
        assert await load_id_named(connection, "acme", "SALES") == "sales"
        assert await load_id_named(connection, "acme", "STRASSE") == "straße"
        assert await load_id_named(connection, "acme", "sale") is None
        assert await load_id_named(connection, "other", "Sales") is None
