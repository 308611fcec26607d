"""When a message that could not be delivered is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

_SECOND: Final = 1_000
_HOUR: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """Delays double from `first_ms` up to `longest_ms`; after `max_attempts` nothing is tried.

    The defaults try for about two days: 20 attempts, the first ten within three quarters of an
    hour.
    """

    first_ms: int = 5 * _SECOND
    longest_ms: int = 6 * _HOUR
    max_attempts: int = 20

    def delay_ms(self, message_id: str, attempts: int, wished_ms: int | None = None) -> int | None:
        """How long to wait after `attempts` failed attempts; None when that was the last one.

        The delay is spread by up to a fifth each way, so that messages which failed together do
        not come back together. The spread depends only on the message and the attempt. A receiver
        may wish for a longer delay, up to `longest_ms`.
        """
        if attempts >= self.max_attempts:
            return None
        doublings = min(max(attempts - 1, 0), self.longest_ms.bit_length())
        delay = min(self.first_ms << doublings, self.longest_ms)
        digest = blake2b(f"{message_id}:{attempts}".encode(), digest_size=4).digest()
        thousandths = 800 + int.from_bytes(digest, "big") % 401
        return max(delay * thousandths // 1000, min(wished_ms or 0, self.longest_ms))
