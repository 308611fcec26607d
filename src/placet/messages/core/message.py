"""Messages that leave, and how they are looked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class MessageKind(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """`WAITING` until it is `DELIVERED`, or `DEAD` once nothing more is tried by itself."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message as stored; instants in milliseconds, `payload` JSON text.

    Messages of one `ordering_key` are sent one after the other by `position`, which is given when
    they are stored. `message_id` stays the same through all attempts. `lease` names the claim that
    holds the message.
    """

    account: str
    message_id: str
    kind: MessageKind
    topic: str
    ordering_key: str
    destination: str
    payload: str
    created_at: int
    next_attempt_at: int
    position: int = 0
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    lease: str | None = None
    last_error: str | None = None
    delivered_at: int | None = None


@dataclass(frozen=True, slots=True)
class OutboxFilter:
    """Which messages: every field given must match."""

    account: str | None = None
    state: MessageState | None = None
    message_ids: Collection[str] | None = None
