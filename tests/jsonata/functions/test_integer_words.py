"""Numbers read back from the notation that they were written in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from support.jsonata.calls import call


@given(
    st.integers(1, 10**15),
    st.sampled_from(
        [
            "0",
            "000",
            "#,##0",
            "##,##,##0",
            "#:###,##0",
            "0;o",
            "٠٠٠",
            "w",
            "W",
            "Ww",
            "w;o",
            "a",
            "A",
        ]
    ),
)
def test_an_integer_reads_back_in_the_notation_it_was_written_in(number: int, picture: str) -> None:
    assert call("parseInteger", call("formatInteger", number, picture), picture) == number


@given(st.integers(1, 200_000), st.sampled_from(["I", "i"]))
def test_a_roman_numeral_reads_back(number: int, picture: str) -> None:
    assert call("parseInteger", call("formatInteger", number, picture), picture) == number
