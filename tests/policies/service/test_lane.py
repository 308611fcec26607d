"""Which decisions go to a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest

from placet.policies.core.evaluation import AllowanceExceeded, Timing
from placet.policies.service.lane import SlowLane

pytestmark = pytest.mark.anyio

ALLOWANCE_MS = 2.0


@pytest.fixture
async def lane() -> AsyncIterator[SlowLane]:
    opened = SlowLane(threads=1, limit=1, allowance_ms=ALLOWANCE_MS, timing=Timing())
    yield opened
    opened.close()


def deciding(work: Callable[[int], None]) -> tuple[Callable[[Timing], str], list[str]]:
    """A decision that does some work, told which attempt it is, and where it was tried."""
    tried: list[str] = []

    def decide(timing: Timing) -> str:
        tried.append("inline" if timing.allowance is not None else "thread")
        if timing.allowance is not None:
            work(len(tried))
        assert (threading.current_thread() is threading.main_thread()) == (tried[-1] == "inline")
        return tried[-1]

    return decide, tried


async def test_what_fits_the_allowance_is_decided_at_once(lane: SlowLane) -> None:
    decide, tried = deciding(lambda _: None)
    assert await lane.decide(decide) == "inline"
    assert tried == ["inline"]


async def test_what_computes_too_long_goes_to_a_thread(lane: SlowLane) -> None:
    def compute(_: int) -> None:
        started = time.thread_time()
        while (time.thread_time() - started) * 1000 < ALLOWANCE_MS:
            pass
        raise AllowanceExceeded

    decide, tried = deciding(compute)
    assert await lane.decide(decide) == "thread"
    assert tried == ["inline", "thread"]


async def test_what_only_had_to_wait_for_the_processor_is_tried_again(lane: SlowLane) -> None:
    def held_up(attempt: int) -> None:
        if attempt < 3:
            raise AllowanceExceeded

    decide, tried = deciding(held_up)
    assert await lane.decide(decide) == "inline"
    assert tried == ["inline"] * 3


async def test_what_is_held_up_again_and_again_goes_to_a_thread(lane: SlowLane) -> None:
    def held_up(_: int) -> None:
        raise AllowanceExceeded

    decide, tried = deciding(held_up)
    assert await lane.decide(decide) == "thread"
    assert set(tried[:-1]) == {"inline"}
