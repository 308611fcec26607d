"""Accounts, as those who ask see them."""

from __future__ import annotations

from placet.database.database import Database
from placet.errors import NotFound
from placet.people.core.visit import Visit
from placet.people.store.accounts import load_account


async def check_account(database: Database, visit: Visit) -> None:
    """Make sure that there is the visitor's account. Raises NotFound."""
    async with database.read() as connection:
        if await load_account(connection, visit.account) is None:
            raise NotFound(f"there is no account `{visit.account}`")
