"""Making messages and trying dead ones again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound
from placet.messages.core.message import MessageKind, MessageState, OutboxMessage
from placet.messages.service.outbox import (
    email_messages,
    list_messages,
    retry_dead,
    retry_messages,
    webhook_message,
)
from placet.messages.store.outbox import insert_messages
from placet.people.core.visit import OPERATOR

pytestmark = pytest.mark.anyio

NOW = 1_000_000


def hook(**changes: str) -> OutboxMessage:
    details = {"topic": "t", "ordering_key": "k", "url": "https://erp.example.com/"} | changes
    return webhook_message("acme", body={"b": [1, "é"], "a": None}, now_ms=NOW, **details)


def test_a_webhook_keeps_its_body_as_the_bytes_that_are_sent() -> None:
    message = hook()
    assert message.kind is MessageKind.WEBHOOK
    assert message.payload == '{"b":[1,"é"],"a":null}'
    assert (message.created_at, message.next_attempt_at, message.attempts) == (NOW, NOW, 0)


def test_a_mail_is_made_for_each_recipient_in_an_order_of_its_own() -> None:
    first, second = email_messages(
        "acme",
        ["jo@example.org", "al@example.org", "jo@example.org"],
        topic="t",
        ordering_key="budget-1",
        subject="S",
        text="T",
        now_ms=NOW,
    )
    assert (first.destination, second.destination) == ("jo@example.org", "al@example.org")
    assert first.ordering_key != second.ordering_key
    assert json.loads(first.payload) == {"subject": "S", "text": "T"}
    assert first.message_id != second.message_id


@pytest.mark.parametrize("field", ["topic", "ordering_key"])
def test_what_no_column_can_hold_is_a_mistake_of_the_code(field: str) -> None:
    with pytest.raises(ValueError, match="too long"):
        hook(**{field: "x" * 701})


async def store(database: Database, *messages: OutboxMessage) -> None:
    async with database.write() as connection:
        await insert_messages(connection, messages)


async def test_a_message_that_waits_for_its_next_attempt_can_be_tried_at_once(
    database: Database,
) -> None:
    message = hook()
    await store(database, message)
    await retry_messages(database, OPERATOR, [message.message_id, message.message_id], NOW - 5)
    [renewed] = await list_messages(database, OPERATOR)
    assert (renewed.next_attempt_at, renewed.state) == (NOW - 5, MessageState.WAITING)


async def test_an_unknown_message_is_told(database: Database) -> None:
    with pytest.raises(NotFound, match="there is no message `x`"):
        await retry_messages(database, OPERATOR, ["x"], NOW)
    assert await retry_dead(database, OPERATOR, None, NOW) == []


async def test_what_is_being_delivered_is_left_alone_until_its_lease_ends(
    database: Database,
) -> None:
    message = replace(hook(), lease="held", next_attempt_at=NOW + 1)
    await store(database, message)
    with pytest.raises(InvalidRequest, match="is being delivered"):
        await retry_messages(database, OPERATOR, [message.message_id], NOW)
    await retry_messages(database, OPERATOR, [message.message_id], NOW + 1)
    [renewed] = await list_messages(database, OPERATOR)
    assert renewed.lease is None
