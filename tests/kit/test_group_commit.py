"""Group commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from placet.errors import Unavailable
from placet.kit.group_commit import GroupCommit

pytestmark = pytest.mark.anyio


class Recorder:
    """A batch function that keeps its batches and waits for `gate` before each."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, items: Sequence[int]) -> list[int | Exception]:
        self.started.set()
        await self.gate.wait()
        self.batches.append(list(items))
        if -1 in items:
            raise RuntimeError("the commit failed")
        if -2 in items:
            raise Unavailable("the database is away")
        return [ValueError("odd") if item % 2 else item * 10 for item in items]


async def test_what_arrives_during_a_commit_shares_the_next_one() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    group = GroupCommit(recorder.commit)
    first = asyncio.create_task(group.submit(0))
    await recorder.started.wait()
    others = [asyncio.create_task(group.submit(item)) for item in (2, 4, 6)]
    await asyncio.gather(*(asyncio.wait({task}, timeout=0) for task in others))
    recorder.gate.set()
    assert await asyncio.gather(first, *others) == [0, 20, 40, 60]
    assert recorder.batches == [[0], [2, 4, 6]]


async def test_batches_are_bounded() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.commit, max_batch=3)
    await asyncio.gather(*(group.submit(item) for item in range(0, 20, 2)))
    assert max(map(len, recorder.batches)) == 3
    assert [item for batch in recorder.batches for item in batch] == list(range(0, 20, 2))


async def test_a_failing_item_fails_alone() -> None:
    group = GroupCommit(Recorder().commit)
    results = await asyncio.gather(*map(group.submit, (2, 3, 4)), return_exceptions=True)
    assert results[0] == 20
    assert isinstance(results[1], ValueError)
    assert results[2] == 40


async def test_an_item_that_breaks_the_commit_is_found_and_fails_alone() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.commit)
    results = await asyncio.gather(*map(group.submit, (2, -1, 4)), return_exceptions=True)
    assert results[0] == 20
    assert isinstance(results[1], RuntimeError)
    assert results[2] == 40
    assert recorder.batches == [[2, -1, 4], [2], [-1], [4]]


async def test_an_absent_database_fails_all_at_once() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.commit)
    results = await asyncio.gather(*map(group.submit, (2, -2, 4)), return_exceptions=True)
    assert all(isinstance(result, Unavailable) for result in results)
    assert len(recorder.batches) == 1


async def test_a_full_queue_refuses_instead_of_growing() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    group = GroupCommit(recorder.commit, max_queue=2)
    first = asyncio.create_task(group.submit(0))
    await recorder.started.wait()
    waiting = [asyncio.create_task(group.submit(item)) for item in (2, 4)]
    await asyncio.wait(waiting, timeout=0)
    with pytest.raises(Unavailable, match="overloaded"):
        await group.submit(6)
    recorder.gate.set()
    assert await asyncio.gather(first, *waiting) == [0, 20, 40]


async def test_whoever_hangs_up_before_the_commit_is_left_out() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    group = GroupCommit(recorder.commit)
    first = asyncio.create_task(group.submit(0))
    await recorder.started.wait()
    gone, stays = (asyncio.create_task(group.submit(item)) for item in (2, 4))
    await asyncio.wait([gone, stays], timeout=0)
    gone.cancel()
    await asyncio.wait([gone])
    recorder.gate.set()
    assert await asyncio.gather(first, stays) == [0, 40]
    assert recorder.batches == [[0], [4]]


async def test_closing_finishes_what_waits_and_takes_no_more() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    group = GroupCommit(recorder.commit)
    tasks = [asyncio.create_task(group.submit(item)) for item in (0, 2)]
    await recorder.started.wait()
    closing = asyncio.create_task(group.close())
    await asyncio.wait([closing], timeout=0)
    with pytest.raises(Unavailable, match="shutting down"):
        await group.submit(4)
    recorder.gate.set()
    await closing
    assert await asyncio.gather(*tasks) == [0, 20]


async def test_who_was_answered_joins_those_who_wait() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.commit, pause_seconds=60)

    async def caller(item: int) -> None:
        for turn in range(3):
            await group.submit(item + turn * 2)

    await asyncio.gather(caller(0), caller(100))
    await group.close()
    assert recorder.batches == [[0, 100], [2, 102], [4, 104]]


async def test_nobody_waits_longer_than_the_pause_for_others() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    group = GroupCommit(recorder.commit, pause_seconds=0.001)
    first = asyncio.create_task(group.submit(0))
    await recorder.started.wait()
    second = asyncio.create_task(group.submit(2))
    await asyncio.wait({second}, timeout=0)
    recorder.gate.set()
    assert await asyncio.gather(first, second) == [0, 20]
    assert recorder.batches == [[0], [2]]


async def test_closing_ends_the_pause() -> None:
    group = GroupCommit(Recorder().commit, pause_seconds=60)
    await group.submit(0)
    async with asyncio.timeout(10):
        await group.close()
