"""The settings of an account: read, and change one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.errors import Detail, InvalidRequest, NotFound
from placet.kit.reading import read, refusal
from placet.kit.spelling import closest
from placet.kit.wire_model import Document
from placet.people.core.permissions import MANAGING_POLICIES, VIEWING_POLICIES
from placet.people.core.visit import Visit, permitted
from placet.people.service.scope import check_whole_account
from placet.people.store.accounts import bump_policy_version
from placet.policies.core.model import AccountSettings
from placet.policies.core.spending_check import check_spending_expression
from placet.policies.store.account_settings import load_account_settings, save_account_settings


@permitted(VIEWING_POLICIES)
async def get_settings(database: Database, visit: Visit) -> AccountSettings:
    """The account's settings. Raises NotFound.

    Like the dimensions of every unit, they say how each person's orders are judged, and nothing of
    other buyers: who may see policies sees them, while a change takes the whole account.
    """
    async with database.read() as connection:
        return await _settings(connection, visit.account)


@permitted(MANAGING_POLICIES)
async def change_settings(database: Database, visit: Visit, changes: Document) -> AccountSettings:
    """Give the named settings new values, null giving the default, and answer all of them. Of a
    setting that is an object only what is named changes.

    The next order is judged by them; those that wait keep the settings they were judged by, until
    they are judged again.

    Raises:
        NotFound: there is no such account.
        InvalidRequest: an unknown setting, or a value that cannot be; nothing is changed.
        Forbidden: a person of a unit that has others beside or above it.
    """
    await check_whole_account(database, visit)
    async with database.write() as connection:
        # Done first, it keeps two changes from overwriting each other.
        await bump_policy_version(connection, visit.account)
        settings = _changed(await _settings(connection, visit.account), changes)
        check_spending_expression(settings.spending_check)
        await save_account_settings(connection, visit.account, settings)
        return settings


async def merge_settings(connection: AsyncConnection, account: str, given: AccountSettings) -> None:
    """Take over what `given` names, within a change of the account's policies."""
    before = await _settings(connection, account)
    named = {name: getattr(given, name) for name in given.model_fields_set}
    await save_account_settings(connection, account, before.model_copy(update=named))


def settings_document(settings: AccountSettings) -> Document:
    """Every setting by its name in the API, null where there is none."""
    return settings.model_dump(mode="json", by_alias=True)


def _changed(before: AccountSettings, changes: Document) -> AccountSettings:
    known = settings_document(before)
    details = list(_unknown(known, changes, ""))
    try:
        settings = read(AccountSettings, _merged(known, changes))
    except InvalidRequest as error:
        details += error.details
    if details:
        raise refusal(details)
    return settings


def _unknown(known: Document, changes: Document, place: str) -> Iterator[Detail]:
    """What the changes name that is no setting, also within settings that are objects."""
    for name, value in changes.items():
        if name not in known:
            meant = closest(name, known)
            hint = f", did you mean `{meant}`?" if meant else f": there are {_listed(known)}"
            yield Detail("", f"there is no setting `{place}{name[:100]}`{hint}")
        elif isinstance(value, dict) and isinstance(known[name], dict):
            yield from _unknown(known[name], value, f"{place}{name}.")


def _merged(known: Document, changes: Document) -> Document:
    """`known` with the changes, also within settings that are objects; null takes a value away."""
    document: dict[str, Any] = dict(known)
    for name, value in changes.items():
        if name in known:
            inner = isinstance(value, dict) and isinstance(known[name], dict)
            document[name] = _merged(known[name], value) if inner else value
    return {name: value for name, value in document.items() if value is not None}


def _listed(names: Document) -> str:
    return ", ".join(f"`{name}`" for name in names)


async def _settings(connection: AsyncConnection, account: str) -> AccountSettings:
    found = await load_account_settings(connection, account)
    if found is None:
        raise NotFound(f"there is no account `{account[:100]}`")
    return found
