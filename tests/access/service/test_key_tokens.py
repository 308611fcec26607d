"""Tokens that stand for an app key."""

from __future__ import annotations

import pytest

from placet.access.service.key_tokens import KeyTokens
from placet.access.service.keys import AppKeyCache, create_key
from placet.access.service.tokens import create_token
from placet.access.store.keys import revoke_key
from placet.database.database import Database
from placet.errors import Unauthorized
from placet.people.core.user import User
from placet.people.store.users import put_users

pytestmark = pytest.mark.anyio


@pytest.fixture
def tokens(database: Database) -> KeyTokens:
    return KeyTokens(database, AppKeyCache(database, seconds=0))


async def test_a_token_stands_for_its_key_until_that_is_revoked(
    database: Database, tokens: KeyTokens
) -> None:
    made = await create_key(database, "acme", ["PlaceOrders"])
    issued = await tokens.issue(made.app_key, made.app_token)
    assert tokens.issued(issued.access_token)
    assert not tokens.issued(issued.refresh_token)
    key = await tokens.authenticate(issued.access_token)
    assert (key.app_key, key.permissions) == (made.app_key, made.permissions)
    async with database.write() as connection:
        await revoke_key(connection, "acme", made.app_key, 1)
    with pytest.raises(Unauthorized):
        await tokens.authenticate(issued.access_token)


async def test_a_refresh_token_brings_the_next_one_of_its_own_key_only(
    database: Database, tokens: KeyTokens
) -> None:
    mine, other = [await create_key(database, "acme", ["PlaceOrders"]) for _ in range(2)]
    issued = await tokens.issue(mine.app_key, mine.app_token)
    again = await tokens.issue(mine.app_key, mine.app_token, refresh_token=issued.refresh_token)
    assert (await tokens.authenticate(again.access_token)).app_key == mine.app_key
    for key, refresh in ((other, issued.refresh_token), (mine, issued.access_token)):
        with pytest.raises(Unauthorized):
            await tokens.issue(key.app_key, key.app_token, refresh_token=refresh)


async def test_a_person_s_token_stands_for_no_key(database: Database, tokens: KeyTokens) -> None:
    await create_key(database, "acme", ["PlaceOrders"])
    async with database.write() as connection:
        await put_users(connection, [User(account="acme", user_id="ana")])
    made = await create_token(database, "acme", "ana")
    assert not tokens.issued(made.token)
    with pytest.raises(Unauthorized):
        await tokens.authenticate(made.token)
