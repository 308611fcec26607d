"""The line in question and the carets below it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.excerpt import excerpt


@pytest.mark.parametrize(
    ("source", "start", "end", "lines"),
    [
        ("a > b", 2, 3, ["a > b", "  ^"]),
        ("a\nb AND c\nd", 4, 7, ["b AND c", "  ^^^"]),
        ("a >", 3, 3, ["a >", "   ^"]),
        ("\ta\t> b", 3, 4, ["    a    > b", "         ^"]),
        ("价格 > b", 3, 4, ["价格 > b", "     ^"]),
        ("e\u0301 > b", 3, 4, ["e\u0301 > b", "  ^"]),
        ("a\u202e > b", 3, 4, ["a� > b", "   ^"]),
        ("a\ud800 > b", 3, 4, ["a� > b", "   ^"]),
        ("a\r\n> b\r\n", 3, 4, ["> b", "^"]),
        ("'open\ntwo", 0, 9, ["'open", "^^^^^"]),
    ],
)
def test_caret_stands_under_the_place(source: str, start: int, end: int, lines: list[str]) -> None:
    assert excerpt(source, start, end) == lines


@pytest.mark.parametrize(
    ("start", "shown", "caret"),
    [(3, "abc!" + "x" * 96 + "…", 3), (203, "…" + "x" * 50 + "!" + "x" * 49 + "…", 51)],
)
def test_long_line_is_cut_around_the_place(start: int, shown: str, caret: int) -> None:
    source = ("abc" if start == 3 else "abc" + "x" * 200) + "!" + "x" * 300
    assert excerpt(source, start, start + 1) == [shown, " " * caret + "^"]


@given(st.text(max_size=60), st.data())
def test_two_lines_without_control_characters(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    lines = excerpt(source, start, data.draw(st.integers(start, len(source))))
    assert len(lines) == 2
    assert not any(unicodedata.category(letter) == "Cc" for letter in "".join(lines))
    assert lines[1].strip(" ").strip("^") == ""
