"""A database of an older schema, filled with the rows that its version had stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import Boolean, MetaData, Table, insert
from sqlalchemy.engine import Connection

from placet import schema

__all__ = ["fill"]


def fill(
    connection: Connection, revision: str, tables: Mapping[str, Iterable[Mapping[str, Any]]]
) -> None:
    """Make the schema of a revision and put the rows into it."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    upgrade(config, revision)
    for name, rows in tables.items():
        table = Table(name, MetaData(), autoload_with=connection)
        # SQLite, from which some come, has no booleans.
        flags = [column.name for column in table.c if isinstance(column.type, Boolean)]
        for row in rows:
            known = {flag: bool(row[flag]) for flag in flags if flag in row}
            connection.execute(insert(table), {**row, **known})
