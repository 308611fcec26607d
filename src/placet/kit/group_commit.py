"""Group commit: requests that arrive while one commit is in flight share the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

from placet.errors import PlacetError, Unavailable

# A batch this large costs each of its items little more than a larger one would.
_ENOUGH: Final = 24
_PAUSE_SECONDS: Final = 0.001

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Feeds a batch function with as many waiting items as it takes at once.

    `commit(items)` runs one transaction and answers, in the same order, each item's result or the
    exception meant for it alone. When it raises, nothing of the batch was kept, or, with
    `OutcomeUnknown`, nobody knows: a `PlacetError` goes to everyone; after any other exception each
    item is tried in a batch of its own, so that only the guilty one fails.

    Who was answered often asks again at once, so before a small batch there is a pause, at most
    `pause_seconds` long, until as many items wait as there were in the last batch and beside it.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        max_batch: int = 256,
        max_queue: int = 4_096,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self._commit: Final = commit
        self._max_batch: Final = max_batch
        self._max_queue: Final = max_queue
        self._waiting: Final[deque[tuple[Item, asyncio.Future[Result]]]] = deque()
        self._pause_seconds: Final = pause_seconds
        self._runner: asyncio.Task[None] | None = None
        self._wanted = 0
        self._there: asyncio.Future[None] | None = None
        self._closed = False

    async def submit(self, item: Item) -> Result:
        """Wait until `item` is committed and answer its result.

        Raises:
            Unavailable: the queue is full, the server is shutting down, or the database does not
                answer.
            OutcomeUnknown: the database was lost while it committed.
            Exception: what the batch function answered for this item.
        """
        if self._closed:
            raise Unavailable("the server is shutting down")
        if len(self._waiting) >= self._max_queue:
            raise Unavailable(
                f"the server is overloaded ({len(self._waiting)} requests wait); try again later"
            )
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._there is not None and len(self._waiting) >= self._wanted:
            self._end_pause()
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="group commit")
        return await future

    async def close(self) -> None:
        """Take no more items and finish those that wait."""
        self._closed = True
        self._end_pause()
        if self._runner is not None:
            await self._runner

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch = self._next_batch()
                await self._run_batch(batch)
                await self._pause(min(len(batch) + len(self._waiting), _ENOUGH))
        finally:
            self._runner = None

    async def _pause(self, wanted: int) -> None:
        """Until so many items wait, within limits."""
        if self._closed or len(self._waiting) >= wanted:
            return
        loop = asyncio.get_running_loop()
        self._wanted, self._there = wanted, loop.create_future()
        timer = loop.call_later(self._pause_seconds, self._end_pause)
        try:
            await self._there
        finally:
            timer.cancel()
            self._there = None

    def _end_pause(self) -> None:
        if self._there is not None and not self._there.done():
            self._there.set_result(None)

    def _next_batch(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        size = min(len(self._waiting), self._max_batch)
        batch = [self._waiting.popleft() for _ in range(size)]
        # Whoever hung up before the commit began has nothing to lose.
        return [(item, future) for item, future in batch if not future.done()]

    async def _run_batch(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        if not batch:
            return
        try:
            results = await self._commit([item for item, _ in batch])
        except PlacetError as error:
            _fail(batch, error)
        except Exception as error:
            if len(batch) == 1:
                _fail(batch, error)
                return
            for entry in batch:
                await self._run_batch([entry])
        else:
            for (_, future), result in zip(batch, results, strict=True):
                _settle(future, result)


def _fail(batch: list[tuple[Item, asyncio.Future[Result]]], error: Exception) -> None:
    for _, future in batch:
        _settle(future, error)


def _settle(future: asyncio.Future[Result], result: Result | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
