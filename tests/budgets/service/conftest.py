"""Books that add up when a test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from placet.budgets.service.audit import verify_books
from placet.database.database import Database
from placet.people.core.visit import OPERATOR
from support.budgets.service import Ledger


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Ledger]:
    opened = Ledger.on(database)
    yield opened
    result = await verify_books(database, OPERATOR)
    assert result.difference is None
    await opened.service.close()
