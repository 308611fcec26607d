"""Runs `cases/*.yaml`: who may decide when, and what follows.

`support.orders.scene` has the format.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.orders.scene import load_cases, play


@pytest.mark.parametrize("case", load_cases(Path(__file__).parent / "cases"))
def test_what_follows_is_the_expected(case: dict[str, Any]) -> None:
    play(case)
