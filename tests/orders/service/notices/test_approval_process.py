"""Servers as processes that let orders expire, one of them killed while it does."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import func, select

from placet.budgets.service.audit import verify_books
from placet.database.database import Database
from placet.database.tables import authorization_event_table, authorization_table
from placet.people.core.visit import OPERATOR
from support.budgets.load import calling, credentials, each
from support.process import server_process
from support.server import Client, ok, rule

pytestmark = pytest.mark.anyio

ORDERS = "/commercial-authorizations"
COUNT = 40


async def count(database: Database, what: str) -> int:
    columns = authorization_event_table.c
    query = select(func.count()).where(columns.document.contains(what))
    async with database.read() as connection:
        return int(await connection.scalar(query) or 0)


async def until_expired(client: Client, authorization_id: str) -> None:
    """Return when an authorization has expired; those submitted last have some time left."""
    async with asyncio.timeout(30):
        while True:
            seen = ok(await client.get(f"{ORDERS}/{authorization_id}"))
            if seen["additionalInfo"]["state"] == "expired":
                return


async def states(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.scalars(select(authorization_table.c.status)))


async def test_every_order_expires_once_though_a_server_dies(
    database_url: str, database: Database
) -> None:
    headers = await credentials(database_url)
    with server_process(database_url) as dying, server_process(database_url) as other:
        async with calling([dying.url, other.url], headers) as budgets:
            first, second = (Client(one.http, "acme") for one in budgets)
            path = await budgets[0].create_path()
            _, budget_id, _, allocation_id = path.split("/")
            line = {"budgetId": budget_id, "allocationId": allocation_id, "amount": 1}
            ok(await first.call("PATCH", "/settings", json={"pendingExpiresAfter": "PT2S"}))
            await first.create_dimension(rule())
            orders = await each(
                partial(client.submit, f"o-{number}", spending=[line])
                for number in range(COUNT // 2)
                for client in (first, second)
            )
            async with asyncio.timeout(30):
                while not await count(database, '"expired"'):
                    pass
            dying.kill()
            for order in orders:
                await until_expired(second, order["id"])
            assert await budgets[1].remaining(path) == 100
    assert await states(database) == {"expired"}
    assert await count(database, '"expired"') == len({order["id"] for order in orders})
    assert (await verify_books(database, OPERATOR)).difference is None
