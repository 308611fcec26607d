"""Where work goes that would hold up the event loop: few threads, a bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from placet.errors import Unavailable
from placet.policy.walk import AllowanceExceeded, Timing

__all__ = ["SlowLane"]

T = TypeVar("T")


class SlowLane:
    """Runs pure functions beside the event loop.

    At most `limit` of them run or wait; the next caller is told to come back later rather than
    queueing behind hostile rules without end.
    """

    def __init__(self, *, threads: int, limit: int, allowance_ms: float, timing: Timing) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="placet-slow")
        self._limit: Final = limit
        self._busy = 0
        self._quick: Final = Timing(timing.rule, timing.total, allowance_ms)
        self._patient: Final = timing

    async def decide(self, decision: Callable[[Timing], T]) -> T:
        """The decision: at once when it fits the allowance, else again in a thread, without one.

        Raises:
            Unavailable: too many slow decisions are running.
        """
        try:
            return decision(self._quick)
        except AllowanceExceeded:
            return await self.run(lambda: decision(self._patient))

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, which runs in a thread.

        Raises:
            Unavailable: too much is running.
        """
        if self._busy >= self._limit:
            raise Unavailable("too many slow rules are being evaluated; try again later")
        self._busy += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        # Counted until the thread is really free, also when the caller has gone.
        future.add_done_callback(self._done)
        return await asyncio.shield(future)

    def close(self) -> None:
        """Let running work end; what waits is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _done(self, future: asyncio.Future[T]) -> None:
        self._busy -= 1
        if not future.cancelled():
            # Looked at, so that the error of work whose caller has gone is not reported as lost.
            future.exception()
