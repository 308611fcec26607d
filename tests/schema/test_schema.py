"""The schema: reached by migrations, the same as the tables in code, and required exactly."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.engine import Connection

from placet.database.database import Database
from placet.errors import Unavailable
from placet.schema import check_schema, current_revision, head_revision, upgrade
from support.database.every_table import all_tables

pytestmark = pytest.mark.anyio


async def test_an_empty_database_is_refused_until_upgraded(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert await current_revision(database) is None
    with pytest.raises(Unavailable, match="run `placet db upgrade`"):
        await check_schema(database)
    assert await upgrade(database) == head_revision()
    await check_schema(database)
    assert await upgrade(database) == head_revision() == await current_revision(database)
    await database.close()


async def test_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), all_tables()))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_newer_schema_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="does not know"):
        await check_schema(database)
