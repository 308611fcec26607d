"""Text for one line cannot end it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from placet.messages.delivery.text import one_line


@given(text=st.text())
def test_a_line_is_printable_one_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    assert line.split() == [word for word in line.split(" ") if word]


def test_what_shows_nothing_is_a_space_and_spaces_are_one() -> None:
    assert one_line("  a\r\n\tb\u202ec  ") == "a b c"
