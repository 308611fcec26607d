"""When failed messages are tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.messages.service.retry_schedule import RetrySchedule

HOUR = 3_600_000
schedules = st.builds(
    RetrySchedule,
    first_ms=st.integers(100, 10_000),
    longest_ms=st.integers(10_000, 10 * HOUR),
    max_attempts=st.integers(1, 100),
)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 5), (2, 10), (3, 20), (10, 2_560), (13, 20_480), (14, 21_600), (19, 21_600)],
)
def test_delays_double_up_to_the_longest(attempts: int, seconds: int) -> None:
    delay = RetrySchedule().delay_ms("some-message", attempts)
    assert delay is not None
    assert seconds * 800 <= delay <= seconds * 1200


def test_the_last_attempt_is_the_last() -> None:
    assert RetrySchedule(max_attempts=3).delay_ms("m", 2) is not None
    assert RetrySchedule(max_attempts=3).delay_ms("m", 3) is None


def test_the_defaults_try_for_about_two_days() -> None:
    delays = [RetrySchedule().delay_ms("m", attempts) or 0 for attempts in range(1, 20)]
    assert 40 * HOUR < sum(delays) < 56 * HOUR


@given(schedules, st.text(max_size=40), st.integers(1, 200), st.none() | st.integers(0, 10**12))
def test_a_delay_is_bounded_and_depends_only_on_what_is_given(
    schedule: RetrySchedule, message_id: str, attempts: int, wished: int | None
) -> None:
    delay = schedule.delay_ms(message_id, attempts, wished)
    assert delay == schedule.delay_ms(message_id, attempts, wished)
    if delay is None:
        assert attempts >= schedule.max_attempts
        return
    assert min(schedule.first_ms, schedule.longest_ms) * 8 // 10 <= delay
    assert delay <= schedule.longest_ms * 12 // 10
    assert delay >= min(wished or 0, schedule.longest_ms)


def test_messages_that_fail_together_do_not_come_back_together() -> None:
    delays = {RetrySchedule().delay_ms(f"message-{number}", 5) for number in range(100)}
    assert len(delays) > 50
