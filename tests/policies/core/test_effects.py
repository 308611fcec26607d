"""An effect is declared once; what is told of effects follows from that."""

from __future__ import annotations

from typing import Any

import pytest

from placet.policies.core.effects import EffectType, RuleStatus


def test_effects_are_numbers_in_the_order_of_the_walk() -> None:
    assert list(EffectType) == [0, 1, 2]
    assert [EffectType(number).word for number in range(3)] == ["bypass", "deny", "workflow"]


@pytest.mark.parametrize("effect", EffectType)
def test_an_effect_is_found_by_its_word_and_its_number(effect: EffectType) -> None:
    assert EffectType.of_word(effect.word) is effect
    assert EffectType.of_number(effect.value) is effect
    assert f"{effect.value} ({effect.word})" in EffectType.listed()


@pytest.mark.parametrize("number", [True, False, 3, -1, "0", None, [], 0.5])
def test_what_is_no_number_of_an_effect_names_none(number: Any) -> None:
    assert EffectType.of_number(number) is None


def test_only_a_bypass_may_approve_and_its_failure_does_not() -> None:
    approving = [effect for effect in EffectType if effect.when_fired is RuleStatus.ACCEPTED]
    assert approving == [EffectType.BYPASS]
    assert [effect for effect in EffectType if not effect.reviewed] == [EffectType.BYPASS]
