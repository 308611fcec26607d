"""Boolean functions."""

from __future__ import annotations

from typing import Any

from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.conversions import truthy
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []


@builtin("boolean", "<x-:b>")
def boolean(state: State, value: Any) -> Any:
    """The truth of a value; undefined of what is not there."""
    return UNDEFINED if value is UNDEFINED else truthy(value, state)


@builtin("not", "<x-:b>")
def negation(state: State, value: Any) -> Any:
    """The opposite of `$boolean`; undefined of what is not there."""
    return UNDEFINED if value is UNDEFINED else not truthy(value, state)


@builtin("exists", "<x:b>")
def exists(state: State, value: Any) -> bool:
    """Whether there is a value, be it null or false."""
    return value is not UNDEFINED
