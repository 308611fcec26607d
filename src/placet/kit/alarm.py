"""Lets a worker sleep until something is due, and be woken when something comes due sooner."""

from __future__ import annotations

import asyncio
import math
from typing import Final

from placet.kit.clock import Clock


class Alarm:
    """One worker sleeps by it; anyone in the process may ring it. Instants are in milliseconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock: Final = clock
        self._rung: Final = asyncio.Event()
        self._asleep_until: float = math.inf

    def ring(self) -> None:
        """Wake the worker now."""
        self._rung.set()

    def ring_for(self, due_at: int) -> None:
        """Wake the worker if it would sleep through `due_at`."""
        if due_at < self._asleep_until:
            self._rung.set()

    def reset(self) -> None:
        """Before looking for what is due: whatever comes up from now on ends the next sleep."""
        self._rung.clear()
        self._asleep_until = math.inf

    async def sleep_until(self, instant: int) -> None:
        """Return at `instant`, or when rung since the last `reset`."""
        self._asleep_until = instant
        left = instant - self._clock.now_ms()
        if left > 0:
            await self._clock.wait(self._rung, left)
