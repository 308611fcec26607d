"""Accounts and the version number of their policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pydantic_core import from_json, to_json
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.tables import account_table
from placet.kit.wire_model import Document

_columns = account_table.c
# What is said of a new account, so that it stays so when other choices become the usual ones.
_OPENED_WITH: Final[Document] = {
    "noRuleFired": "accepted",
    "ordersWithoutUnit": "refused",
    "unknownUnit": "refused",
    "requesterMayDecide": False,
    "onePersonOneLevel": True,
    "timeZone": "UTC",
    "holidays": [],
    "sellerBudgets": {"minimumPerDay": "0", "templateCampaigns": []},
}


@dataclass(frozen=True, slots=True)
class Account:
    """One tenant. `policy_version` grows with every change of its units, dimensions or settings;
    `settings` is their JSON, which the policies read.
    """

    name: str
    settings: Document
    policy_version: int


async def load_account(connection: AsyncConnection, account: str) -> Account | None:
    """The account, or None."""
    query = select(_columns.settings, _columns.policy_version).where(_columns.account == account)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Account(account, from_json(row.settings), row.policy_version)


async def ensure_account(connection: AsyncConnection, account: str, now_ms: int) -> None:
    """Create the account unless it is there."""
    if await load_account(connection, account) is None:
        await connection.execute(
            insert(account_table).values(
                account=account,
                settings=_settings_text(_OPENED_WITH),
                policy_version=1,
                created_at=now_ms,
            )
        )


async def load_policy_versions(
    connection: AsyncConnection, accounts: Iterable[str]
) -> dict[str, int]:
    """The policy version of each of the accounts that exist."""
    query = select(_columns.account, _columns.policy_version).where(
        among(_columns.account, accounts)
    )
    return {row.account: row.policy_version for row in await connection.execute(query)}


async def share_accounts(connection: AsyncConnection, accounts: Iterable[str]) -> None:
    """Make changes of these accounts' people and policies wait until this transaction ends."""
    names = sorted(accounts)
    if names:
        query = select(_columns.account).where(among(_columns.account, names))
        await connection.execute(query.order_by(_columns.account).with_for_update(read=True))


async def bump_policy_version(connection: AsyncConnection, account: str) -> None:
    """Announce a policy change. Done first, it also makes changes of one account wait for each
    other.
    """
    await connection.execute(
        update(account_table)
        .where(_columns.account == account)
        .values(policy_version=_columns.policy_version + 1)
    )


async def save_settings(connection: AsyncConnection, account: str, settings: Document) -> None:
    """Replace the account's settings."""
    await connection.execute(
        update(account_table)
        .where(_columns.account == account)
        .values(settings=_settings_text(settings))
    )


def _settings_text(settings: Document) -> str:
    return to_json(settings).decode()
