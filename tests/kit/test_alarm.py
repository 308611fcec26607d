"""An alarm: the sleeper wakes at its instant, or when something comes due sooner."""

from __future__ import annotations

import asyncio

import pytest

from placet.kit.alarm import Alarm
from support.clock import ManualClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def alarm(clock: ManualClock) -> Alarm:
    return Alarm(clock)


async def asleep(alarm: Alarm, until: int) -> asyncio.Task[None]:
    """A sleeper that has fallen asleep, if it is going to."""
    alarm.reset()
    sleeper = asyncio.create_task(alarm.sleep_until(until))
    await turn()
    return sleeper


async def turn() -> None:
    """Let everybody run who can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_sleeper_wakes_at_its_instant_and_not_before(
    alarm: Alarm, clock: ManualClock
) -> None:
    sleeper = await asleep(alarm, clock.now_ms() + 1_000)
    clock.advance(999)
    await turn()
    assert not sleeper.done()
    clock.advance(1)
    await sleeper


async def test_an_instant_that_has_passed_is_not_waited_for(
    alarm: Alarm, clock: ManualClock
) -> None:
    assert (await asleep(alarm, clock.now_ms())).done()


async def test_only_what_is_due_sooner_wakes(alarm: Alarm, clock: ManualClock) -> None:
    until = clock.now_ms() + 1_000
    sleeper = await asleep(alarm, until)
    alarm.ring_for(until)
    await turn()
    assert not sleeper.done()
    alarm.ring_for(until - 1)
    await sleeper


async def test_what_comes_up_between_the_reset_and_the_sleep_is_not_slept_through(
    alarm: Alarm, clock: ManualClock
) -> None:
    alarm.reset()
    alarm.ring_for(clock.now_ms() + 10_000)
    await alarm.sleep_until(clock.now_ms() + 1_000)
