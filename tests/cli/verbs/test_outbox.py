"""`placet outbox`."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Placet
from placet.database.database import Database
from placet.messages.core.message import MessageState, OutboxMessage
from placet.messages.service.outbox import webhook_message
from placet.messages.store.outbox import insert_messages
from placet.schema import upgrade

Store = Callable[..., OutboxMessage]


@pytest.fixture
def store(placet: Placet, tmp_path: Path) -> Store:
    """Put one message into the database of the folder."""

    def put(account: str = "acme", **changes: Any) -> OutboxMessage:
        message = webhook_message(
            account,
            topic="authorization.changed",
            ordering_key="order-1",
            url="https://erp.example.com/hook",
            body={"card": "4111"},
            now_ms=1_795_000_000_000,
        )
        message = replace(message, **changes)

        async def write() -> None:
            database = Database(f"sqlite:///{tmp_path}/placet.db")
            await upgrade(database)
            async with database.write() as connection:
                await insert_messages(connection, [message])
            await database.close()

        asyncio.run(write())
        return message

    return put


def listed(placet: Placet, *options: str) -> list[dict[str, Any]]:
    result = placet("outbox", "list", "--json", *options)
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = json.loads(result.out)
    return found


def test_a_message_is_shown_without_its_payload(placet: Placet, store: Store) -> None:
    message = store(attempts=3, last_error="the receiver answered 500")
    assert listed(placet) == [
        {
            "messageId": message.message_id,
            "account": "acme",
            "kind": "webhook",
            "topic": "authorization.changed",
            "orderingKey": "order-1",
            "destination": "https://erp.example.com/hook",
            "state": "waiting",
            "attempts": 3,
            "createdAt": "2026-11-18T11:06:40.0000000Z",
            "nextAttemptAt": "2026-11-18T11:06:40.0000000Z",
            "deliveredAt": None,
            "lastError": "the receiver answered 500",
        }
    ]
    shown = placet("outbox", "list").out
    assert message.message_id in shown
    assert "2026-11-18 11:06:40" in shown
    assert "4111" not in shown


def test_the_list_can_be_narrowed(placet: Placet, store: Store) -> None:
    store(state=MessageState.DEAD)
    store(state=MessageState.DELIVERED, delivered_at=1_795_000_000_500)
    store("globex", state=MessageState.DEAD)
    assert [item["account"] for item in listed(placet, "--state", "dead")] == ["acme", "globex"]
    assert len(listed(placet, "--account", "acme")) == 2
    assert len(listed(placet, "--limit", "1")) == 1
    [delivered] = listed(placet, "--state", "delivered")
    assert delivered["deliveredAt"] == "2026-11-18T11:06:40.5000000Z"
    assert delivered["nextAttemptAt"] is None


def test_named_messages_are_revived(placet: Placet, store: Store) -> None:
    dead = store(state=MessageState.DEAD, attempts=20)
    other = store(state=MessageState.DEAD, attempts=20)
    assert placet("outbox", "retry", dead.message_id).out == "1 message is due\n"
    found = {item["messageId"]: item for item in listed(placet)}
    assert (found[dead.message_id]["state"], found[dead.message_id]["attempts"]) == ("waiting", 0)
    assert found[other.message_id]["state"] == "dead"


def test_all_dead_messages_are_revived_of_one_account_or_of_all(
    placet: Placet, store: Store
) -> None:
    for account in ("acme", "globex", "globex"):
        store(account, state=MessageState.DEAD)
    store(state=MessageState.DELIVERED, delivered_at=1)
    retried = placet("outbox", "retry", "--all-dead", "--account", "acme")
    assert retried.out == "1 message is due\n"
    assert placet("outbox", "retry", "--all-dead").out == "2 messages are due\n"
    assert len(listed(placet, "--state", "delivered")) == 1
    assert placet("outbox", "retry", "--all-dead").out == "0 messages are due\n"


def test_one_impossible_message_leaves_all_as_they_are(placet: Placet, store: Store) -> None:
    dead = store(state=MessageState.DEAD)
    delivered = store(state=MessageState.DELIVERED, delivered_at=1)
    in_flight = store("globex", lease="held", next_attempt_at=2**52)
    for wrong, words in (
        ("nonsense", "there is no message `nonsense` in the outbox"),
        (delivered.message_id, "is delivered"),
        (in_flight.message_id, "is being delivered"),
    ):
        result = placet("outbox", "retry", dead.message_id, wrong)
        assert (result.code, result.out) == (2, "")
        assert words in result.err
        assert [item["messageId"] for item in listed(placet, "--state", "dead")] == [
            dead.message_id
        ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["retry"], "name the messages, or give --all-dead"),
        (["retry", "x", "--all-dead"], "name the messages, or give --all-dead"),
        (["retry", "x", "--account", "acme"], "--account goes with --all-dead"),
        (["list"], "there is no database"),
        (["list", "--state", "lost"], "'lost' is not one of"),
        (["secret", "acme"], "set PLACET_WEBHOOK_SECRET"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    placet: Placet, arguments: list[str], sentence: str
) -> None:
    result = placet("outbox", *arguments)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err


def test_each_account_has_a_secret_of_its_own(
    placet: Placet, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = "whsec_" + base64.b64encode(b"s" * 32).decode()
    monkeypatch.setenv("PLACET_WEBHOOK_SECRET", installation)
    secrets = [placet("outbox", "secret", account).out for account in ("acme", "acme", "globex")]
    assert secrets[0] == secrets[1] != secrets[2]
    assert all(secret.startswith("whsec_") for secret in secrets)
    assert installation not in "".join(secrets)
