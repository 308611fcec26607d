"""What accounts chose, as it is stored."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.store.accounts import ensure_account
from placet.policies.core.model import AccountSettings, NoRuleFired
from placet.policies.store.account_settings import load_account_settings, save_account_settings

pytestmark = pytest.mark.anyio


async def test_a_choice_replaces_the_one_before_in_its_account_only(database: Database) -> None:
    async with database.write() as connection:
        assert await load_account_settings(connection, "acme") is None
        for account in ("acme", "globex"):
            await ensure_account(connection, account, 1)
        assert await load_account_settings(connection, "acme") == AccountSettings()
        for choice in NoRuleFired:
            chosen = AccountSettings(no_rule_fired=choice, one_person_one_level=True)
            await save_account_settings(connection, "acme", chosen)
            assert await load_account_settings(connection, "acme") == chosen
        assert await load_account_settings(connection, "globex") == AccountSettings()
