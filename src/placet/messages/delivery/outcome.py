"""What became of one attempt to deliver a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from placet.messages.core.message import OutboxMessage
from placet.messages.delivery.text import one_line

_MAX_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """Delivered when there is no `failure`; `final` says that trying again would not help.

    `retry_after_ms` is the delay the receiver asked for.
    """

    failure: str | None = None
    final: bool = False
    retry_after_ms: int | None = None


Deliver = Callable[[OutboxMessage], Awaitable[Outcome]]

DELIVERED: Final = Outcome()


def failed(reason: str, *, final: bool = False, retry_after_ms: int | None = None) -> Outcome:
    """A failure. The reason, which a receiver may have worded, becomes one bounded line."""
    return Outcome(one_line(reason)[:_MAX_REASON] or "no reason given", final, retry_after_ms)
