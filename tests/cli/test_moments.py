"""Times of the command line."""

from __future__ import annotations

import time

import pytest

from placet.cli.moments import moment
from placet.errors import InvalidRequest

TIMES = {
    "1970-01-01": 0,
    "2026-11-20": 1_795_132_800_000,
    "2026-11-20T09:30:00Z": 1_795_167_000_000,
    "2026-11-20T09:30:00.250+02:00": 1_795_159_800_250,
    " 2026-11-20 09:30 ": 1_795_167_000_000,
}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_utc_unless_it_says_otherwise(text: str) -> None:
    assert moment(text) == TIMES[text]


@pytest.mark.parametrize("text", ["", "soon", "20.11.2026", "2026-13-01", "1763630400000"])
def test_what_is_no_time_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(InvalidRequest, match="write it like 2026-11-20"):
        moment(text)


def test_without_a_text_it_is_now() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= moment(None) <= time.time_ns() // 1_000_000
