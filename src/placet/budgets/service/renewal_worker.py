"""The worker of due budgets: a task of every server process that renews them and ends what expires.

Whatever it does would also be done on the first touch of a budget; the worker sees to it that
periods begin, and thresholds are told, on time. Any number of workers share one database.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from placet.budgets.service.books import Books, do_what_is_due
from placet.database.rounds import Rounds
from placet.kit.clock import Clock, SystemClock

_log = logging.getLogger("placet.budgets")

_POLL_MS: Final = 1_000
_LIMIT: Final = 100
_TIDYING_MS: Final = 60_000


class DueWorker:
    """Looks once a second for budgets in which something is due."""

    def __init__(self, books: Books, *, clock: Clock | None = None) -> None:
        self._books: Final = books
        self._clock: Final = clock or SystemClock()
        self._wake: Final = asyncio.Event()
        self._rounds: Final = Rounds(
            self._round,
            self._rest,
            name="due worker",
            log=_log,
            trouble="budgets cannot be renewed",
        )
        self._next_tidying = self._clock.now_ms() + _TIDYING_MS

    def start(self) -> None:
        """Look from now on, until `close`."""
        self._rounds.start()

    async def close(self) -> None:
        """Finish what is under way and look no more."""
        self._wake.set()
        await self._rounds.close()

    async def _round(self) -> None:
        await self._tidy()
        while await do_what_is_due(self._books, limit=_LIMIT) == _LIMIT:
            if self._rounds.closing:
                return

    async def _rest(self) -> None:
        await self._clock.wait(self._wake, _POLL_MS)

    async def _tidy(self) -> None:
        now = self._clock.now_ms()
        if now >= self._next_tidying:
            self._next_tidying = now + _TIDYING_MS
            await self._books.database.tidy()
