"""Advice is true: each rewrite is run over orders that it must match and ones that it must not."""

from __future__ import annotations

from typing import Any

import pytest

from placet.jsonata import compile
from placet.policies.core.hazards import find_hazards
from support.policies.advice import ADVICE, cases_of, check_orders


@pytest.mark.parametrize("case", cases_of(ADVICE))
def test_a_rewrite_does_what_was_meant(case: dict[str, Any]) -> None:
    hazards = find_hazards(compile(case["rule"]))
    assert hazards
    offered = {hazard.suggestion for hazard in hazards} - {None}
    assert offered == ({case["advice"]} - {None})
    if case["advice"] is not None:
        assert case["fires"]
        assert case["silent"]
        check_orders(case["advice"], case)
