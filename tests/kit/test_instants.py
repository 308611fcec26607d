"""Instants as the Budgets API writes them."""

from __future__ import annotations

import pytest

from placet.errors import InvalidRequest
from placet.kit.instants import (
    DAY,
    MAX_INSTANT,
    MIN_INSTANT,
    Moment,
    instant_text,
    milliseconds,
    parse_instant,
    parse_moment,
    utc,
)

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-02", DAY),
        ("1970-01-01T01:00Z", HOUR),
        ("1970-01-01 01:00:00", HOUR),
        (" 1970-01-01t01:00:00z ", HOUR),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T01:00:00-0130", 2 * HOUR + HOUR // 2),
        ("1970-01-01T00:00:00.5Z", 500),
        ("1970-01-01T00:00:00.0019999Z", 1),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_an_instant_is_read_in_its_offset_and_cut_to_milliseconds(text: str, instant: int) -> None:
    assert parse_instant(text, "from") == instant


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T01:00:00", Moment(HOUR, None)),
        ("1970-01-01T01:00:00Z", Moment(HOUR, 0)),
        ("1970-01-01T01:00:00+02:00", Moment(HOUR, 120)),
        ("1970-01-01T01:00:00-02:00", Moment(HOUR, -120)),
    ],
)
def test_a_moment_is_what_was_written_and_the_offset_if_any(text: str, moment: Moment) -> None:
    assert parse_moment(text, "from") == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "today", "1970-1-1", "1970-02-30", "1970-01-01T24:30", "1970-01-01T01", "1899-12-31",
        "9900-01-02", "1970-01-01T00:00:00+25:00", "１970-01-01", "1970-01-01T00:00:00.1234567890Z",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_instant(text, "startDate")
    assert refused.value.code == "invalid-instant"
    assert [detail.field for detail in refused.value.details] == ["startDate"]


@pytest.mark.parametrize("instant", [MIN_INSTANT, -1, 0, 1, DAY, MAX_INSTANT])
def test_what_is_written_is_read_again(instant: int) -> None:
    assert parse_instant(instant_text(instant), "at") == instant
    assert milliseconds(utc(instant)) == instant


def test_instants_are_written_with_seven_decimals() -> None:
    assert instant_text(7) == "1970-01-01T00:00:00.0070000Z"
