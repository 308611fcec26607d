"""The rounds of a worker go on, whatever goes wrong in one of them."""

from __future__ import annotations

import asyncio
import logging

import pytest
from sqlalchemy.exc import InvalidRequestError

from placet.database.rounds import Rounds
from placet.database.store_errors import StoreAway, Trouble
from placet.errors import Unavailable

pytestmark = pytest.mark.anyio

_LOG = logging.getLogger("placet.test")


class Work:
    """Does what it is told in each round, and rests until it is woken."""

    def __init__(self, *failures: Exception | None) -> None:
        self.done: list[Exception | None] = []
        self.rests = asyncio.Event()
        self.woken = asyncio.Event()
        self._failures = list(failures)
        self.rounds = Rounds(
            self._work, self._rest, name="tester", log=_LOG, trouble="nothing can be tested"
        )

    async def _work(self) -> None:
        failure = self._failures.pop(0) if self._failures else None
        self.done.append(failure)
        if failure is not None:
            raise failure

    async def _rest(self) -> None:
        if self._failures or self.rounds.closing:
            return
        self.rests.set()
        await self.woken.wait()

    async def until_rest(self) -> None:
        async with asyncio.timeout(20):
            await self.rests.wait()


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (StoreAway(Trouble.AWAY), []),
        (Unavailable("too much"), ["nothing can be tested now: too much"]),
        (InvalidRequestError("odd"), ["nothing can be tested now: odd"]),
        (OSError("no disk"), ["nothing can be tested now: no disk"]),
        (ZeroDivisionError(), ["the tester failed and goes on"]),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_round_that_fails_is_told_once_and_followed_by_the_next(
    caplog: pytest.LogCaptureFixture, failure: Exception, told: list[str]
) -> None:
    work = Work(failure, None)
    work.rounds.start()
    await work.until_rest()
    work.woken.set()
    await work.rounds.close()
    assert work.done[:2] == [failure, None]
    assert caplog.messages == told


async def test_closing_begins_no_other_round() -> None:
    work = Work()
    work.rounds.start()
    await work.until_rest()
    work.woken.set()
    await work.rounds.close()
    assert len(work.done) == 1


async def test_abandoned_work_is_not_waited_for() -> None:
    work = Work()
    work.rounds.start()
    await work.until_rest()
    async with asyncio.timeout(20):
        await work.rounds.abandon()
    assert len(work.done) == 1


@pytest.mark.parametrize("end", [Rounds.close, Rounds.abandon])
async def test_rounds_that_never_began_end_at_once(end: object) -> None:
    assert callable(end)
    await end(Work().rounds)
