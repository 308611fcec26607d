"""`placet tokens`: the credentials of people."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from placet.access.core.credentials import IssuedToken
from placet.access.service.tokens import (
    NewToken,
    create_token,
    list_user_tokens,
    revoke_token,
    revoke_tokens_of,
    rotate_secret,
)
from placet.cli.command import DatabaseUrl, Json, command_app, examples
from placet.cli.database import ready
from placet.cli.output import console, print_json, table
from placet.errors import InvalidRequest
from placet.kit.durations import milliseconds_of
from placet.kit.timestamps import timestamp

Account = Annotated[str, typer.Option("--account", metavar="ACCOUNT", help="The account.")]

app = command_app("Create, list and revoke user tokens.")


@app.command(
    epilog=examples(
        "placet tokens create --account acme --user ana",
        "placet tokens create --account acme --user ana --expires P30D --json",
        closing="The token is shown this once. It goes into the header `VtexIdclientAutCookie`, "
        "into `Authorization: Bearer`, or into the cookie `VtexIdclientAutCookie`; what it permits "
        "are the roles that the person has when it is used.",
    )
)
def create(
    account: Account,
    user: Annotated[
        str, typer.Option("--user", metavar="ID", help="The person; active in the account.")
    ],
    expires: Annotated[
        str,
        typer.Option(
            "--expires", metavar="DURATION", help="Until when, as PT8H or P30D; PT1M to P366D."
        ),
    ] = "PT8H",
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Create a token for a person and print it."""
    new = asyncio.run(_create(database, account, user, _milliseconds("--expires", expires)))
    if json:
        print_json({"id": new.token_id, "token": new.token, "expiresAt": timestamp(new.expires_at)})
        return
    out = console()
    out.print(f"token id  {new.token_id}   (good until {_minute(new.expires_at)} UTC)")
    out.print(f"token     {new.token}   (shown only now)")


@app.command("list", epilog=examples("placet tokens list --account acme --user ana"))
def list_(
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="ACCOUNT", help="Only this account's tokens."),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="ID", help="Only this person's tokens.")
    ] = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """List tokens that have not expired, oldest first; they themselves are nowhere stored."""
    tokens = asyncio.run(_list(database, account, user))
    if json:
        print_json([_document(token) for token in tokens], indent=2)
        return
    headings = ["token id", "account", "user", "created", "expires", "revoked"]
    table(console(), headings, [_row(token) for token in tokens])


@app.command(
    epilog=examples(
        "placet tokens revoke --account acme 0199f3c0-7d30-7a4b-8d2e-2f6f3b1f0d55",
        "placet tokens revoke --account acme --user ana",
        closing="Running servers notice within PLACET_KEY_CACHE_SECONDS. Tokens of an OpenID "
        "Connect issuer are not listed here: deactivate the person.",
    )
)
def revoke(
    account: Account,
    token: Annotated[
        str | None, typer.Argument(metavar="TOKEN_ID", help="One token, by its id.")
    ] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="ID", help="All tokens of a person.")
    ] = None,
    database: DatabaseUrl = None,
) -> None:
    """Make one token useless, or all of a person."""
    if (token is None) == (user is None):
        raise InvalidRequest("name either a token or, by --user, a person")
    if token is not None:
        asyncio.run(_revoke(database, account, token))
        console().print(f"revoked {token}")
    if user is not None:
        count = asyncio.run(_revoke_of(database, account, user))
        console().print(f"revoked {count} of {user}")


@app.command(
    epilog=examples(
        "placet tokens rotate --account acme",
        "placet tokens rotate --account acme --grace PT8H",
    )
)
def rotate(
    account: Account,
    grace: Annotated[
        str | None,
        typer.Option(
            "--grace", metavar="DURATION", help="How long older tokens stay good, as PT8H."
        ),
    ] = None,
    database: DatabaseUrl = None,
) -> None:
    """Sign with a new secret; without --grace, every token of the account is useless at once."""
    grace_ms = 0 if grace is None else _milliseconds("--grace", grace)
    key_id = asyncio.run(_rotate(database, account, grace_ms))
    console().print(f"tokens of {account} are signed by {key_id} now")


async def _create(database_url: str | None, account: str, user_id: str, life_ms: int) -> NewToken:
    async with ready(database_url, create=False) as database:
        return await create_token(database, account, user_id, life_ms=life_ms)


async def _list(
    database_url: str | None, account: str | None, user_id: str | None
) -> list[IssuedToken]:
    async with ready(database_url, create=False) as database:
        return await list_user_tokens(database, account, user_id)


async def _revoke(database_url: str | None, account: str, token_id: str) -> None:
    async with ready(database_url, create=False) as database:
        await revoke_token(database, account, token_id)


async def _revoke_of(database_url: str | None, account: str, user_id: str) -> int:
    async with ready(database_url, create=False) as database:
        return await revoke_tokens_of(database, account, user_id)


async def _rotate(database_url: str | None, account: str, grace_ms: int) -> str:
    async with ready(database_url, create=False) as database:
        return await rotate_secret(database, account, grace_ms=grace_ms)


def _milliseconds(option: str, text: str) -> int:
    try:
        return milliseconds_of(text)
    except ValueError as error:
        raise InvalidRequest(f"`{option}`: `{text[:50]}` {error}") from error


def _document(token: IssuedToken) -> dict[str, object]:
    return {
        "id": token.token_id,
        "account": token.account,
        "userId": token.user_id,
        "createdAt": timestamp(token.created_at),
        "expiresAt": timestamp(token.expires_at),
        "revokedAt": None if token.revoked_at is None else timestamp(token.revoked_at),
    }


def _row(token: IssuedToken) -> list[str]:
    revoked = "" if token.revoked_at is None else _minute(token.revoked_at)
    instants = [_minute(token.created_at), _minute(token.expires_at), revoked]
    return [token.token_id, token.account, token.user_id, *instants]


def _minute(milliseconds: int) -> str:
    return timestamp(milliseconds)[:16].replace("T", " ")
