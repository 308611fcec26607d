"""Secrets and records of user tokens as they are stored."""

from __future__ import annotations

import pytest

from placet.access.core.credentials import IssuedToken
from placet.access.service.keys import create_key
from placet.access.store.tokens import (
    TokenSecret,
    delete_expired_tokens,
    insert_secret,
    insert_token,
    list_tokens,
    load_secret,
    load_signing_secret,
    load_token,
    retire_secrets,
    revoke_tokens,
)
from placet.database.database import Database

pytestmark = pytest.mark.anyio


@pytest.fixture
async def accounts(database: Database) -> None:
    for account in ("acme", "globex"):
        await create_key(database, account, ["PlaceOrders"])


@pytest.mark.usefixtures("accounts")
async def test_the_newest_secret_that_is_not_retired_signs(database: Database) -> None:
    first, second = (TokenSecret("acme", name, "00" * 32, at) for name, at in (("a", 1), ("b", 2)))
    async with database.write() as connection:
        assert await load_signing_secret(connection, "acme") is None
        await insert_secret(connection, first)
        await retire_secrets(connection, "acme", 100)
        await insert_secret(connection, second)
        assert await load_signing_secret(connection, "acme") == second
        assert await load_signing_secret(connection, "globex") is None
        # A secret is never kept for longer than it was once said.
        for later in (200, 300):
            await retire_secrets(connection, "acme", later)
        found = [await load_secret(connection, "acme", name) for name in ("a", "b", "c")]
    assert [secret and secret.retires_at for secret in found] == [100, 200, None]


def test_a_secret_is_shown_nowhere() -> None:
    assert "5ec2e7" not in repr(TokenSecret("acme", "a", "5ec2e7", 1))


def token(name: str, user: str = "ana", account: str = "acme", until: int = 100) -> IssuedToken:
    return IssuedToken(account, name, user, 1, until)


@pytest.mark.usefixtures("accounts")
async def test_tokens_are_listed_while_they_are_good(database: Database) -> None:
    every = [token("1"), token("2", "bob"), token("3", account="globex"), token("4", until=50)]
    async with database.write() as connection:
        for one in every:
            await insert_token(connection, one)
        assert await load_token(connection, "acme", "1") == every[0]
        assert await load_token(connection, "globex", "1") is None
        listed = await list_tokens(connection, None, None, 50)
        assert [one.token_id for one in listed] == ["1", "2", "3"]
        listed = await list_tokens(connection, "acme", "ana", 0)
        assert [one.token_id for one in listed] == ["1", "4"]
        await delete_expired_tokens(connection, "acme", 51)
        assert await load_token(connection, "acme", "4") is None


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("which", "number"), [({"token_id": "1"}, 1), ({"user_id": "ana"}, 1), ({}, 2)]
)
async def test_only_what_is_still_good_is_revoked(
    database: Database, which: dict[str, str], number: int
) -> None:
    async with database.write() as connection:
        for one in (token("1"), token("2", "bob"), token("3", until=10)):
            await insert_token(connection, one)
        assert await revoke_tokens(connection, "globex", 20, **which) == 0
        assert await revoke_tokens(connection, "acme", 20, **which) == number
        assert await revoke_tokens(connection, "acme", 30, **which) == 0
