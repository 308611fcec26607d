"""Slips are led back to the word that was meant, far words to none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.spelling import closest

KNOWN = ["value", "items", "effectType", "y"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("vaule", "value"),
        ("VALUE", "value"),
        ("Y", "y"),
        ("itmes", "items"),
        ("item", "items"),
        ("effectTyp", "effectType"),
        ("efectTypes", "effectType"),
        ("x", None),
        ("price", None),
        ("efectTxpes", None),
    ],
)
def test_a_letter_in_four_may_be_off(word: str, meant: str | None) -> None:
    assert closest(word, KNOWN) == meant


def test_the_nearest_word_is_meant() -> None:
    assert closest("allocations", ["allocatons", "location", "allocation"]) == "allocation"


@given(st.text("ab", min_size=8, max_size=12), st.data())
def test_one_swap_is_always_found(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    slip = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert closest(slip, [word]) == word


def test_long_words_and_long_lists_are_compared_for_their_case_alone() -> None:
    many = [f"word{number}" for number in range(2_000)]
    assert closest("n" * 1_000, ["n" * 999]) is None
    assert closest("wordd7", many) is None
    assert closest("WORD7", many) == "word7"
