"""Functions that call a function for every item of an array.

The function gets as many of (item, index, array) as it has parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Given, Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.conversions import truthy
from placet.jsonata.runtime.state import NUMBER, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, Function, Sequence

__all__ = ["call_with", "collected"]


def call_with(state: State, function: Any, whole: Any) -> Callable[[Any, Any], Any]:
    """A Python function of (item, key) that passes on what `function` has parameters for.

    It accounts for the call, and for a number that its caller may keep.
    """
    arity = function.arity if isinstance(function, Function) else 1

    def call(item: Any, key: Any) -> Any:
        state.tick()
        state.spend(SLOT + NUMBER)
        if arity < 2:
            return state.apply(function, [item])
        if arity == 2:
            return state.apply(function, [item, key])
        return state.apply(function, [item, key, whole])

    return call


def collected(answers: Iterable[Any]) -> Sequence:
    """The answers that are there, as one sequence.

    An answer that is a built-in's sequence is one value in it and must not collapse with it.
    """
    return Sequence(
        list(answer) if isinstance(answer, Sequence) else answer
        for answer in answers
        if answer is not UNDEFINED
    )


@builtin(
    "map", "<af>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.BODY,
    hands=(Given.ITEM, Given.KEY, Given.WHOLE),
)  # fmt: skip
def map_items(state: State, items: Any, function: Any) -> Any:
    """What the function gives for every item, without undefined."""
    if items is UNDEFINED:
        return UNDEFINED
    call = call_with(state, function, items)
    answers = (call(item, index) for index, item in enumerate(items))
    return collected(answers)


@builtin(
    "filter", "<af>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.SOME,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
    hands=(Given.ITEM, Given.KEY, Given.WHOLE),
)  # fmt: skip
def filter_items(state: State, items: Any, function: Any) -> Any:
    """The items for which the function is true."""
    if items is UNDEFINED:
        return UNDEFINED
    call = call_with(state, function, items)
    return Sequence(item for index, item in enumerate(items) if truthy(call(item, index), state))


@builtin(
    "single", "<af?>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.ITEM,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
    hands=(Given.ITEM, Given.KEY, Given.WHOLE),
)  # fmt: skip
def single(state: State, items: Any, function: Any) -> Any:
    """The one item for which the function is true, or the only item.

    Raises:
        JSONataError: D3138 when there are several, D3139 when there is none.
    """
    if items is UNDEFINED:
        return UNDEFINED
    found: Any = UNDEFINED
    call = call_with(state, function, items)
    for index, item in enumerate(items):
        if function is UNDEFINED or truthy(call(item, index), state):
            if found is not UNDEFINED:
                raise JSONataError("D3138", index=index)
            found = item
    if found is UNDEFINED:
        raise JSONataError("D3139")
    return found


@builtin(
    "reduce", "<afj?:j>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
    hands=(Given.SO_FAR, Given.ITEM, Given.KEY, Given.WHOLE),
)  # fmt: skip
def reduce_items(state: State, items: Any, function: Any, start: Any) -> Any:
    """What `function(previous, item, index, array)` gives at last.

    Begins with `start`, or with the first item where there is none.

    Raises:
        JSONataError: D3050 for a function of fewer than two parameters.
    """
    if items is UNDEFINED:
        return UNDEFINED
    arity = function.arity
    if arity < 2:
        raise JSONataError("D3050", index=1)
    result, first = start, 0
    if start is UNDEFINED and items:
        result, first = items[0], 1
    for index in range(first, len(items)):
        state.tick()
        result = state.apply(
            function, [result, items[index], index, items][: max(2, min(arity, 4))]
        )
    return result
