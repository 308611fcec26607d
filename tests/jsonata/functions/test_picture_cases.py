"""Calls of the functions around numbers and dates, from the tables in `cases/`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED

CASES = Path(__file__).parent / "cases"
TABLES = (
    "numeric",
    "number_picture",
    "integer_picture",
    "datetime_format",
    "datetime_parse",
)
# 2026-11-21T07:44:01.453Z
NOW = 1_795_247_041_453


def run(call: list[Any], limits: Limits | None = None) -> dict[str, Any]:
    """The outcome of one call, in the words of the tables."""
    name, *arguments = call
    state = State(limits or Limits(), NOW)
    given = [UNDEFINED if argument is None else argument for argument in arguments]
    try:
        result = BUILTINS[name].call(state, given, UNDEFINED)
    except JSONataError as error:
        assert error.message != error.code, "the code has no sentence"
        assert "{" not in error.message
        return {"code": error.code}
    return {"undefined": True} if result is UNDEFINED else {"gives": result}


def table(name: str) -> list[Any]:
    cases = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=f"{name}:{case['call']}") for case in cases]


@pytest.mark.parametrize("case", [case for name in TABLES for case in table(name)])
def test_a_call_gives_what_its_table_says(case: dict[str, Any]) -> None:
    call = case.pop("call")
    outcome = run(call)
    assert outcome == case
    assert type(outcome.get("gives")) is type(case.get("gives")) or call[0] != "number"
