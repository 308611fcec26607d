"""Outgoing messages: making them, looking at them, and trying dead ones again.

Whoever causes a message stores it in the transaction of the cause, by
`placet.messages.store.outbox.insert_messages`, and wakes the worker after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pydantic_core import to_json

from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound
from placet.kit.ids import new_id
from placet.messages.core.message import MessageKind, MessageState, OutboxFilter, OutboxMessage
from placet.messages.store.outbox import find_messages, renew_messages
from placet.people.core.visit import Visit, check_operator

_MAX_TOPIC: Final = 100
_MAX_ORDERING_KEY: Final = 700


def webhook_message(
    account: str, *, topic: str, ordering_key: str, url: str, body: Any, now_ms: int
) -> OutboxMessage:
    """A call of `url` with `body` as JSON.

    `topic` names the kind of event, such as `authorization.changed`. Calls with one `ordering_key`
    are made one after the other; a receiver that is down holds up only the keys it is part of, so
    a key should name one receiver's view of one thing.
    """
    return _message(
        account,
        MessageKind.WEBHOOK,
        topic=topic,
        ordering_key=ordering_key,
        destination=url,
        body=body,
        now_ms=now_ms,
    )


def email_messages(
    account: str,
    recipients: Iterable[str],
    *,
    topic: str,
    ordering_key: str,
    subject: str,
    text: str,
    now_ms: int,
) -> list[OutboxMessage]:
    """One message for each recipient: none sees the others' addresses, and a bad address holds up
    nobody else. Order is kept for each recipient.
    """
    return [
        _message(
            account,
            MessageKind.EMAIL,
            topic=topic,
            ordering_key=f"{ordering_key} {address}",
            destination=address,
            body={"subject": subject, "text": text},
            now_ms=now_ms,
        )
        for address in dict.fromkeys(recipients)
    ]


async def list_messages(
    database: Database,
    visit: Visit,
    *,
    account: str | None = None,
    state: MessageState | None = None,
    limit: int | None = None,
) -> list[OutboxMessage]:
    """The messages of one account, or of all, oldest first; with `limit` the newest so many.

    Raises:
        Forbidden: the visitor is not the operator.
    """
    check_operator(visit)
    async with database.read() as connection:
        return await find_messages(connection, OutboxFilter(account, state), limit=limit)


async def retry_messages(
    database: Database, visit: Visit, message_ids: Sequence[str], now_ms: int
) -> list[OutboxMessage]:
    """Make these messages due at once, all or none, with all their attempts before them.

    Raises:
        Forbidden: the visitor is not the operator.
        NotFound: one of them does not exist.
        InvalidRequest: one of them is delivered, or being delivered right now.
    """
    check_operator(visit)
    async with database.write() as connection:
        wanted = OutboxFilter(message_ids=set(message_ids))
        found = await find_messages(connection, wanted, lock=True)
        known = {message.message_id for message in found}
        for message_id in message_ids:
            if message_id not in known:
                raise NotFound(f"there is no message `{message_id[:100]}` in the outbox")
        for message in found:
            if message.state is MessageState.DELIVERED:
                raise InvalidRequest(f"the message `{message.message_id}` is delivered")
            if message.lease is not None and message.next_attempt_at > now_ms:
                raise InvalidRequest(f"the message `{message.message_id}` is being delivered")
        await renew_messages(connection, found, now_ms)
    return found


async def retry_dead(
    database: Database, visit: Visit, account: str | None, now_ms: int
) -> list[OutboxMessage]:
    """Make every dead message due at once, those of one account or of all.

    Raises:
        Forbidden: the visitor is not the operator.
    """
    check_operator(visit)
    async with database.write() as connection:
        wanted = OutboxFilter(account, MessageState.DEAD)
        found = await find_messages(connection, wanted, lock=True)
        await renew_messages(connection, found, now_ms)
    return found


def _message(
    account: str,
    kind: MessageKind,
    *,
    topic: str,
    ordering_key: str,
    destination: str,
    body: Any,
    now_ms: int,
) -> OutboxMessage:
    if len(topic) > _MAX_TOPIC or len(ordering_key) > _MAX_ORDERING_KEY:
        raise ValueError("the topic or the ordering key is too long for its column")
    return OutboxMessage(
        account=account,
        message_id=new_id(),
        kind=kind,
        topic=topic,
        ordering_key=ordering_key,
        destination=destination,
        payload=to_json(body).decode(),
        created_at=now_ms,
        next_attempt_at=now_ms,
    )
