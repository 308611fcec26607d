"""A unit whose budgets the tests work with."""

from __future__ import annotations

import pytest

from support.budgets import Budgets
from support.server import Client


@pytest.fixture
async def budgets(client: Client) -> Budgets:
    """The budgets of a unit of `acme`, for a key that may do everything."""
    return Budgets(client.http)
