"""A server on 1 May 2026, and what calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from placet.settings import Settings
from support.clock import ManualClock
from support.sellers import Sellers, instant
from support.server import Client, Server, running


class Calendar(ManualClock):
    """A clock to be set."""

    def set(self, text: str) -> None:
        """Let it be this time in UTC."""
        self.advance(instant(text) - self.now_ms())


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
