"""Many changes of orders in one commit."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from placet.database.tables import authorization_table
from placet.settings import Settings
from support.server import Client, Server, ok, running, submission

pytestmark = pytest.mark.anyio


async def test_racing_edits_of_one_order_leave_one_latest_revision(
    client: Client, server: Server
) -> None:
    await client.create_dimension()
    answers = await asyncio.gather(*(client.submit(value=60_000 + n) for n in range(20)))
    assert len({answer["id"] for answer in answers}) == 20
    columns = authorization_table.c
    async with server.database.read() as connection:
        rows = (await connection.execute(select(columns.revision, columns.latest))).all()
    assert sorted(row.revision for row in rows) == list(range(1, 21))
    assert [row.revision for row in rows if row.latest] == [20]
    latest = ok(await client.get("/commercial-authorizations/order/o-1"))
    listed = ok(await client.get("/commercial-authorizations", params={"status": "superseded"}))
    assert len(listed["data"]) == 19
    assert latest["id"] not in {item["id"] for item in listed["data"]}


async def test_many_orders_at_once_are_all_kept(client: Client) -> None:
    await client.create_dimension()
    answers = await asyncio.gather(*(client.submit(f"o-{n}") for n in range(300)))
    ids = {answer["id"] for answer in answers}
    assert len(ids) == 300
    found: set[str] = set()
    after: str | None = None
    while True:
        params = {"limit": "200", **({"after": after} if after else {})}
        page = ok(await client.get("/commercial-authorizations", params=params))
        found |= {item["id"] for item in page["data"]}
        after = page["next"]
        if after is None:
            break
    assert found == ids


async def test_an_overloaded_server_says_so(database_url: str) -> None:
    settings = Settings(database_url=database_url, max_queue=1, max_batch=1)
    async with running(settings) as server, server.client() as client:
        answers = await asyncio.gather(
            *(client.post("/commercial-authorizations", submission(f"o-{n}")) for n in range(30))
        )
        statuses = {answer.status_code for answer in answers}
        assert statuses == {200, 503}
        refusals = [answer for answer in answers if answer.status_code == 503]
        assert all("overloaded" in answer.json()["message"] for answer in refusals)
        assert refusals[0].headers["Retry-After"] == "1"
