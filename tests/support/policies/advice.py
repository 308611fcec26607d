"""Orders that advice is run over: those that it must match, and ones that it must not."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from placet.jsonata import compile
from placet.policies.core.hazards import find_hazards
from support.project import ROOT

CASES = ROOT / "tests" / "policies" / "core" / "hazards" / "cases"


ADVICE = yaml.safe_load((CASES / "advice.yaml").read_text("utf-8"))


ORDERS = ADVICE.pop("orders")


USUAL = ORDERS["two items"]


NOW = 1_790_000_000_000


def order(named: str | dict[str, Any]) -> dict[str, Any]:
    changes = ORDERS[named] if isinstance(named, str) else named
    return {**USUAL, **changes}


def cases_of(groups: dict[str, list[dict[str, Any]]]) -> list[Any]:
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
