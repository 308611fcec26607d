"""A clock that moves only when a test says so."""

from __future__ import annotations

import asyncio
import time

from placet.kit.instants import parse_instant


class ManualClock:
    """Starts at the present, so that receivers find timestamps plausible."""

    def __init__(self) -> None:
        self._now = time.time_ns() // 1_000_000
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def now_ms(self) -> int:
        return self._now

    async def wait(self, event: asyncio.Event, milliseconds: int) -> None:
        entry = (self._now + milliseconds, event)
        self._waiting.append(entry)
        await event.wait()
        self._waiting.remove(entry)

    def advance(self, milliseconds: int) -> None:
        """Let time pass; whoever waited for no longer than that goes on."""
        self._now += milliseconds
        for until, event in self._waiting:
            if until <= self._now:
                event.set()


class Calendar(ManualClock):
    """A clock to be set."""

    def set(self, text: str) -> None:
        """Let it be this time, in UTC unless an offset is named."""
        self.advance(parse_instant(text, "now") - self.now_ms())
