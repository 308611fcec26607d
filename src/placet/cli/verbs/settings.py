"""`placet settings`: what an account chose where the policies leave a choice."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from pydantic_core import from_json, to_json

from placet.cli.command import DatabaseUrl, Json, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, print_json, table
from placet.errors import InvalidRequest
from placet.kit.wire_model import Document
from placet.people.core.visit import operator_of
from placet.policies.core.model import AccountSettings
from placet.policies.service.account_settings import (
    change_settings,
    get_settings,
    settings_document,
)

app = command_app("Show and change the settings of an account.")

Account = Annotated[str, typer.Option("--account", metavar="ACCOUNT", help="Whose settings.")]


@app.command(epilog=examples("placet settings show --account acme"))
def show(account: Account, database: DatabaseUrl = None, json: Json = False) -> None:
    """Print every setting of an account."""
    _print(asyncio.run(_show(database, account)), json)


@app.command(
    "set",
    epilog=examples(
        "placet settings set --account acme pendingExpiresAfter=P14D",
        "placet settings set --account acme noRuleFired=pending requesterMayDecide=false",
        "placet settings set --account acme pendingExpiresAfter=null",
        "placet settings set --account acme ordersWithoutUnit=accepted unknownUnit=pending",
        "placet settings set --account acme 'spendingCheck=$sum(spending.amount) * 100 "
        "= order.value'",
        closing="A value is JSON, or plain text where it is no JSON; null gives the default. "
        "Running servers judge the next order by it; orders that wait keep the settings they were "
        "judged by.",
    ),
)
def set_(
    settings: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE...", help="What to change, all or nothing.")
    ],
    account: Account,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Change settings of an account and print all of them."""
    changes = dict(_assignment(text) for text in settings)
    _print(asyncio.run(_set(database, account, changes)), json)


async def _show(database_url: str | None, account: str) -> AccountSettings:
    async with ready(database_url, create=False) as database:
        return await get_settings(database, operator_of(account))


async def _set(database_url: str | None, account: str, changes: Document) -> AccountSettings:
    async with ready(database_url, create=False) as database:
        return await change_settings(database, operator_of(account), changes)


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidRequest(f"`{text[:100]}` must be NAME=VALUE, such as pendingExpiresAfter=P14D")
    try:
        return name, from_json(value, allow_inf_nan=False)
    except ValueError:
        return name, value


def _print(settings: AccountSettings, json: bool) -> None:
    document = settings_document(settings)
    if json:
        print_json(document, indent=2)
        return
    rows = [[name, _spelled(value)] for name, value in document.items()]
    table(console(), ["setting", "value"], rows)


def _spelled(value: Any) -> str:
    """As `placet settings set` reads it."""
    return value if isinstance(value, str) else to_json(value).decode()
