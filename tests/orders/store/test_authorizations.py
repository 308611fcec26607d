"""Reading the latest revisions of orders."""

from __future__ import annotations

import pytest

from placet.orders.store.authorizations import load_latest
from support.server import Client, Server, ok

pytestmark = pytest.mark.anyio


async def test_what_is_known_is_kept_only_as_long_as_its_row_does_not_change(
    client: Client, server: Server
) -> None:
    await client.create_dimension()
    order = await client.submit("o-1")
    orders = {"acme": ["o-1", "o-2", "o-3"]}
    before = await server.desks.orders.reads.load("acme", order["id"])
    async with server.database.read() as connection:
        found = await load_latest(connection, orders, lock=False, known=[before])
    assert found["acme", "o-1"] is before
    ok(await client.post(f"/commercial-authorizations/{order['id']}/cancellation"))
    async with server.database.read() as connection:
        found = await load_latest(connection, orders, lock=False, known=[before])
    assert list(found) == [("acme", "o-1")]
    assert found["acme", "o-1"].version == before.version + 1
    assert found["acme", "o-1"].authorization.status == "cancelled"


async def test_a_known_revision_does_not_stand_in_for_the_one_after_it(
    client: Client, server: Server
) -> None:
    await client.create_dimension()
    first = await client.submit("o-1", value=60_000)
    before = await server.desks.orders.reads.load("acme", first["id"])
    second = await client.submit("o-1", value=70_000)
    async with server.database.read() as connection:
        found = await load_latest(connection, {"acme": ["o-1"]}, lock=False, known=[before])
    assert found["acme", "o-1"].authorization.id == second["id"]
