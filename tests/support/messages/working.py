"""Workers of the outbox, and messages for them."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from placet.database.database import Database
from placet.messages.core.message import MessageKind, OutboxMessage
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.delivery.email import EmailDelivery
from placet.messages.delivery.outcome import Deliver
from placet.messages.delivery.signature import WebhookSecrets
from placet.messages.delivery.webhook import WebhookDelivery
from placet.messages.service.outbox import (
    list_messages,
    webhook_message,
)
from placet.messages.service.retry_schedule import RetrySchedule
from placet.messages.service.worker import OutboxWorker
from placet.messages.store.outbox import insert_messages
from placet.people.core.visit import OPERATOR
from support.clock import ManualClock

SECRETS = WebhookSecrets("whsec_" + base64.b64encode(b"s" * 32).decode())


def worker(
    database: Database,
    clock: ManualClock,
    *,
    webhook: Deliver | None = None,
    email: Deliver | None = None,
    schedule: RetrySchedule | None = None,
    concurrency: int = 16,
    deadline_ms: int = 30_000,
    keep_ms: int | None = None,
) -> OutboxWorker:
    posts = webhook or WebhookDelivery(AllowedHosts.parse("127.0.0.1"), SECRETS, clock)
    return OutboxWorker(
        database,
        {
            MessageKind.WEBHOOK: posts,
            MessageKind.EMAIL: email or EmailDelivery(None, ""),
        },
        clock=clock,
        schedule=schedule,
        concurrency=concurrency,
        deadline_ms=deadline_ms,
        keep_ms=keep_ms,
    )


def hooks(
    clock: ManualClock, url: str, bodies: Iterable[object], *, key: str = "", account: str = "acme"
) -> list[OutboxMessage]:
    """Webhooks with these bodies, in order under one key, or each under its own."""
    return [
        webhook_message(
            account,
            topic="test",
            ordering_key=key or f"key {body}",
            url=url,
            body=body,
            now_ms=clock.now_ms(),
        )
        for body in bodies
    ]


async def store(database: Database, messages: Iterable[OutboxMessage]) -> None:
    async with database.write() as connection:
        await insert_messages(connection, list(messages))


async def states(database: Database) -> list[str]:
    return [message.state.value for message in await list_messages(database, OPERATOR)]
