"""Hints help and stay cheap."""

from __future__ import annotations

from placet.policies.core.hints import Hints


def test_a_close_word_is_suggested() -> None:
    assert Hints().near("effectTyp", ["effectType", "name"]) == "; did you mean `effectType`?"


def test_a_far_word_is_not() -> None:
    assert Hints().near("zzz", ["effectType", "name"]) == ""


def test_the_budget_ends() -> None:
    hints = Hints(budget=1)
    assert hints.near("unitz", ["units"])
    assert hints.near("unitz", ["units"]) == ""
