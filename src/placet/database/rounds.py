"""What every worker has in common: rounds that go on, whatever goes wrong in one of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from placet.database.store_errors import StoreAway
from placet.errors import PlacetError


class Rounds:
    """A task that works and rests in turn, until it is closed."""

    def __init__(
        self,
        work: Callable[[], Awaitable[None]],
        rest: Callable[[], Awaitable[None]],
        *,
        name: str,
        log: logging.Logger,
        trouble: str,
    ) -> None:
        """`name` is the worker's; `trouble` says what cannot be done while the store is in it."""
        self.closing = False
        self._work: Final = work
        self._rest: Final = rest
        self._name: Final = name
        self._log: Final = log
        self._trouble: Final = trouble
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, until `close` or `abandon`."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def close(self) -> None:
        """Finish the round and begin no other. Whoever rests must be woken before."""
        self.closing = True
        if self._task is not None:
            await self._task

    async def abandon(self) -> None:
        """Leave what is under way where its last transaction ended."""
        self.closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while not self.closing:
            await self._round()
            await self._rest()

    async def _round(self) -> None:
        try:
            await self._work()
        except StoreAway:
            # The log says so already.
            pass
        except (PlacetError, SQLAlchemyError, OSError) as error:
            self._log.error("%s now: %s", self._trouble, error)
        except Exception:
            # Whatever it was must not end all work of this kind in this process.
            self._log.exception("the %s failed and goes on", self._name)
