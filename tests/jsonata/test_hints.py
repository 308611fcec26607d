"""Hints: what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from placet.jsonata import JSONataError, compile
from placet.jsonata.functions import BUILTINS
from placet.jsonata.hints import FUNCTION_NAMES, function_hint

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hints.yaml").read_text("utf-8"))
ORDER = CASES.pop("order")


@pytest.mark.parametrize(
    ("source", "code", "hint"), [case for group in CASES.values() for case in group]
)
def test_hint_of_an_error(source: str, code: str, hint: str | None) -> None:
    with pytest.raises(JSONataError) as raised:
        compile(source).evaluate(ORDER)
    error = raised.value.attach(source)
    assert (error.code, error.hint) == (code, hint)


def test_every_built_in_function_is_known() -> None:
    assert set(BUILTINS) == FUNCTION_NAMES


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_two_letters_swapped_lead_to_the_function(name: str) -> None:
    slip = name[:1] + name[2:3] + name[1:2] + name[3:]
    if len(name) > 5 and slip not in BUILTINS:
        assert function_hint(slip) == f"did you mean `${name}`?"


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_letter_case_leads_to_the_function(name: str) -> None:
    assert function_hint(name.upper()) == f"did you mean `${name}`?"


def test_variables_are_suggested_too() -> None:
    assert function_hint("isLagre", ["isLarge"]) == "did you mean `$isLarge`?"
