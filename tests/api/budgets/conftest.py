"""A unit whose budgets the tests work with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from placet.budgets.service.audit import verify_books
from placet.people.core.visit import OPERATOR
from placet.settings import Settings
from support.budgets.calls import Budgets
from support.clock import Calendar
from support.server import Client, Server, running


@pytest.fixture
async def budgets(client: Client) -> Budgets:
    """The budgets of a unit of `acme`, for a key that may do everything."""
    return Budgets(client.http)


@pytest.fixture
def calendar() -> Calendar:
    """The clock of `dated`: 1 December 2026, until it is set."""
    clock = Calendar()
    clock.set("2026-12-01T12:00:00Z")
    return clock


@pytest.fixture
async def dated_server(database_url: str, calendar: Calendar) -> AsyncIterator[Server]:
    """A server on `calendar`, whose books must be right at the end."""
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with running(settings, clock=calendar) as server:
        yield server
        assert (await verify_books(server.database, OPERATOR)).difference is None


@pytest.fixture
async def dated(dated_server: Server) -> AsyncIterator[Client]:
    """A key of the account `acme` that may do everything, on `calendar`."""
    async with dated_server.client() as client:
        yield client


@pytest.fixture
async def yearly(dated: Client) -> Budgets:
    """The budgets of a unit of `acme`, on `calendar`."""
    return Budgets(dated.http)
