"""The clock of this machine."""

from __future__ import annotations

import asyncio

import pytest

from placet.kit.clock import SystemClock
from placet.kit.ids import now_ms

pytestmark = pytest.mark.anyio


async def test_it_tells_the_time_of_this_machine() -> None:
    before = now_ms()
    assert before <= SystemClock().now_ms() <= now_ms()


async def test_a_wait_ends_with_its_event_or_its_time() -> None:
    event = asyncio.Event()
    await SystemClock().wait(event, 1)
    assert not event.is_set()
    event.set()
    await SystemClock().wait(event, 3_600_000)
