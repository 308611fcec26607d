"""Hints help and stay cheap."""

from __future__ import annotations

from placet.policy.hints import Hints


def test_a_close_word_is_suggested() -> None:
    assert Hints().near("effectTyp", ["effectType", "name"]) == "; did you mean `effectType`?"


def test_a_far_word_is_not() -> None:
    assert Hints().near("zzz", ["effectType", "name"]) == ""


def test_the_budget_ends() -> None:
    hints = Hints(budget=1)
    assert hints.near("nam", ["name"])
    assert hints.near("nam", ["name"]) == ""


def test_long_words_and_long_lists_are_not_compared() -> None:
    assert Hints().near("n" * 1000, ["name"]) == ""
    assert Hints().near("nam", ["name"] * 2000) == ""
