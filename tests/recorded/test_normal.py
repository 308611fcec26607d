"""What hides behind a name, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from recorded.normal import Normal

ONE = "0199f3c0-7d30-7a4b-8d2e-2f6f3b1f0d55"
OTHER = "0199f3c0-7d30-7a4b-8d2e-2f6f3b1f0d56"
NOW = datetime.now(UTC)


@pytest.fixture
def normal() -> Normal:
    return Normal({"abc-secret": "secret"})


def test_an_id_has_the_same_name_wherever_it_comes(normal: Normal) -> None:
    assert normal.text(f'{{"a":"{OTHER}","b":["{ONE}"]}}') == '{"a":"<id 1>","b":["<id 2>"]}'
    assert normal.text(f"/{ONE}/{OTHER}") == "/<id 2>/<id 1>"
    assert normal.text("the abc-secret") == "the <secret>"


def test_what_has_no_name_yet_is_sorted_without_one(normal: Normal) -> None:
    normal.text(ONE)
    assert normal.unnumbered(f"{OTHER} {ONE}") == "<id> <id 1>"
    assert normal.text(OTHER) == "<id 2>"


@pytest.mark.parametrize(
    "text",
    [
        "53c61fa5-22b2-53d0-855d-5156f9dc5e4d",  # a UUID of version 5 is made from a name
        "2020-01-01T00:00:00.0000000Z",
        "2098-05-01",
        "1577836800000",
        "4073587200000",
        "1577836800000000",
        "2020-99-99T00:00:00Z",
        '{"b": 1,  "a":\t1.0}',
        "\\u00e9 é",
    ],
)
def test_the_rest_stays_to_the_byte(normal: Normal, text: str) -> None:
    assert normal.text(text) == text


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ("%Y-%m-%dT%H:%M:%S.1234567Z", "<moment>"),
        ("%Y-%m-%dT%H:%M:%S.123Z", "<moment T00:00:00.000Z>"),
        ("%Y-%m-%dT%H:%M:%S+00:00", "<moment T00:00:00+00:00>"),
        ("%Y-%m-%d %H:%M", "<moment  00:00>"),
        ("%Y-%m-%d", "<day>"),
    ],
)
def test_a_moment_near_now_keeps_its_shape(normal: Normal, shape: str, shown: str) -> None:
    for at in (NOW, NOW + timedelta(days=300)):
        assert normal.text(at.strftime(shape)) == shown


def test_a_count_of_milliseconds_or_microseconds_near_now_has_a_name(normal: Normal) -> None:
    milliseconds = int(NOW.timestamp() * 1_000)
    assert normal.text(f"[{milliseconds},{milliseconds}000]") == "[<instant>,<number 1>]"
    assert normal.text(f"1.{milliseconds}") == f"1.{milliseconds}"


def test_a_number_that_is_known_is_no_part_of_a_longer_one() -> None:
    normal = Normal({"739951": "today"})
    assert normal.text("[739951, 17739951, 7399510]") == "[<today>, 17739951, 7399510]"
