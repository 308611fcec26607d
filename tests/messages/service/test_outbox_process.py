"""The outbox of real server processes: delivering by themselves, and killed at the worst moment."""

from __future__ import annotations

import asyncio
import base64

import pytest
from standardwebhooks.webhooks import Webhook

from placet.database.database import Database
from placet.errors import InvalidRequest
from placet.messages.core.message import MessageKind, MessageState, OutboxMessage
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.delivery.signature import WebhookSecrets
from placet.messages.delivery.webhook import WebhookDelivery
from placet.messages.service.outbox import list_messages, webhook_message
from placet.messages.service.worker import OutboxWorker
from placet.messages.store.outbox import insert_messages
from placet.people.core.visit import OPERATOR
from placet.settings import Settings
from support.clock import ManualClock
from support.messages.receiver import never, receiving
from support.process import server_process
from support.server import running

pytestmark = pytest.mark.anyio

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OUTGOING = {"allowed_hosts": "127.0.0.1", "webhook_secret": SECRET}


async def store(database: Database, url: str, *bodies: object) -> None:
    messages: list[OutboxMessage] = [
        webhook_message(
            "acme",
            topic="test",
            ordering_key="k",
            url=url,
            body=body,
            now_ms=ManualClock().now_ms(),
        )
        for body in bodies
    ]
    async with database.write() as connection:
        await insert_messages(connection, messages)


async def test_a_server_delivers_by_itself_as_its_settings_say(
    database: Database, database_url: str
) -> None:
    settings = Settings(database_url=database_url, **OUTGOING)
    async with receiving() as receiver, running(settings) as server:
        await store(database, receiver.url(), {"n": 1})
        server.process.workers.outbox.wake()
        await receiver.arrived.wait()
    [request] = receiver.requests
    [secret] = WebhookSecrets(SECRET).of_account("acme")
    assert Webhook(secret).verify(request.body, request.headers) == {"n": 1}
    # Closing waited for the result.
    [message] = await list_messages(database, OPERATOR)
    assert message.state is MessageState.DELIVERED


async def test_a_server_that_shall_not_deliver_does_not(
    database: Database, database_url: str
) -> None:
    settings = Settings(database_url=database_url, outbox_worker=False, **OUTGOING)
    async with receiving() as receiver, running(settings) as server:
        await store(database, receiver.url(), 1)
        server.process.workers.outbox.wake()
    assert receiver.requests == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"allowed_hosts": "https://x"},
        {"webhook_secret": "hunter2"},
        {"smtp_url": "mail"},
        {"smtp_url": "smtp://mail"},
    ],
    ids=str,
)
async def test_a_server_does_not_start_with_settings_it_cannot_use(
    database_url: str, wrong: dict[str, str]
) -> None:
    with pytest.raises(InvalidRequest):
        async with running(Settings(database_url=database_url, **wrong)):
            raise AssertionError("it has started")


async def test_what_a_killed_server_sent_but_did_not_record_is_sent_again_under_the_same_id(
    database: Database, database_url: str
) -> None:
    async with receiving(never) as receiver:
        await store(database, receiver.url(), 1, 2)
        with server_process(database_url, **OUTGOING) as server:
            await receiver.arrived.wait()
            await asyncio.to_thread(server.kill)
        receiver.answer = lambda _: b"HTTP/1.1 204 Done\r\n\r\n"
        clock = ManualClock()
        delivery = WebhookDelivery(AllowedHosts.parse("127.0.0.1"), WebhookSecrets(SECRET), clock)
        other = OutboxWorker(database, {MessageKind.WEBHOOK: delivery}, clock=clock)
        await other.deliver_due()
        assert receiver.bodies == [1]
        clock.advance(60_000)
        await other.deliver_due()
    assert receiver.bodies == [1, 1, 2]
    first, second, _ = receiver.requests
    assert first.message_id == second.message_id
    found = await list_messages(database, OPERATOR)
    assert [(message.state, message.attempts) for message in found] == [
        (MessageState.DELIVERED, 2),
        (MessageState.DELIVERED, 1),
    ]
