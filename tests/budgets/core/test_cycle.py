"""The calendar of budgets."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.budgets.core.cycle import check_cycle, cycle_turn, cycle_window, same_window
from placet.budgets.core.model import Cycle
from placet.errors import InvalidRequest
from placet.kit.instants import DAY, instant_text, parse_instant

LINES = [
    line
    for line in (Path(__file__).parent / "cases" / "windows.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES)
def test_periods_follow_each_other(line: str) -> None:
    first, following = line.split("->")
    start, end = (parse_instant(text, "date") for text in first.split())
    cycle = Cycle(start, end, auto_reset=True)
    expected = [parse_instant(text, "date") for text in following.split()]
    for turn, (begin, until) in enumerate(itertools.pairwise(expected), start=1):
        assert cycle_window(cycle, turn) == (begin, until)
        assert cycle_turn(cycle, begin - 1) == turn - 1
        assert cycle_turn(cycle, begin) == turn
        assert cycle_turn(cycle, until - 1) == turn


starts = st.integers(min_value=0, max_value=40_000 * DAY)
lengths = st.integers(min_value=DAY, max_value=500 * DAY) | st.sampled_from(
    [28 * DAY, 30 * DAY, 31 * DAY, 365 * DAY, 366 * DAY]
)


@given(starts, lengths, st.integers(min_value=0, max_value=5_000 * DAY))
def test_every_instant_lies_in_its_own_period(start: int, length: int, later: int) -> None:
    cycle = Cycle(start, start + length, auto_reset=True)
    now = start + later
    begin, end = cycle_window(cycle, cycle_turn(cycle, now))
    assert end is not None
    assert begin <= now < end


@given(starts, lengths, st.integers(min_value=0, max_value=60))
def test_periods_leave_no_gap(start: int, length: int, turn: int) -> None:
    cycle = Cycle(start, start + length, auto_reset=True)
    assert cycle_window(cycle, turn)[1] == cycle_window(cycle, turn + 1)[0]


@pytest.mark.parametrize(
    ("cycle", "message"),
    [
        (Cycle(0, None, auto_reset=True), "is needed"),
        (Cycle(5, 5), "must be after"),
        (Cycle(0, DAY // 2, auto_reset=True), "at least a day"),
        (Cycle(0, parse_instant("9000-01-01", "end"), auto_reset=True), "too far away"),
    ],
)
def test_a_cycle_that_cannot_be_followed_is_refused(cycle: Cycle, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        check_cycle(cycle)


def test_an_hour_is_a_fine_cycle_when_nothing_is_renewed() -> None:
    check_cycle(Cycle(0, DAY // 24))


def test_the_last_second_of_a_day_means_its_end() -> None:
    assert same_window(Cycle(0, 31 * DAY), 0, 31 * DAY - 1)
    assert not same_window(Cycle(0, 31 * DAY), 0, 31 * DAY - 1_001)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2025-03-27T00:00:00.0000000Z", "2025-03-27T00:00:00.0000000Z"),
        ("2025-03-27", "2025-03-27T00:00:00.0000000Z"),
        ("2025-05-17T07:01:44.0196090Z", "2025-05-17T07:01:44.0190000Z"),
        ("2025-05-17T07:01+02:00", "2025-05-17T05:01:00.0000000Z"),
        ("2025-05-17 07:01:44", "2025-05-17T07:01:44.0000000Z"),
        ("1960-01-01T00:00:00.5Z", "1960-01-01T00:00:00.5000000Z"),
    ],
)
def test_instants_are_read_and_written(text: str, shown: str) -> None:
    assert instant_text(parse_instant(text, "date")) == shown


@pytest.mark.parametrize(
    "text", ["", "soon", "2025-02-30", "2025-01-01T25:00", "0001-01-01", "٢٠٢٥-01-01"]
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="is no instant"):
        parse_instant(text, "date")
