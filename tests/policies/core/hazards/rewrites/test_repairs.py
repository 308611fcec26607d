"""What another language says is said again in this one, and is true."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from placet.jsonata import JSONataError, compile
from placet.policies.core.hazards import repaired
from support.policies.advice import CASES, cases_of, check_orders

REPAIRS = yaml.safe_load((CASES / "repairs.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", cases_of(REPAIRS))
def test_what_another_language_says_is_said_again(case: dict[str, Any]) -> None:
    with pytest.raises(JSONataError) as raised:
        compile(case["rule"])
    error = raised.value.attach(case["rule"])
    assert repaired(error) == case["write"]
    if case["write"] is not None:
        check_orders(case["write"], case)


@pytest.mark.parametrize("case", cases_of(REPAIRS))
def test_a_habit_of_another_language_is_never_left_without_a_word(case: dict[str, Any]) -> None:
    with pytest.raises(JSONataError) as raised:
        compile(case["rule"])
    error = raised.value.attach(case["rule"])
    assert error.hint or case["write"]
