"""Times as people write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from placet.errors import InvalidRequest


def moment(text: str | None) -> int:
    """A time of ISO 8601 as milliseconds since 1970; UTC without an offset, now without a text.

    Raises:
        InvalidRequest: the text is no such time.
    """
    if text is None:
        return time.time_ns() // 1_000_000
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidRequest(
            f"`{text}` is no time: write it like 2026-11-20 or 2026-11-20T09:30:00Z"
        ) from error
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
