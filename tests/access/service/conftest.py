"""Ana of `acme` and her namesake, known by their tokens."""

from __future__ import annotations

import pytest

from placet.access.service.keys import create_key
from placet.access.service.token_callers import UserTokenCache
from placet.database.database import Database
from placet.people.core.user import User
from placet.people.store.users import put_users

ANA = User(account="acme", user_id="ana", name="Ana", unit_id="sales", roles=frozenset({"Buyer"}))


@pytest.fixture
async def people(database: Database) -> UserTokenCache:
    """Ana of `acme` and her namesake of `other`, asked for anew with each call."""
    for account in ("acme", "other"):
        await create_key(database, account, ["PlaceOrders"])
    async with database.write() as connection:
        other = User(account="other", user_id="ana", roles=frozenset({"Order Approver"}))
        await put_users(connection, [ANA, other])
    return UserTokenCache(database, oidc=None, seconds=0)
