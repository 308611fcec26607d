"""What nobody sees in a text is found, by name and place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.characters import alike, invisible_character, normalized


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("plain text", None),
        ("Ångström 中文 👍", None),
        ("bob\u200b@o1.example", "ZERO WIDTH SPACE (U+200B) behind `bob`"),
        ("\ufeffid", "ZERO WIDTH NO-BREAK SPACE (U+FEFF) at the beginning"),
        ("two\nlines", "LINE BREAK (U+000A) behind `two`"),
        ("a\tb", "TAB (U+0009) behind `a`"),
        ("a\x00", "NUL (U+0000) behind `a`"),
        ("a\x85", "CONTROL CHARACTER (U+0085) behind `a`"),
        ("a\u202eb", "RIGHT-TO-LEFT OVERRIDE (U+202E) behind `a`"),
        ("a\u00a0b", "NO-BREAK SPACE (U+00A0) behind `a`"),
        ("ab\u2800", "BRAILLE PATTERN BLANK (U+2800) behind `ab`"),
        ("a\u3164", "HANGUL FILLER (U+3164) behind `a`"),
        ("x" * 50 + "\u2060", f"WORD JOINER (U+2060) behind `{'x' * 20}`"),
        ("علی\u200cرضا", "ZERO WIDTH NON-JOINER (U+200C) behind `علی`"),
    ],
)
def test_the_first_is_named(text: str, found: str | None) -> None:
    assert invisible_character(text) == found


@pytest.mark.parametrize("text", ["علی\u200cرضا", "क्\u200dष"])
def test_joiners_may_be_allowed_where_letters_need_them(text: str) -> None:
    assert invisible_character(text, joiners=True) is None
    assert invisible_character(f"a\u200cb{text}", joiners=True) is not None


def test_lines_and_wide_spaces_may_be_allowed() -> None:
    assert invisible_character("a\nb\u00a0c", breaks=True, spaces=True) is None
    found = invisible_character("a\n\u200b", breaks=True)
    assert found == "ZERO WIDTH SPACE (U+200B) in place 3"


@given(st.text())
def test_nothing_that_cannot_be_printed_is_passed_over(text: str) -> None:
    assert invisible_character(text) is not None or text.isprintable()


@given(st.text())
def test_forms_of_one_text_are_alike(text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert normalized(normalized(text)) == normalized(text)
    assert len({alike(form) for form in [*forms, f"  {text}\n"]}) == 1
