"""App keys as they are stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from placet.access.service.keys import create_key
from placet.access.store.keys import any_key, insert_key, list_keys, load_key, revoke_key
from placet.database.database import Database

pytestmark = pytest.mark.anyio


async def test_a_key_comes_back_as_it_was_stored_in_its_account_only(database: Database) -> None:
    made = await create_key(database, "acme", ["PlaceOrders", "ApproveOrders"])
    async with database.write() as connection:
        stored = await load_key(connection, "acme", made.app_key)
        assert stored is not None
        assert stored.permissions == made.permissions
        again = replace(stored, app_key="other", label="till", permissions=frozenset())
        await insert_key(connection, again)
        assert await load_key(connection, "acme", "other") == again
        assert await load_key(connection, "globex", made.app_key) is None


async def test_keys_are_listed_by_account(database: Database) -> None:
    async with database.read() as connection:
        assert not await any_key(connection)
    made = [(await create_key(database, name, ["PlaceOrders"])).app_key for name in ("b", "a", "b")]
    async with database.read() as connection:
        assert await any_key(connection)
        listed = [key.app_key for key in await list_keys(connection, "b")]
        assert sorted(listed) == sorted([made[0], made[2]])
        assert [key.account for key in await list_keys(connection, None)] == ["a", "b", "b"]


async def test_a_key_is_revoked_once(database: Database) -> None:
    made = await create_key(database, "acme", ["PlaceOrders"])
    async with database.write() as connection:
        assert not await revoke_key(connection, "globex", made.app_key, 5)
        assert await revoke_key(connection, "acme", made.app_key, 5)
        assert not await revoke_key(connection, "acme", made.app_key, 6)
        stored = await load_key(connection, "acme", made.app_key)
    assert stored is not None
    assert stored.revoked_at == 5
