"""`placet keys`: the credentials of machines."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from placet.access.core.credentials import AppKey
from placet.access.service.keys import NewKey, create_key, list_app_keys, revoke_app_key
from placet.cli.command import DatabaseUrl, Json, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, print_json, table
from placet.kit.timestamps import timestamp
from placet.people.core.permissions import Permission

app = command_app("Create, list and revoke app keys.")


@app.command(
    epilog=examples(
        "placet keys create --account acme --permission PlaceOrders --label shop",
        "placet keys create --account acme --permission ManageBuyingPolicies "
        "--permission ApproveOrders --json",
        closing=f"Permissions: {', '.join(Permission)}. The token is shown this once; only its "
        'salted hash is stored. --json prints {"appKey", "appToken"}.',
    )
)
def create(
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Made where it is new.")
    ],
    permission: Annotated[
        list[str],
        typer.Option("--permission", metavar="PERMISSION", help="What the key may do; repeatable."),
    ],
    label: Annotated[
        str, typer.Option("--label", metavar="TEXT", help="Whose key it is, for the records.")
    ] = "",
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Create an app key and print it with its token."""
    key = asyncio.run(_create(database, account, permission, label))
    if json:
        print_json({"appKey": key.app_key, "appToken": key.app_token})
    else:
        out = console()
        out.print(f"app key    {key.app_key}")
        out.print(f"app token  {key.app_token}   (shown only now)")


@app.command("list", epilog=examples("placet keys list --account acme"))
def list_(
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="ACCOUNT", help="Only this account's keys."),
    ] = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """List app keys, oldest first; tokens are not stored and cannot be shown."""
    keys = asyncio.run(_list(database, account))
    if json:
        print_json([_document(key) for key in keys], indent=2)
        return
    headings = ["app key", "account", "label", "permissions", "created", "revoked"]
    table(console(), headings, [_row(key) for key in keys])


@app.command(epilog=examples("placet keys revoke placet-acme-ABCDEFGHIJKL"))
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The app key.")],
    database: DatabaseUrl = None,
) -> None:
    """Make an app key useless; running servers notice within PLACET_KEY_CACHE_SECONDS."""
    asyncio.run(_revoke(database, key))
    console().print(f"revoked {key}")


async def _create(
    database_url: str | None, account: str, permissions: list[str], label: str
) -> NewKey:
    async with ready(database_url, create=False) as database:
        return await create_key(database, account, permissions, label=label)


async def _list(database_url: str | None, account: str | None) -> list[AppKey]:
    async with ready(database_url, create=False) as database:
        return await list_app_keys(database, account)


async def _revoke(database_url: str | None, key: str) -> None:
    async with ready(database_url, create=False) as database:
        await revoke_app_key(database, key)


def _document(key: AppKey) -> dict[str, object]:
    return {
        "appKey": key.app_key,
        "account": key.account,
        "label": key.label,
        "permissions": sorted(key.permissions),
        "createdAt": timestamp(key.created_at),
        "revokedAt": None if key.revoked_at is None else timestamp(key.revoked_at),
    }


def _row(key: AppKey) -> list[str]:
    revoked = "" if key.revoked_at is None else _minute(key.revoked_at)
    permissions = " ".join(sorted(key.permissions))
    return [key.app_key, key.account, key.label, permissions, _minute(key.created_at), revoked]


def _minute(milliseconds: int) -> str:
    return timestamp(milliseconds)[:16].replace("T", " ")
