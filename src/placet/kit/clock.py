"""Time for what runs by itself in the background, from one place that tests can drive."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

from placet.kit.ids import now_ms


class Clock(Protocol):
    """What tells the time and waits."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 in UTC."""

    async def wait(self, event: asyncio.Event, milliseconds: int) -> None:
        """Return when the event is set or the time has passed, whichever is first."""


class SystemClock:
    """The clock of this machine."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 in UTC."""
        return now_ms()

    async def wait(self, event: asyncio.Event, milliseconds: int) -> None:
        """Return when the event is set or the time has passed, whichever is first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(milliseconds / 1000):
                await event.wait()
