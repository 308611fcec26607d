"""Runs `cases/*.yaml`: an order, rules, and what must come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.orders.scene import load_cases, play


@pytest.mark.parametrize("case", load_cases(Path(__file__).parent / "cases"))
def test_the_decision_is_the_expected_one(case: dict[str, Any]) -> None:
    play(case)
