"""Functions by which an expression fails on purpose."""

from __future__ import annotations

from typing import Any

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []


@builtin(
    "error", "<s?:x>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def error(state: State, message: Any) -> Any:
    """Fails with D3137 and the message."""
    raise JSONataError("D3137", message=message or "the expression called `$error`")


@builtin(
    "assert", "<bs?:x>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def assertion(state: State, condition: Any, message: Any) -> Any:
    """Fails with D3141 and the message unless the condition is true; else undefined."""
    if condition is not True:
        raise JSONataError("D3141", message=message or "an `$assert` does not hold")
    return UNDEFINED
