"""A server whose messages go out only when a test says so, by a clock that it drives."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from placet.database.database import Database
from placet.messages.core.message import OutboxMessage
from placet.messages.service.outbox import list_messages
from placet.people.core.visit import OPERATOR
from placet.settings import Settings
from support.clock import ManualClock
from support.server import Server, running

__all__ = ["SECRET", "deliver", "messages_of", "outgoing"]

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


@asynccontextmanager
async def outgoing(
    database_url: str, clock: ManualClock, **settings: object
) -> AsyncIterator[Server]:
    """A running server that may call this machine and does nothing by itself."""
    values = {
        "database_url": database_url,
        "key_cache_seconds": 0,
        "outbox_worker": False,
        "allowed_hosts": "127.0.0.1",
        "webhook_secret": SECRET,
        **settings,
    }
    async with running(Settings.model_validate(values), clock=clock) as server:
        yield server


async def deliver(server: Server) -> None:
    """Send what is due."""
    await server.process.workers.outbox.deliver_due()


async def messages_of(database: Database, topic: str) -> list[OutboxMessage]:
    """What is in the outbox about a topic, oldest first."""
    return [
        message for message in await list_messages(database, OPERATOR) if message.topic == topic
    ]
