"""Accounts as those who ask see them."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.errors import NotFound
from placet.people.core.visit import operator_of
from placet.people.service.accounts import check_account
from support.people.units import plant

pytestmark = pytest.mark.anyio


async def test_an_account_that_is_not_there_is_told_by_its_name(database: Database) -> None:
    await plant(database, {})
    await check_account(database, operator_of("acme"))
    with pytest.raises(NotFound, match="there is no account `other`"):
        await check_account(database, operator_of("other"))
