"""Accounts, their settings as documents, and the version of their policies."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from placet.database.database import Database
from placet.database.tables import account_table
from placet.people.store.accounts import (
    bump_policy_version,
    ensure_account,
    load_account,
    load_policy_versions,
    save_settings,
    share_accounts,
)
from placet.policies.core.model import AccountSettings

pytestmark = pytest.mark.anyio


async def test_a_new_account_has_what_the_policies_take_for_usual(database: Database) -> None:
    async with database.write() as connection:
        await ensure_account(connection, "acme", 7)
        account = await load_account(connection, "acme")
    assert account is not None
    assert account.settings == AccountSettings().to_document()
    assert account.policy_version == 1
    async with database.read() as connection:
        row = (await connection.execute(select(account_table))).one()
    assert row.created_at == 7


async def test_an_account_that_is_there_stays_as_it_is(database: Database) -> None:
    async with database.write() as connection:
        await ensure_account(connection, "acme", 1)
        await save_settings(connection, "acme", {"timeZone": "Europe/Berlin"})
        await bump_policy_version(connection, "acme")
        await ensure_account(connection, "acme", 2)
        account = await load_account(connection, "acme")
    assert account is not None
    assert (account.settings, account.policy_version) == ({"timeZone": "Europe/Berlin"}, 2)


async def test_versions_are_those_of_accounts_that_exist(database: Database) -> None:
    async with database.write() as connection:
        for name in ("acme", "other"):
            await ensure_account(connection, name, 1)
        await bump_policy_version(connection, "other")
    async with database.read() as connection:
        found = await load_policy_versions(connection, ["acme", "other", "nobody"])
        assert await load_account(connection, "nobody") is None
    assert found == {"acme": 1, "other": 2}


async def test_changes_of_one_account_wait_for_each_other(database: Database) -> None:
    async with database.write() as connection:
        await ensure_account(connection, "acme", 1)

    async def change() -> None:
        async with database.write() as connection:
            await share_accounts(connection, [])
            await bump_policy_version(connection, "acme")

    await asyncio.gather(*(change() for _ in range(10)))
    async with database.read() as connection:
        assert await load_policy_versions(connection, ["acme"]) == {"acme": 11}
