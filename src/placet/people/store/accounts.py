"""Accounts and the version number of their policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic_core import from_json, to_json
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.tables import account_table
from placet.policies.core.model import AccountSettings

_columns = account_table.c


@dataclass(frozen=True, slots=True)
class Account:
    """One tenant. `policy_version` grows with every change of its units, dimensions or settings."""

    name: str
    settings: AccountSettings
    policy_version: int


async def load_account(connection: AsyncConnection, account: str) -> Account | None:
    """The account, or None."""
    query = select(_columns.settings, _columns.policy_version).where(_columns.account == account)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    settings = AccountSettings.of_document(from_json(row.settings))
    return Account(account, settings, row.policy_version)


async def ensure_account(connection: AsyncConnection, account: str, now_ms: int) -> None:
    """Create the account unless it is there."""
    if await load_account(connection, account) is None:
        await connection.execute(
            insert(account_table).values(
                account=account,
                settings=_settings_text(AccountSettings()),
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


async def save_settings(
    connection: AsyncConnection, account: str, settings: AccountSettings
) -> None:
    """Replace the account's settings."""
    await connection.execute(
        update(account_table)
        .where(_columns.account == account)
        .values(settings=_settings_text(settings))
    )


def _settings_text(settings: AccountSettings) -> str:
    return to_json(settings.to_document()).decode()
