"""Lists of ids in conditions, on both stores."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from placet.database.database import Database
from placet.database.lists import among
from placet.database.tables import unit_table
from support.people.units import plant

pytestmark = pytest.mark.anyio

IDS = ["a", "A", "b ", "it's", '"', "\\", "é", "😀", "[]", "null", "%", "1", "01"]
_id = unit_table.c.unit_id


async def found(database: Database, ids: list[str]) -> list[str]:
    """The units among these, asked for by a list and by the name of a parameter."""
    async with database.read() as connection:
        plain = select(_id).where(unit_table.c.account == "acme", among(_id, ids))
        named = select(_id).where(unit_table.c.account == bindparam("of"), among(_id, "ids"))
        one = (await connection.scalars(plain)).all()
        other = (await connection.scalars(named, {"of": "acme", "ids": ids})).all()
    assert sorted(one) == sorted(other)
    return sorted(one)


async def test_every_id_is_found_as_it_is_written(database: Database) -> None:
    await plant(database, dict.fromkeys(IDS))
    for unit_id in IDS:
        assert await found(database, [unit_id]) == [unit_id]
        assert await found(database, [unit_id + "x"]) == []
    assert await found(database, IDS) == sorted(IDS)
    assert await found(database, [*IDS, *IDS, "other"]) == sorted(IDS)


async def test_nothing_is_found_in_an_empty_list(database: Database) -> None:
    await plant(database, dict.fromkeys(IDS))
    assert await found(database, []) == []


async def test_more_ids_than_a_statement_has_parameters(database: Database) -> None:
    await plant(database, {str(number): None for number in range(40_000)})
    assert len(await found(database, [str(number) for number in range(70_000)])) == 40_000


def test_sqlite_finds_them_by_an_index() -> None:
    query = select(_id).where(unit_table.c.account == "acme", among(_id, IDS))
    dialect = sqlite.dialect()
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(str(CreateTable(unit_table).compile(dialect=dialect)))
        sql = f"EXPLAIN QUERY PLAN {query.compile(dialect=dialect)}"
        plan = connection.execute(sql, ("acme", "[]")).fetchall()
    assert "(account=? AND unit_id=?)" in str(plan)
