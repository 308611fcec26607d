"""What accounts chose, read from and written to their rows."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.people.store.accounts import load_account, save_settings
from placet.policies.core.model import AccountSettings


async def load_account_settings(
    connection: AsyncConnection, account: str
) -> AccountSettings | None:
    """What the account chose; None where there is no such account."""
    found = await load_account(connection, account)
    return None if found is None else AccountSettings.of_document(found.settings)


async def save_account_settings(
    connection: AsyncConnection, account: str, settings: AccountSettings
) -> None:
    """Replace what the account chose."""
    await save_settings(connection, account, settings.to_document())
