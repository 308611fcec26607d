"""Authorizations that many requests look up at the same time."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event

from placet.database.database import Database
from placet.database.store_errors import StoreAway
from placet.errors import NotFound
from placet.orders.service.reads import AuthorizationReads
from placet.orders.store.authorizations import StoredAuthorization
from support.server import Client, Server

pytestmark = pytest.mark.anyio


async def test_each_gets_its_own_though_they_share_transactions(
    client: Client, server: Server
) -> None:
    await client.create_dimension()
    ids = [(await client.submit(f"o-{number}"))["id"] for number in range(5)]
    begun = 0

    def begin(_connection: object) -> None:
        nonlocal begun
        begun += 1

    event.listen(server.database._reader.sync_engine, "begin", begin)
    asked = [*ids, *ids, "none"]
    found = await asyncio.gather(
        *(server.desks.orders.reads.load("acme", one) for one in asked), return_exceptions=True
    )
    assert begun == 1
    assert isinstance(found.pop(), NotFound)
    stored = [one for one in found if isinstance(one, StoredAuthorization)]
    assert [one.authorization.id for one in stored] == [*ids, *ids]


async def test_the_id_of_another_account_is_not_found(client: Client, server: Server) -> None:
    await client.create_dimension()
    order = await client.submit()
    mine, other = await asyncio.gather(
        server.desks.orders.reads.load("acme", order["id"]),
        server.desks.orders.reads.load("globex", order["id"]),
        return_exceptions=True,
    )
    assert not isinstance(mine, BaseException)
    assert isinstance(other, NotFound)


async def test_all_are_refused_where_the_database_does_not_answer() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    reads = AuthorizationReads(database, max_batch=8, max_queue=8)
    found = await asyncio.gather(
        *(reads.load("acme", str(number)) for number in range(4)), return_exceptions=True
    )
    assert [type(error) for error in found] == [StoreAway] * 4
    await reads.close()
    await database.close()
