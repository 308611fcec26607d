"""Functions that make one number of many."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.numbers import MAX_SAFE, normalize
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []


@builtin(
    "count", "<a:n>",
    work=Work.LINEAR, takes=Takes.ALL, gives=Gives.VALUE,
    missing=Missing.NEVER, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def count(state: State, values: Any) -> int:
    """The number of items; 0 of what is not there."""
    return 0 if values is UNDEFINED else len(values)


@builtin(
    "sum", "<a<n>:n>",
    work=Work.LINEAR, takes=Takes.ALL, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def sum_of(state: State, values: Any) -> Any:
    """The total in doubles, added from left to right. Raises D1001 for an infinite one."""
    if values is UNDEFINED:
        return UNDEFINED
    return normalize(_total(state, values))


@builtin(
    "average", "<a<n>:n>",
    work=Work.LINEAR, takes=Takes.ALL, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def average(state: State, values: Any) -> Any:
    """The total by the number of items; undefined of none. Raises D1001 for an infinite one."""
    if not values:
        return UNDEFINED
    return normalize(_total(state, values) / len(values))


@builtin(
    "max", "<a<n>:n>",
    work=Work.LINEAR, takes=Takes.ALL, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def maximum(state: State, values: Any) -> Any:
    """The greatest number; undefined of none."""
    if not values:
        return UNDEFINED
    return max(map(max, state.parts(values)))


@builtin(
    "min", "<a<n>:n>",
    work=Work.LINEAR, takes=Takes.ALL, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def minimum(state: State, values: Any) -> Any:
    """The smallest number; undefined of none."""
    if not values:
        return UNDEFINED
    return min(map(min, state.parts(values)))


def _total(state: State, values: list[int | float]) -> int | float:
    kinds = set(map(type, values))
    if kinds == {int}:
        bound = MAX_SAFE // len(values)
        if -bound <= min(values) and max(values) <= bound:
            state.tick(len(values))
            return sum(values)
    total: int | float = 0.0
    for part in state.parts(values):
        # Not sum(): since Python 3.12 it keeps the rounding errors of floats and adds them at the
        # end.
        total = reduce(add, [normalize(value) for value in part] if int in kinds else part, total)
    return total
