"""Where a new budget is at home: a unit that there is, and the account's time zone."""

from __future__ import annotations

from typing import Final

from placet.budgets.core.seller import seller_context
from placet.budgets.service.input import Context
from placet.database.database import Database
from placet.policies.service.unit_gaps import refuse_unknown_units
from placet.policies.store.account_settings import load_account_settings

# The budgets of sellers belong to no unit.
_SELLERS: Final = seller_context("")
_NOT_CHOSEN: Final = "UTC"


async def account_zone(database: Database, account: str) -> str | None:
    """The time zone that the account chose; None where it is UTC, as it is without a choice."""
    async with database.read() as connection:
        settings = await load_account_settings(connection, account)
    zone = _NOT_CHOSEN if settings is None else settings.time_zone
    return None if zone == _NOT_CHOSEN else zone


async def check_known_unit(database: Database, context: Context) -> None:
    """Make sure that the unit exists, in an account that has units.

    Raises:
        InvalidRequest: there is none; the sentence names the one that may be meant.
    """
    if context.context_id.startswith(_SELLERS):
        return
    async with database.read() as connection:
        named = [("contextId", context.context_id)]
        await refuse_unknown_units(connection, context.account, named)
