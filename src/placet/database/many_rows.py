"""One statement for many rows of plain values, without what SQLAlchemy does for each row.

The values go to the driver as they are, so they must be text, bytes, integers, Booleans or None. No
rows are no statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import asyncpg
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

_Names = tuple[str, ...]
_Rows = Sequence[tuple[Any, ...]]
# A copy takes a round trip more, and much less for each row.
_COPIED: Final = 16
_ARRAYS: Final = {str: "TEXT[]", int: "BIGINT[]", bool: "BOOLEAN[]", bytes: "BYTEA[]"}


async def insert_rows(
    connection: AsyncConnection, table: Table, columns: _Names, rows: _Rows
) -> None:
    """Insert rows, each with values for these columns.

    Raises:
        IntegrityError: a key is there already.
    """
    if not rows:
        return
    if len(rows) >= _COPIED and await _can_copy(connection):
        await _copy(connection, table, columns, rows)
    else:
        sql = _insert(table, columns, numbered=_is_postgresql(connection))
        await connection.exec_driver_sql(sql, [*rows])


async def put_rows(
    connection: AsyncConnection,
    table: Table,
    columns: _Names,
    rows: _Rows,
    *,
    once: _Names = (),
) -> None:
    """Insert rows, each with values for these columns. Where a row with the same primary key is
    there already, change that one instead, except for its columns `once`.

    Raises:
        IntegrityError: something else than the key is there already.
    """
    if rows:
        sql = _put(table, columns, once, numbered=_is_postgresql(connection))
        await connection.exec_driver_sql(sql, [*rows])


async def update_rows(
    connection: AsyncConnection, table: Table, columns: _Names, rows: _Rows
) -> None:
    """Change rows; each has values for these columns, then those of its primary key. No key comes
    twice.
    """
    if not rows:
        return
    if _is_postgresql(connection):
        # An array for each column: one execution, not one for each row.
        arrays = tuple([*values] for values in zip(*rows, strict=True))
        await connection.exec_driver_sql(_update_by_arrays(table, columns), arrays)
    else:
        await connection.exec_driver_sql(_update(table, columns), [*rows])


async def _can_copy(connection: AsyncConnection) -> bool:
    """Whether this is a PostgreSQL within a transaction, which SQLAlchemy begins with the first
    statement and not with a copy, of which it knows nothing.
    """
    return _is_postgresql(connection) and (await _driver(connection)).is_in_transaction()


async def _copy(connection: AsyncConnection, table: Table, columns: _Names, rows: _Rows) -> None:
    """Insert rows in about half the time; errors are raised as SQLAlchemy would raise them."""
    sql = f"COPY {table.name}"
    driver = await _driver(connection)
    try:
        await driver.copy_records_to_table(table.name, columns=columns, records=rows)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(sql, None, error) from error
    except BaseException as error:
        # Nobody knows what state the connection was left in, so nobody may have it next.
        lost = driver.is_closed()
        await connection.invalidate(error)
        if not isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
            raise
        raise DBAPIError(sql, None, error, connection_invalidated=lost) from error


async def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
    return driver


def _is_postgresql(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "postgresql"


@lru_cache
def _insert(table: Table, columns: _Names, *, numbered: bool) -> str:
    marks = (f"${number}" if numbered else "?" for number in range(1, len(columns) + 1))
    names = _list(_quoted(columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({_list(marks)})'  # noqa: S608


@lru_cache
def _put(table: Table, columns: _Names, once: _Names, *, numbered: bool) -> str:
    key = _key(table)
    changed = tuple(name for name in columns if name not in key + once)
    changes = _list(f"{name} = excluded.{name}" for name in _quoted(changed))
    return (
        f"{_insert(table, columns, numbered=numbered)} ON CONFLICT ({_list(_quoted(key))})"
        f" DO {f'UPDATE SET {changes}' if changed else 'NOTHING'}"
    )


@lru_cache
def _update(table: Table, columns: _Names) -> str:
    changes = _list(f"{name} = ?" for name in _quoted(columns))
    found = " AND ".join(f"{name} = ?" for name in _quoted(_key(table)))
    return f'UPDATE "{table.name}" SET {changes} WHERE {found}'  # noqa: S608


@lru_cache
def _update_by_arrays(table: Table, columns: _Names) -> str:
    names = columns + _key(table)
    arrays = _list(
        f"${number}::{_ARRAYS[table.c[name].type.python_type]}"
        for number, name in enumerate(names, start=1)
    )
    changes = _list(f"{name} = new.{name}" for name in _quoted(columns))
    found = " AND ".join(f"old.{name} = new.{name}" for name in _quoted(_key(table)))
    return (
        f'UPDATE "{table.name}" AS old SET {changes}'  # noqa: S608
        f" FROM unnest({arrays}) AS new ({_list(_quoted(names))}) WHERE {found}"
    )


def _key(table: Table) -> _Names:
    return tuple(column.name for column in table.primary_key)


def _quoted(names: _Names) -> list[str]:
    return [f'"{name}"' for name in names]


def _list(items: Iterable[str]) -> str:
    return ", ".join(items)
