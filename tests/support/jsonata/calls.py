"""Calls of built-in functions at a fixed time."""

from __future__ import annotations

from typing import Any

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.state import Limits, State
from placet.jsonata.runtime.values import UNDEFINED

# 2026-11-21T07:44:01.453Z
NOW = 1_795_247_041_453


def call(name: str, *arguments: Any, limits: Limits | None = None) -> Any:
    return BUILTINS[name].call(State(limits or Limits(), NOW), list(arguments), UNDEFINED)


def told(call: list[Any], limits: Limits | None = None) -> dict[str, Any]:
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


def check(case: dict[str, Any]) -> None:
    """That a call, a name and its arguments, gives what its row of a table says."""
    name, *_ = case["call"]
    outcome = told(case["call"])
    assert outcome == {key: value for key, value in case.items() if key != "call"}
    assert type(outcome.get("gives")) is type(case.get("gives")) or name != "number"
