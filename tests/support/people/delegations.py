"""Delegations under a clock that tests set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from placet.access.service.tokens import create_token
from placet.kit.timestamps import timestamp
from placet.people.core.roles import Role
from placet.settings import Settings
from support.clock import ManualClock
from support.people.units import person, plant
from support.server import Client, Server, running

DAY = 86_400_000


PATH = "/delegations"


PEOPLE = {
    "ana": person("ana", "managers"),
    "bea": person("bea", "sales"),
    "cora": person("cora", "sales"),
    "dan": person("dan", "sales", [Role.BUYER]),
    "eve": person("eve", "sales", active=False),
}


@asynccontextmanager
async def opened(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    """A server with these people."""
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with running(settings, clock=clock) as server:
        units = {"acme": None, "managers": "acme", "sales": "acme"}
        await plant(server.database, units, *PEOPLE.values())
        yield server


@asynccontextmanager
async def calls_of(server: Server, user_id: str) -> AsyncIterator[Client]:
    """The calls of a person."""
    made = await create_token(server.database, "acme", user_id)
    async with server.anonymous({"VtexIdclientAutCookie": made.token}) as http:
        yield Client(http, "acme")


def delegation(
    clock: ManualClock, delegate: str = "bea", first: int = 0, last: int = 7, **more: Any
) -> dict[str, Any]:
    """A delegation as clients send it, from so many days after now until so many days after."""
    now = clock.now_ms()
    return {
        "delegateId": delegate,
        "from": timestamp(now + first * DAY),
        "until": timestamp(now + last * DAY),
        **more,
    }
