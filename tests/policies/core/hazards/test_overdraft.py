"""Budgets that are allocated twice."""

from __future__ import annotations

import pytest

from support.policies.hazards import Hazardous, cases_of, found


@pytest.mark.parametrize(("source", "hazards"), cases_of("overdraft"))
def test_its_hazards_are_found_and_nothing_else(source: str, hazards: Hazardous) -> None:
    assert found(source) == hazards
