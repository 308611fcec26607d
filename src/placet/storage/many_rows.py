"""One statement for many rows of plain values, without what SQLAlchemy does for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

__all__ = ["execute_rows"]


async def execute_rows(
    connection: AsyncConnection, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Execute an insert or update for each row; all have the same columns and parameters.

    The values are handed to the driver as they are, so they must be of types that it knows: text,
    integers, Booleans, None. `statement` is remembered and must be a constant of its module.
    """
    if not rows:
        return
    sql, names = _rendered(statement, connection.dialect, tuple(rows[0]))
    values = itemgetter(*names)
    await connection.exec_driver_sql(sql, [values(row) for row in rows])


@lru_cache(maxsize=256)
def _rendered(
    statement: UpdateBase, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, list[str]]:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    # Some names are of a class of SQLAlchemy's that is slow to look up.
    return str(compiled), [str(name) for name in compiled.positiontup or ()]
