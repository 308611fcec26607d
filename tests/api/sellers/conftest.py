"""A server on 1 May 2026, and what calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from placet.settings import Settings
from support.clock import Calendar
from support.sellers.calls import Sellers
from support.server import Client, Server, running


@pytest.fixture
def calendar() -> Calendar:
    clock = Calendar()
    clock.set("2026-05-01")
    return clock


@pytest.fixture
async def seller_server(database_url: str, calendar: Calendar) -> AsyncIterator[Server]:
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with running(settings, clock=calendar) as server:
        yield server


@pytest.fixture
async def client(seller_server: Server) -> AsyncIterator[Client]:
    """A key of the account `acme` that may do everything."""
    async with seller_server.client() as opened:
        yield opened


@pytest.fixture
def sellers(client: Client) -> Sellers:
    return Sellers(client.http)
