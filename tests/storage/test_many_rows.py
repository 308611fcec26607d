"""One statement for many rows, on both stores."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, insert, select, update

from placet.storage.database import Database
from placet.storage.ledger_tables import budget_period_table
from placet.storage.many_rows import execute_rows

pytestmark = pytest.mark.anyio

_columns = budget_period_table.c
INSERT = insert(budget_period_table)
UPDATE = (
    update(budget_period_table)
    .where(_columns.account == bindparam("key_account"))
    .where(_columns.period == bindparam("key_period"))
)


def row(period: int, end: int | None = None) -> dict[str, object]:
    return {
        "account": "it's", "context_id": "é", "budget_id": "b", "period": period, "revision": 0,
        "turn": 0, "start": 1, "end": end, "amount": -5, "carried": 0, "at": 2,
    }  # fmt: skip


async def ends(database: Database) -> list[int | None]:
    async with database.read() as connection:
        query = select(_columns.end).order_by(_columns.period)
        return list(await connection.scalars(query))


async def test_rows_are_stored_and_changed_by_name_in_any_order(database: Database) -> None:
    async with database.write() as connection:
        await execute_rows(connection, INSERT, [row(1), row(2, 9), dict(reversed(row(3).items()))])
    assert await ends(database) == [None, 9, None]
    changes = [
        {"end": end, "key_period": period, "key_account": "it's"}
        for period, end in ((1, 2**60), (2, None))
    ]
    async with database.write() as connection:
        await execute_rows(connection, UPDATE, changes)
        await execute_rows(connection, UPDATE, [dict(reversed(changes[0].items())) | {"end": 7}])
    assert await ends(database) == [7, None, None]


async def test_no_rows_are_no_statement(database: Database) -> None:
    async with database.write() as connection:
        await execute_rows(connection, INSERT, [])
    assert await ends(database) == []
