"""What became of an attempt, in one bounded line."""

from __future__ import annotations

import pytest

from placet.messages.delivery.outcome import DELIVERED, Outcome, failed


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("connection refused", "connection refused"),
        ("550 no\r\nX-Forged: such user", "550 no X-Forged: such user"),
        ("", "no reason given"),
        ("\x00\n", "no reason given"),
        ("x" * 10_000, "x" * 500),
    ],
)
def test_a_receiver_s_reason_becomes_one_bounded_line(reason: str, told: str) -> None:
    assert failed(reason) == Outcome(told)


def test_only_what_has_no_failure_is_delivered() -> None:
    assert DELIVERED.failure is None
    assert failed("", final=True, retry_after_ms=5) == Outcome("no reason given", True, 5)
