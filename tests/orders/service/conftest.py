"""A shop with a budget, for tests of orders that spend."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from placet.budgets.service.audit import verify_books
from placet.people.core.visit import OPERATOR
from support.orders.shop import Shop
from support.server import Client, Server


@pytest.fixture
async def shop(server: Server, client: Client) -> AsyncIterator[Shop]:
    opened = Shop(server)
    await opened.open_budget()
    yield opened
    assert (await verify_books(server.database, OPERATOR)).difference is None
