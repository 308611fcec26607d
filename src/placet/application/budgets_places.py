"""Where a new budget is at home: a unit that there is, and the account's time zone."""

from __future__ import annotations

from typing import Final

from placet.application.budgets_input import Context
from placet.errors import Detail, InvalidRequest
from placet.ledger.seller import seller_context
from placet.spelling import closest
from placet.storage.accounts import load_account
from placet.storage.database import Database
from placet.storage.units import count_units, load_units, unknown_units

__all__ = ["account_zone", "check_known_unit"]

# The budgets of sellers belong to no unit.
_SELLERS: Final = seller_context("")
_NOT_CHOSEN: Final = "UTC"


async def account_zone(database: Database, account: str) -> str | None:
    """The time zone that the account chose; None where it is UTC, as it is without a choice."""
    async with database.read() as connection:
        found = await load_account(connection, account)
    zone = _NOT_CHOSEN if found is None else found.settings.time_zone
    return None if zone == _NOT_CHOSEN else zone


async def check_known_unit(database: Database, context: Context) -> None:
    """Make sure that the unit exists, in an account that has units.

    Raises:
        InvalidRequest: there is none; the sentence names the one that may be meant.
    """
    unit_id = context.context_id
    if unit_id.startswith(_SELLERS):
        return
    async with database.read() as connection:
        if not await unknown_units(connection, context.account, [unit_id]):
            return
        if not await count_units(connection, context.account):
            return
        units = await load_units(connection, context.account)
    names = {unit.name: unit.id for unit in reversed(units)}
    meant = closest(unit_id, [unit.id for unit in units])
    if meant is None and (name := closest(unit_id, names)) is not None:
        meant = names[name]
    hint = f"; did you mean `{meant}`?" if meant else ""
    detail = Detail("contextId", f"there is no unit `{unit_id[:100]}`{hint}")
    raise InvalidRequest(str(detail), code="unknown-unit", details=[detail])
