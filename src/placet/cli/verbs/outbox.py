"""`placet outbox`: messages that go out, and those that could not."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

import typer

from placet.access.service.keys import account_name
from placet.cli.command import DatabaseUrl, Json, command_app, examples
from placet.cli.configuration import load_settings
from placet.cli.database import ready
from placet.cli.output import console, print_json, table
from placet.errors import InvalidRequest
from placet.kit.ids import now_ms
from placet.kit.timestamps import timestamp
from placet.messages.core.message import MessageState, OutboxMessage
from placet.messages.delivery.signature import WebhookSecrets
from placet.messages.service.outbox import list_messages, retry_dead, retry_messages
from placet.people.core.visit import OPERATOR

app = command_app("List and retry outgoing messages.")

_NEWEST: Final = 1_000

Account = Annotated[
    str | None, typer.Option("--account", metavar="ACCOUNT", help="Only this account's messages.")
]


@app.command(
    "list",
    epilog=examples(
        "placet outbox list",
        "placet outbox list --state dead --account acme",
        closing="waiting: will be sent, or sent again. delivered: the receiver took it. dead: "
        "given up; `placet outbox retry` revives it. Payloads are not shown.",
    ),
)
def list_(
    state: Annotated[
        MessageState | None, typer.Option("--state", help="Only messages in this state.")
    ] = None,
    account: Account = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Only the newest N.")
    ] = _NEWEST,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """List messages, oldest first, with what became of the last attempt."""
    messages = asyncio.run(_list(database, account, state, limit))
    if json:
        print_json([_document(message) for message in messages], indent=2)
        return
    headings = ["message", "account", "topic", "to", "state", "attempts", "next", "last error"]
    table(console(), headings, [_row(message) for message in messages])


@app.command(
    epilog=examples(
        "placet outbox retry 01a1fd49-b081-7365-99d6-098c622151b3",
        "placet outbox retry --all-dead --account acme",
        closing="The messages are sent within a second by a running server, under their old ids "
        "and with all their attempts before them. Either all of the messages are revived or none.",
    )
)
def retry(
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Messages to send again now.")
    ] = None,
    all_dead: Annotated[
        bool, typer.Option("--all-dead", help="Every dead message instead.")
    ] = False,
    account: Account = None,
    database: DatabaseUrl = None,
) -> None:
    """Make messages due now that are dead, or wait for their next attempt."""
    if bool(messages) == all_dead:
        raise InvalidRequest("name the messages, or give --all-dead")
    if messages and account is not None:
        raise InvalidRequest("--account goes with --all-dead")
    revived = asyncio.run(_retry(database, messages, account))
    console().print(f"{len(revived)} {'message is' if len(revived) == 1 else 'messages are'} due")


@app.command(
    epilog=examples(
        "placet outbox secret acme",
        closing="Receivers verify the header webhook-signature with it (Standard Webhooks). "
        "A new PLACET_WEBHOOK_SECRET: openssl rand -base64 32 | sed s/^/whsec_/",
    )
)
def secret(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Whose webhooks.")],
) -> None:
    """Print the secret that an account's webhooks are signed with."""
    secrets = WebhookSecrets(load_settings().webhook_secret.get_secret_value())
    if not secrets:
        raise InvalidRequest("there is no secret to derive it from: set PLACET_WEBHOOK_SECRET")
    typer.echo(secrets.of_account(account_name(account))[0])


async def _list(
    database_url: str | None, account: str | None, state: MessageState | None, limit: int
) -> list[OutboxMessage]:
    async with ready(database_url, create=False) as database:
        return await list_messages(database, OPERATOR, account=account, state=state, limit=limit)


async def _retry(
    database_url: str | None, messages: list[str] | None, account: str | None
) -> list[OutboxMessage]:
    async with ready(database_url, create=False) as database:
        if messages:
            return await retry_messages(database, OPERATOR, messages, now_ms())
        return await retry_dead(database, OPERATOR, account, now_ms())


def _document(message: OutboxMessage) -> dict[str, object]:
    return {
        "messageId": message.message_id,
        "account": message.account,
        "kind": message.kind.value,
        "topic": message.topic,
        "orderingKey": message.ordering_key,
        "destination": message.destination,
        "state": message.state.value,
        "attempts": message.attempts,
        "createdAt": timestamp(message.created_at),
        "nextAttemptAt": _when(message, MessageState.WAITING, message.next_attempt_at),
        "deliveredAt": _when(message, MessageState.DELIVERED, message.delivered_at),
        "lastError": message.last_error,
    }


def _when(message: OutboxMessage, state: MessageState, milliseconds: int | None) -> str | None:
    """The instant, where it means something in the message's state."""
    if message.state is not state or milliseconds is None:
        return None
    return timestamp(milliseconds)


def _row(message: OutboxMessage) -> list[str]:
    due = _when(message, MessageState.WAITING, message.next_attempt_at)
    return [
        message.message_id,
        message.account,
        message.topic,
        message.destination,
        message.state.value,
        str(message.attempts),
        due[:19].replace("T", " ") if due else "",
        message.last_error or "",
    ]
