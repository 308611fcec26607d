"""App keys."""

from __future__ import annotations

import asyncio

import pytest

from placet.access.service.keys import (
    AppKeyCache,
    NewKey,
    create_key,
    ensure_first_key,
    list_app_keys,
    revoke_app_key,
)
from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound, Unauthorized
from placet.people.core.permissions import Permission

pytestmark = pytest.mark.anyio


async def test_a_new_key_is_recognised_with_its_permissions(database: Database) -> None:
    made = await create_key(database, "acme", ["placeorders", "ApproveOrders"], label="shop")
    key = await AppKeyCache(database, seconds=1).authenticate(made.app_key, made.app_token)
    assert (key.account, key.label) == ("acme", "shop")
    assert key.permissions == {Permission.PLACE_ORDERS, Permission.APPROVE_ORDERS}


async def test_the_token_itself_is_not_stored(database: Database) -> None:
    made = await create_key(database, "acme", ["PlaceOrders"])
    [stored] = await list_app_keys(database, "acme")
    assert made.app_token not in repr(stored)
    assert len(stored.token_hash) == 64


@pytest.mark.parametrize(
    ("app_key", "app_token"),
    [
        (None, "wrong"),
        (None, ""),
        ("placet-acme-AAAAAAAAAAAA", None),
        ("nonsense", None),
        ("", ""),
        ("placet-\x00-AAAAAAAAAAAA", None),
        (None, "ÿ" * 5_000),
    ],
)
async def test_anything_else_is_refused_in_the_same_words(
    database: Database, app_key: str | None, app_token: str | None
) -> None:
    made = await create_key(database, "acme", ["PlaceOrders"])
    cache = AppKeyCache(database, seconds=60)
    with pytest.raises(Unauthorized, match="the app key or its token is not valid"):
        await cache.authenticate(
            made.app_key if app_key is None else app_key,
            made.app_token if app_token is None else app_token,
        )


async def test_a_revoked_key_stops_working(database: Database) -> None:
    made = await create_key(database, "acme", ["PlaceOrders"])
    cache = AppKeyCache(database, seconds=0)
    await cache.authenticate(made.app_key, made.app_token)
    await revoke_app_key(database, made.app_key)
    with pytest.raises(Unauthorized):
        await cache.authenticate(made.app_key, made.app_token)
    with pytest.raises(NotFound):
        await revoke_app_key(database, made.app_key)


async def test_only_a_fresh_installation_gets_a_first_key(database: Database) -> None:
    shown: list[NewKey] = []
    first = await ensure_first_key(database, "acme", shown.append)
    assert first is not None
    assert shown == [first]
    assert first.permissions == set(Permission)
    await revoke_app_key(database, first.app_key)
    assert await ensure_first_key(database, "acme", shown.append) is None
    assert shown == [first]


async def test_servers_that_start_together_make_one_first_key(database_url: str) -> None:
    shown: list[NewKey] = []
    databases = [Database(database_url) for _ in range(4)]
    accounts = ["acme", "main", "acme", "other"]
    made = await asyncio.gather(
        *(
            ensure_first_key(database, account, shown.append)
            for database, account in zip(databases, accounts, strict=True)
        )
    )
    assert [key for key in made if key is not None] == shown
    assert [key.app_key for key in await list_app_keys(databases[0])] == [shown[0].app_key]
    for database in databases:
        await database.close()


async def test_a_first_key_that_nobody_saw_is_not_there(database: Database) -> None:
    def cut(_key: NewKey) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await ensure_first_key(database, "acme", cut)
    assert await list_app_keys(database) == []
    shown: list[NewKey] = []
    first = await ensure_first_key(database, "acme", shown.append)
    assert shown == [first]


@pytest.mark.parametrize(
    ("account", "permissions", "words"),
    [
        ("Acme", ["PlaceOrders"], "cannot name an account"),
        ("", ["PlaceOrders"], "cannot name an account"),
        ("a/b", ["PlaceOrders"], "cannot name an account"),
        ("-acme", ["PlaceOrders"], "cannot name an account"),
        ("a" * 101, ["PlaceOrders"], "cannot name an account"),
        ("acme", ["PlaceOrder"], "`PlaceOrder` is no permission"),
        ("acme", [], "at least one permission"),
    ],
)
async def test_impossible_keys_are_refused(
    database: Database, account: str, permissions: list[str], words: str
) -> None:
    with pytest.raises(InvalidRequest, match=words):
        await create_key(database, account, permissions)
    assert await list_app_keys(database) == []
