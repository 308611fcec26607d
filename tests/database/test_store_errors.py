"""What is wrong with a database, told apart by what its driver says."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from placet.database.database import Database
from placet.database.store_errors import (
    StoreAway,
    Trouble,
    is_write_conflict,
    sqlstates,
    trouble_of,
)
from placet.errors import InvalidRequest
from support.database.pragma import set_pragma

pytestmark = pytest.mark.anyio

STATES = {
    "08000": Trouble.AWAY,
    "08006": Trouble.AWAY,
    "25006": Trouble.READ_ONLY,
    "25P03": Trouble.BUSY,
    "28P01": Trouble.CLOSED,
    "3D000": Trouble.CLOSED,
    "42501": Trouble.CLOSED,
    "53000": Trouble.BUSY,
    "53100": Trouble.FULL,
    "53200": Trouble.BUSY,
    "53300": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,
    "57P01": Trouble.AWAY,
    "57P02": Trouble.AWAY,
    "57P03": Trouble.AWAY,
    "57P05": Trouble.AWAY,
    "58000": Trouble.BROKEN,
    "58030": Trouble.BROKEN,
    "58P01": Trouble.BROKEN,
    "XX001": Trouble.BROKEN,
    "22001": None,
    "23505": None,
    "40001": None,
    "42601": None,
}


@pytest.mark.parametrize("state", STATES)
def test_a_sqlstate_says_what_is_wrong(state: str) -> None:
    raw = asyncpg.PostgresError.new({"C": state, "M": "told by the server", "S": "ERROR"})
    wrapped = DBAPIError("SELECT 1", None, Exception("as SQLAlchemy has it"))
    assert wrapped.orig is not None
    wrapped.orig.__cause__ = raw
    for error in (raw, wrapped):
        assert trouble_of(error) is STATES[state]
        assert sqlstates(error) == [state]
        assert is_write_conflict(error) == (state in {"40001", "23505"})


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (ConnectionRefusedError(111, "refused"), Trouble.AWAY),
        (OSError(24, "Too many open files"), Trouble.FILES),
        (OSError(23, "Too many open files in system"), Trouble.FILES),
        (TimeoutError(), Trouble.AWAY),
        (PoolTimeout(), Trouble.BUSY),
        (asyncpg.InterfaceError("connection is closed"), Trouble.AWAY),
        (ValueError("no"), None),
        (InvalidRequest("no"), None),
        (StoreAway(Trouble.FULL), Trouble.FULL),
    ],
)
def test_what_comes_from_elsewhere_is_told_apart_too(
    error: Exception, trouble: Trouble | None
) -> None:
    assert trouble_of(error) is trouble


async def _refused(database: Database) -> StoreAway:
    with pytest.raises(StoreAway) as caught:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE more (filling TEXT)"))
            values = {"filling": "x" * 100_000}
            await connection.execute(text("INSERT INTO more VALUES (:filling)"), values)
    return caught.value


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_sqlite_says_that_it_is_read_only_full_or_locked(database: Database) -> None:
    assert database.url.database is not None
    for pragma, back, trouble in (
        ("query_only = ON", "query_only = OFF", Trouble.READ_ONLY),
        ("max_page_count = 1", "max_page_count = 1000000", Trouble.FULL),
    ):
        await set_pragma(database, pragma)
        assert (await _refused(database)).trouble is trouble
        await set_pragma(database, back)
    await set_pragma(database, "busy_timeout = 1")
    other = sqlite3.connect(database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert (await _refused(database)).trouble is Trouble.BUSY
    other.execute("ROLLBACK")
    other.close()


async def test_a_file_that_is_no_database_or_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be read " * 50)
    (tmp_path / "folder").mkdir()
    for name, trouble in (
        ("text", Trouble.BROKEN),
        ("folder", Trouble.AWAY),
        ("no/folder", Trouble.AWAY),
    ):
        database = Database(f"sqlite:///{tmp_path}/{name}")
        assert (await _refused(database)).trouble is trouble
        await database.close()
