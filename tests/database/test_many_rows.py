"""One statement for many rows, on both stores."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from placet.budgets.store.tables import budget_period_table
from placet.database.database import Database
from placet.database.many_rows import insert_rows, put_rows, update_rows
from placet.database.store_errors import StoreAway, is_unavailable

pytestmark = pytest.mark.anyio

TABLE = budget_period_table
COLUMNS = (
    "context_id", "account", "budget_id", "period", "revision", "turn", "start", "end", "amount",
    "carried", "at",
)  # fmt: skip


class _StopError(Exception):
    """Ends a transaction just before its commit."""


def row(period: int, end: int | None = None, turn: int = 0) -> tuple[object, ...]:
    return ("é", "it's", "b", period, 0, turn, 1, end, -5, 0, 2)


def key(period: int, account: str = "it's") -> tuple[object, ...]:
    return (account, "é", "b", period, 0)


async def stored(database: Database) -> list[tuple[int | None, int]]:
    """The end and the turn of each row."""
    async with database.read() as connection:
        query = select(TABLE.c.end, TABLE.c.turn).order_by(TABLE.c.period)
        return [(end, turn) for end, turn in await connection.execute(query)]


async def test_rows_are_inserted(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [row(1), row(2, 9)])
        await insert_rows(connection, TABLE, COLUMNS, [row(3, 2**60, turn=7)])
    assert await stored(database) == [(None, 0), (9, 0), (2**60, 7)]


async def test_many_rows_are_inserted_in_any_moment_of_a_transaction(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [row(n, n, turn=n) for n in range(100)])
        await insert_rows(connection, TABLE, COLUMNS, [row(n, turn=n) for n in range(100, 200)])
    expected = [(n, n) for n in range(100)] + [(None, n) for n in range(100, 200)]
    assert await stored(database) == expected
    with pytest.raises(_StopError):
        async with database.write() as connection:
            await insert_rows(connection, TABLE, COLUMNS, [row(n) for n in range(200, 300)])
            await insert_rows(connection, TABLE, COLUMNS, [row(n) for n in range(300, 400)])
            raise _StopError
    assert await stored(database) == expected


async def test_a_key_that_is_there_is_refused_and_nothing_of_the_rest_is_kept(
    database: Database,
) -> None:
    for count in (2, 41):
        rows = [row(max(number, 1)) for number in range(count)]
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(select(1))
                await insert_rows(connection, TABLE, COLUMNS, rows)
        assert await stored(database) == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_one_value_too_long_refuses_them_all_and_the_database_goes_on(
    database: Database,
) -> None:
    long = ("x" * 300, *row(99)[1:])
    with pytest.raises(DBAPIError) as raised:
        async with database.write() as connection:
            await connection.execute(select(1))
            await insert_rows(connection, TABLE, COLUMNS, [*map(row, range(40)), long])
    assert not is_unavailable(raised.value)
    assert await stored(database) == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("cut_at", [0, 1_000])
async def test_a_connection_that_is_cut_is_told_apart_and_not_used_again(
    database: Database, cut_at: int
) -> None:
    async def cut(backend: int) -> None:
        async with database.read() as other:
            await other.execute(select(func.pg_terminate_backend(backend, 10_000)))

    class Rows(list[tuple[object, ...]]):
        def __iter__(self) -> Iterator[tuple[object, ...]]:
            for number, values in enumerate(super().__iter__(), start=1):
                if number == cut_at:
                    cuts.append(asyncio.create_task(cut(backend)))
                yield values

    cuts: list[asyncio.Task[None]] = []
    with pytest.raises(StoreAway):
        async with database.write() as connection:
            backend = await connection.scalar(select(func.pg_backend_pid()))
            if not cut_at:
                await cut(backend)
            await insert_rows(connection, TABLE, COLUMNS, Rows(map(row, range(40_000))))
            await asyncio.gather(*cuts)
            await connection.execute(select(1))
    for _ in range(10):
        async with database.write() as connection:
            await connection.execute(select(1))
    assert await stored(database) == []


async def test_rows_are_changed_by_their_key(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [row(1), row(2, 9), row(3, 9)])
        changes = [(None, 5, *key(2)), (2**60, 4, *key(1)), (8, 8, *key(3, "another"))]
        await update_rows(connection, TABLE, ("end", "turn"), changes)
    assert await stored(database) == [(2**60, 4), (None, 5), (9, 0)]


async def test_what_a_column_forbids_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [row(1)])
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await update_rows(connection, TABLE, ("turn",), [(None, *key(1))])
    assert await stored(database) == [(None, 0)]


async def test_rows_are_put_over_those_with_their_key(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [row(1, 5, turn=1), row(2, 5, turn=1)])
        new = [row(2, 6, turn=2), row(3, 6, turn=2)]
        await put_rows(connection, TABLE, COLUMNS, new, once=("end",))
    assert await stored(database) == [(5, 1), (5, 2), (6, 2)]


async def test_a_row_that_is_there_stays_where_nothing_may_change(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [row(1, 5)])
        once = tuple(name for name in COLUMNS if name not in TABLE.primary_key)
        await put_rows(connection, TABLE, COLUMNS, [row(1, 6), row(2, 6)], once=once)
    assert await stored(database) == [(5, 0), (6, 0)]


async def test_no_rows_are_no_statement(database: Database) -> None:
    async with database.write() as connection:
        await insert_rows(connection, TABLE, COLUMNS, [])
        await put_rows(connection, TABLE, COLUMNS, [])
        await update_rows(connection, TABLE, ("end",), [])
    assert await stored(database) == []
