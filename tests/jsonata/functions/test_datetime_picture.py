"""Pictures of times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.state import Limits
from placet.jsonata.runtime.values import UNDEFINED
from support.jsonata.calls import call

timestamps = st.integers(-30_000_000_000_000, 200_000_000_000_000)


@given(timestamps)
def test_a_timestamp_reads_back_from_its_default_text(milliseconds: int) -> None:
    year = call("fromMillis", milliseconds, "[Y]")
    if 0 <= int(year) <= 9999:
        assert call("toMillis", call("fromMillis", milliseconds)) == milliseconds


@given(
    st.integers(-30_000_000_000_000, 200_000_000_000_000),
    st.sampled_from(
        ["[Y]-[M]-[D]", "[D1o] [MNn,*-3], [Yw]", "[FNn], [DWwo] of [MN] [YI]", "[Y] [d]"]
    ),
    st.sampled_from(["[H01]:[m]:[s].[f001]", "[h] [m] [s] [f001][PN]", "[H01][m01][s01][f001]"]),
    st.sampled_from(["[Z]", "[z]", "[Z0]", "[Z0101]", "[Z01:01t]"]),
    st.integers(-12 * 60, 14 * 60),
)
def test_a_timestamp_reads_back_from_the_picture_it_was_written_by(
    milliseconds: int, date: str, time: str, zone: str, offset: int
) -> None:
    sign = "-" if offset < 0 else "+"
    timezone = f"{sign}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    picture = f"{date}T{time} {zone}"
    text = call("fromMillis", milliseconds, picture, timezone)
    assert call("toMillis", text, picture) == milliseconds


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("x", "[Y,999999999][M]"),
        ("x", "[Y,0-0][M]"),
        ("x", "[Y0^0]-[M0]0]"),
        ("AUGU\u017fT 2018", "[MNn] [Y]"),
        ("\u017fix", "[Dw]"),
    ],
)
def test_odd_widths_and_letters_are_no_match(text: str, picture: str) -> None:
    assert call("toMillis", text, picture) is UNDEFINED


def test_matching_a_date_ends_with_the_evaluations_time() -> None:
    with pytest.raises(JSONataError) as raised:
        call("toMillis", "1" * 3000, "[Y]1" * 40 + "x", limits=Limits(time_ms=20))
    assert raised.value.code == "U1001"
