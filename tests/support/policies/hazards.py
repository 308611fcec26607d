"""Expressions with all their hazards, by the module that finds them."""

from __future__ import annotations

from typing import Any, Final

import pytest
import yaml

from placet.jsonata import compile
from placet.policies.core.hazards import find_hazards
from support.project import ROOT

CASES: Final = ROOT / "tests" / "policies" / "core" / "hazards" / "cases"
MODULES: Final = (
    "arguments", "calls", "comparisons", "conditions", "fields", "find", "logic", "lookalikes",
    "names", "overdraft", "times", "words",
)  # fmt: skip
SAMPLED: Final = "with a sample order"

# Code, place, and what to write instead.
Hazardous = list[list[Any]]


def groups_of(module: str) -> dict[str, list[dict[str, Any]]]:
    """The module's cases by what they are about."""
    groups: dict[str, list[dict[str, Any]]]
    groups = yaml.safe_load((CASES / f"{module}.yaml").read_text("utf-8"))
    return groups


def cases_of(module: str) -> list[Any]:
    """The module's cases as parameters: the expression, and all its hazards."""
    groups = groups_of(module)
    return [case for name, group in groups.items() if name != SAMPLED for case in map(_case, group)]


def sampled_cases() -> list[Any]:
    """Those of expressions that are judged by an order."""
    return [_case(case) for case in groups_of("find")[SAMPLED]]


def found(source: str, **known: Any) -> Hazardous:
    """The hazards of an expression."""
    hazards = find_hazards(compile(source), **known)
    return [[h.code, source[h.start : h.end], h.suggestion] for h in hazards]


def _case(case: dict[str, Any]) -> Any:
    return pytest.param(case["expression"], case["hazards"], id=case["expression"])
