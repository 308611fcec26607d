"""Advice is true: each rewrite is run over orders that it must match and ones that it must not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.jsonata import JSONataError, compile
from placet.policies.core.hazards import find_hazards, repaired

CASES = Path(__file__).parent / "cases"
ADVICE = yaml.safe_load((CASES / "advice.yaml").read_text("utf-8"))
ORDERS = ADVICE.pop("orders")
REPAIRS = yaml.safe_load((CASES / "repairs.yaml").read_text("utf-8"))
USUAL = ORDERS["two items"]
NOW = 1_790_000_000_000


def order(named: str | dict[str, Any]) -> dict[str, Any]:
    changes = ORDERS[named] if isinstance(named, str) else named
    return {**USUAL, **changes}


def _cases(groups: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [pytest.param(case, id=case["rule"]) for cases in groups.values() for case in cases]


def check_orders(rule: str, case: dict[str, Any]) -> None:
    """The rule matches what it must, nothing else, and fails for no order."""
    program = compile(rule)
    assert [hazard.code for hazard in find_hazards(program) if not hazard.is_note] == []
    for named in case["fires"]:
        assert program.evaluate(order(named), now=NOW) is True, named
    for named in case["silent"]:
        assert program.evaluate(order(named), now=NOW) is not True, named
    for named in ORDERS:
        program.evaluate(order(named), now=NOW)
    program.evaluate({}, now=NOW)


@pytest.mark.parametrize("case", _cases(ADVICE))
def test_a_rewrite_does_what_was_meant(case: dict[str, Any]) -> None:
    hazards = find_hazards(compile(case["rule"]))
    assert hazards
    offered = {hazard.suggestion for hazard in hazards} - {None}
    assert offered == ({case["advice"]} - {None})
    if case["advice"] is not None:
        assert case["fires"]
        assert case["silent"]
        check_orders(case["advice"], case)


@pytest.mark.parametrize("case", _cases(REPAIRS))
def test_what_another_language_says_is_said_again(case: dict[str, Any]) -> None:
    with pytest.raises(JSONataError) as raised:
        compile(case["rule"])
    error = raised.value.attach(case["rule"])
    assert repaired(error) == case["write"]
    if case["write"] is not None:
        check_orders(case["write"], case)


@pytest.mark.parametrize("case", _cases(REPAIRS))
def test_a_habit_of_another_language_is_never_left_without_a_word(case: dict[str, Any]) -> None:
    with pytest.raises(JSONataError) as raised:
        compile(case["rule"])
    error = raised.value.attach(case["rule"])
    assert error.hint or case["write"]
