"""Submissions and callbacks that meet each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import func, select

from placet.database.tables import authorization_event_table
from placet.settings import Settings
from support.server import Client, Server, ok, rule, running, score

pytestmark = pytest.mark.anyio


@pytest.fixture
async def two_servers(database_url: str) -> AsyncIterator[list[Server]]:
    """Two processes' worth of state on one database."""
    async with AsyncExitStack() as stack:
        settings = Settings(database_url=database_url)
        yield [await stack.enter_async_context(running(settings)) for _ in range(2)]


async def test_racing_submissions_of_one_order_have_one_winner(client: Client) -> None:
    await client.create_dimension()
    answers = await asyncio.gather(*(client.submit(value=60_000) for _ in range(20)))
    assert len({answer["id"] for answer in answers}) == 1


async def test_servers_racing_for_one_order_agree(two_servers: list[Server]) -> None:
    async with two_servers[0].client() as one, two_servers[1].client() as other:
        await one.create_dimension()
        for number in range(5):
            calls = [who.submit(f"o-{number}") for who in (one, other) for _ in range(5)]
            answers = await asyncio.gather(*calls)
            assert len({answer["id"] for answer in answers}) == 1


async def test_a_policy_change_of_another_server_counts_for_the_next_order(
    two_servers: list[Server],
) -> None:
    async with two_servers[0].client() as one, two_servers[1].client() as other:
        assert (await one.submit("o-1"))["status"] == "accepted"
        await other.create_dimension(rule(effect=1))
        assert (await one.submit("o-2"))["status"] == "denied"
        assert (await one.submit("o-1"))["status"] == "accepted"


async def test_racing_callbacks_have_one_winner(client: Client) -> None:
    await client.create_dimension()
    pending = await client.submit()
    path = f"/commercial-authorizations/{pending['id']}/callback"
    answers = await asyncio.gather(
        *(client.post(path, score(pending, points)) for points in (100, 0) * 5)
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 5 + [409] * 5
    winners = {answer.json()["status"] for answer in answers if answer.status_code == 200}
    assert len(winners) == 1


async def test_a_submission_and_a_callback_for_its_old_revision_do_not_mix(client: Client) -> None:
    await client.create_dimension()
    old = await client.submit()
    path = f"/commercial-authorizations/{old['id']}/callback"
    edited, callback = await asyncio.gather(
        client.submit(value=99_000), client.post(path, score(old, 100))
    )
    assert edited["status"] == "pending"
    assert callback.status_code in (200, 409)
    assert (await client.get("/commercial-authorizations/order/o-1")).json()["id"] == edited["id"]


async def test_every_change_is_one_line_of_history(client: Client, server: Server) -> None:
    await client.create_dimension()
    pending = await client.submit()
    await client.post(f"/commercial-authorizations/{pending['id']}/callback", score(pending, 100))
    await client.submit(value=99_000)
    columns = authorization_event_table.c
    query = select(func.count()).where(columns.authorization_id == pending["id"])
    async with server.database.read() as connection:
        assert await connection.scalar(query) == 3
    explanation = ok(await client.get(f"/commercial-authorizations/{pending['id']}/explanation"))
    assert [event["after"] for event in explanation["history"]] == [
        "pending",
        "accepted",
        "superseded",
    ]
