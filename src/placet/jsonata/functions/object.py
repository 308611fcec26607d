"""Functions on objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Given, Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.higher_order import call_with, collected
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.conversions import truthy, type_name
from placet.jsonata.runtime.state import OBJECT, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, Sequence

__all__: list[str] = []


@builtin(
    "keys", "<x-:a<s>>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def keys(state: State, value: Any) -> Any:
    """The names of an object's fields; of an array, those of all its objects, each once."""
    found: dict[str, None] = {}
    pending = [value]
    state = state.counting()
    while pending:
        state.tick()
        state.check_size(len(pending))
        item = pending.pop()
        if isinstance(item, dict):
            state.tick(len(item))
            found.update(dict.fromkeys(item))
        elif isinstance(item, list):
            pending.extend(reversed(item))
    return Sequence(found)


@builtin(
    "lookup", "<x-s:x>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.FIELD,
)  # fmt: skip
def lookup(state: State, value: Any, key: Any) -> Any:
    """The field `key` of an object; of an array, those of all its objects."""
    if isinstance(value, dict):
        return value.get(key, UNDEFINED)
    if not isinstance(value, list):
        return UNDEFINED
    result = Sequence()
    for item in _innermost(state, value):
        if isinstance(item, dict) and key in item:
            field = item[key]
            if isinstance(field, list):
                state.tick(len(field))
                state.check_size(len(result) + len(field))
                result.extend(field)
            else:
                result.append(field)
    return result


@builtin(
    "spread", "<x-:a<o>>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
)  # fmt: skip
def spread(state: State, value: Any) -> Any:
    """Objects of one field each; of an array, those of all its objects, other items as they are."""
    if isinstance(value, dict):
        state.tick(len(value))
        state.spend((OBJECT + SLOT) * len(value))
        return Sequence({key: item} for key, item in value.items())
    if not isinstance(value, list):
        return value
    if not value:
        return Sequence()
    result: list[Any] = []
    for item in _innermost(state, value):
        if isinstance(item, dict):
            state.tick(len(item))
            state.spend((OBJECT + SLOT) * len(item))
            state.check_size(len(result) + len(item))
            result += [{key: field} for key, field in item.items()]
        else:
            result.append(item)
    return result


@builtin(
    "merge", "<a<o>:o>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
)  # fmt: skip
def merge(state: State, objects: Any) -> Any:
    """One object with all fields; later ones win."""
    if objects is UNDEFINED:
        return UNDEFINED
    result: dict[str, Any] = {}
    for item in state.paced(objects):
        state.tick(len(item))
        result.update(item)
        state.check_size(len(result))
    return result


@builtin(
    "sift", "<o-f?:o>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
    hands=(Given.PART, Given.KEY, Given.WHOLE),
)  # fmt: skip
def sift(state: State, value: Any, function: Any) -> Any:
    """The fields for which `function(value, key, object)` is true; undefined if there is none.

    Raises:
        JSONataError: T0410 without a function.
    """
    if value is UNDEFINED:
        return UNDEFINED
    if function is UNDEFINED:
        raise JSONataError("T0410", index=2, expected="a function", found="missing")
    call = call_with(state, function, value)
    kept = {key: item for key, item in value.items() if truthy(call(item, key), state)}
    return kept or UNDEFINED


@builtin(
    "each", "<o-f:a>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.BODY,
    hands=(Given.PART, Given.KEY, Given.WHOLE),
)  # fmt: skip
def each(state: State, value: Any, function: Any) -> Any:
    """What `function(value, key, object)` gives for every field."""
    if value is UNDEFINED:
        return UNDEFINED
    call = call_with(state, function, value)
    return collected(call(item, key) for key, item in value.items())


@builtin(
    "type", "<x:s>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def type_of(state: State, value: Any) -> Any:
    """The name of the value's type; undefined of what is not there."""
    return UNDEFINED if value is UNDEFINED else type_name(value)


def _innermost(state: State, items: list[Any]) -> Iterator[Any]:
    """The items of an array and of the arrays in it, with an explicit stack: they may be deep."""
    pending = items[::-1]
    state = state.counting()
    while pending:
        state.tick()
        state.check_size(len(pending))
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
        else:
            yield item
