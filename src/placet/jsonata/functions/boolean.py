"""Boolean functions."""

from __future__ import annotations

from typing import Any

from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.conversions import truthy
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []


@builtin(
    "boolean", "<x-:b>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def boolean(state: State, value: Any) -> Any:
    """The truth of a value; undefined of what is not there."""
    return UNDEFINED if value is UNDEFINED else truthy(value, state)


@builtin(
    "not", "<x-:b>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def negation(state: State, value: Any) -> Any:
    """The opposite of `$boolean`; undefined of what is not there."""
    return UNDEFINED if value is UNDEFINED else not truthy(value, state)


@builtin(
    "exists", "<x:b>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.NEVER, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def exists(state: State, value: Any) -> bool:
    """Whether there is a value, be it null or false."""
    return value is not UNDEFINED
