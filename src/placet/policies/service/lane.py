"""Where work goes that would hold up the event loop: few threads beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from placet.errors import Unavailable
from placet.policies.core.evaluation import AllowanceExceeded, Timing

_ATTEMPTS: Final = 10
# How much of the allowance a slow decision has really computed.
_USED_UP: Final = 0.5

T = TypeVar("T")


class Threads:
    """So many threads that run pure functions, and a queue of those that wait for one."""

    def __init__(self, count: int, *, name: str) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._busy = 0

    @property
    def busy(self) -> int:
        """How many functions run or wait."""
        return self._busy

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`."""
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


class SlowLane:
    """Makes decisions: the quick ones at once, the others in threads.

    At most `limit` of these run or wait; the next caller is told to come back later rather than
    queueing behind hostile rules without end.
    """

    def __init__(self, *, threads: int, limit: int, allowance_ms: float, timing: Timing) -> None:
        self._threads = Threads(threads, name="placet-slow")
        self._limit: Final = limit
        self._enough_s: Final = allowance_ms / 1000.0 * _USED_UP
        self._quick: Final = Timing(timing.rule, timing.total, allowance_ms)
        self._patient: Final = timing

    async def decide(self, decision: Callable[[Timing], T]) -> T:
        """The decision: at once when it fits the allowance, else again in a thread, without one.

        Raises:
            Unavailable: too many slow decisions are running.
        """
        started = time.thread_time()
        for _ in range(_ATTEMPTS):
            try:
                return decision(self._quick)
            except AllowanceExceeded:
                # Where others had the processor for most of that time, it is not slow for that, and
                # must not wait behind what is.
                if time.thread_time() - started >= self._enough_s:
                    break
        if self._threads.busy >= self._limit:
            raise Unavailable("too many slow rules are being evaluated; try again later")
        return await self._threads.run(lambda: decision(self._patient))

    def close(self) -> None:
        """Let running decisions end; those that wait are dropped."""
        self._threads.close()
