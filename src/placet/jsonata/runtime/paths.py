"""Navigation: how names, steps, predicates, tuples, groups and sorts work on values.

Generated code calls these for everything that its inlined shortcuts leave over, so they hold the
complete semantics. A step's inputs are a plain list; its result is a `Sequence`, or one raw array
when the last step met exactly one.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor
from sys import getsizeof
from typing import Any, Final

from placet.jsonata.runtime.conversions import truthy
from placet.jsonata.runtime.state import LIST, NUMBER, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, ConsArray, KeptSequence, Sequence

__all__ = [
    "chain", "checked", "collapse", "descendants", "extend", "filter_inputs", "finished",
    "first_inputs", "follow", "follow_any", "index", "inputs", "keep", "keep_path", "kept",
    "lookup", "matches_index", "push", "select", "select_one", "wildcard",
]  # fmt: skip

_FEW: Final = 64
SEQUENCES: Final = (Sequence, KeptSequence)
ARRAYS: Final = frozenset({list, Sequence, KeptSequence, ConsArray})


def collapse(value: Any) -> Any:
    """An expression's result: a sequence of nothing is undefined, of one item that item."""
    if type(value) is Sequence:
        if len(value) == 1:
            return value[0]
        return value or UNDEFINED
    if type(value) is KeptSequence and not value:
        return UNDEFINED
    return value


def keep(value: Any) -> Any:
    """`[]` after something that is not a path: a single result stays an array."""
    return KeptSequence(value) if type(value) is Sequence else value


def keep_path(value: Any) -> Any:
    """`[]` somewhere in a path."""
    if type(value) is ConsArray:
        return KeptSequence([value])
    if not isinstance(value, list):
        return KeptSequence(() if value is UNDEFINED else (value,))
    return keep(value)


def lookup(value: Any, name: str, state: State | None = None) -> Any:
    """The field `name` of an object, or the sequence of that field over an array's items.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    if isinstance(value, dict):
        return value.get(name, UNDEFINED)
    if isinstance(value, list):
        return collapse(_lookup_all(value, name, state))
    return UNDEFINED


def _lookup_all(values: list[Any], name: str, state: State | None) -> Sequence:
    result = Sequence()
    for item in values if state is None else state.paced(values):
        if isinstance(item, list):
            join_items(result, _lookup_all(item, name, state), state)
        elif isinstance(item, dict):
            join_items(result, item.get(name, UNDEFINED), state)
    return result


def inputs(context: Any) -> list[Any]:
    """What the first step of a path runs over."""
    return context if isinstance(context, list) else [context]


def first_inputs(found: Any) -> list[Any]:
    """What the second step runs over after an array constructor."""
    if isinstance(found, list):
        return found
    return [] if found is UNDEFINED else [found]


def select(results: list[Any], last: bool, state: State | None = None, fresh: int = 0) -> list[Any]:
    """Flatten the results of one step into the next step's inputs, or the path's value.

    `fresh` is how many bytes each result may take that nothing else has accounted for.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    if last and len(results) == 1:
        only = results[0]
        if isinstance(only, list) and type(only) not in SEQUENCES:
            return only
    if ARRAYS.isdisjoint(map(type, results)):
        flat = Sequence(results)
    else:
        flat = _flat(results, state)
    if state is not None and (len(flat) > _FEW or state.exact):
        state.spend(fresh * len(results))
        # the results came in a list of their own
        state.hold(flat, LIST + 2 * SLOT * len(flat))
    return flat


def _flat(results: list[Any], state: State | None) -> Sequence:
    flat = Sequence()
    for item in results:
        if not isinstance(item, list) or type(item) is ConsArray:
            flat.append(item)
            continue
        if state is not None:
            state.tick(1 + len(item))
            state.check_size(len(flat) + len(item))
        flat.extend(item)
    return flat


def select_one(found: Any, last: bool) -> list[Any]:
    """`select` for a step with a single input whose result is `found`."""
    if found is UNDEFINED:
        return Sequence()
    return select([found], last)


def chain(
    current: list[Any], links: tuple[str | int, ...], last: bool, state: State | None = None
) -> Any:
    """Follow a run of names and constant indexes, `('items', 0, 'price')`, from the inputs.

    Returns the inputs of the next step, or the path's value when `last`.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    position = 0
    end = len(links)
    while position < end:
        name = links[position]
        position += 1
        indexes_from = position
        while position < end and type(links[position]) is int:
            position += 1
        if state is not None:
            state.tick(len(current))
        indexes: tuple[int, ...] = links[indexes_from:position]  # type: ignore[assignment]
        results = _step(current, name, indexes, state)  # type: ignore[arg-type]
        current = select(results, last and position == end, state)
        if not current:
            return current
    return current


def _step(
    current: list[Any], name: str, indexes: tuple[int, ...], state: State | None
) -> list[Any]:
    """The results of `name[index]…` over all inputs."""
    if not indexes:
        try:
            return [item[name] for item in current]
        except (KeyError, TypeError):
            pass  # not all of them are objects with that field
    results = []
    for item in current:
        found = lookup(item, name, state)
        for number in indexes:
            found = index(found, number)
        if found is not UNDEFINED:
            results.append(found)
    return results


def index(value: Any, number: float) -> Any:
    """`value[number]`: an array's item (from the end when negative), or the value itself at 0."""
    if not isinstance(value, list):
        if value is UNDEFINED:
            return value
        value = [value]
    position = number if type(number) is int else _whole(number)
    if position < 0:
        position += len(value)
    if not 0 <= position < len(value):
        return Sequence()
    item = value[position]
    if isinstance(item, list):
        return item
    return Sequence() if item is UNDEFINED else Sequence([item])


def _whole(number: float) -> int:
    return floor(number) if number - number == 0 else -1 << 60


def matches_index(answer: Any, position: int, length: int, state: State | None = None) -> int:
    """How often a predicate that answered `answer` keeps the item at `position` of `length` items:
    more than once where several numbers of an array mean it."""
    kind = type(answer)
    if kind is bool:
        return int(answer)
    if kind is int or kind is float:
        wanted = _whole(answer)
        return position == (wanted + length if wanted < 0 else wanted)
    if isinstance(answer, list):
        return _matches_any(answer, position, length, state)
    return truthy(answer, state)


def _matches_any(answers: list[Any], position: int, length: int, state: State | None) -> int:
    if not answers:
        return 0
    for item in answers if state is None else state.paced(answers):
        if not _is_number(item):
            return truthy(answers, state)
    paced = answers if state is None else state.paced(answers)
    return sum(matches_index(item, position, length) for item in paced)


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def join_items(result: list[Any], value: Any, state: State | None = None) -> None:
    """Add a step's result to a sequence that is being built, flattening one level.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    if value is UNDEFINED:
        return
    if not isinstance(value, list) or type(value) is ConsArray:
        result.append(value)
        return
    if state is not None:
        state.tick(len(value))
        state.check_size(len(result) + len(value))
    result.extend(value)


def wildcard(value: Any, state: State | None = None) -> Any:
    """`*`: the values of an object's fields (or an array's items), arrays flattened deeply.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    if isinstance(value, dict):
        values: Iterable[Any] = value.values()
    elif isinstance(value, list):
        values = value
    else:
        return Sequence()
    if ARRAYS.isdisjoint(map(type, values)):
        return Sequence(values)
    result: list[Any] = Sequence()
    nested = False
    for item in values:
        nested = nested or isinstance(item, list)
        _flatten(item, result, state)
    # an array turns the result into a plain one, which does not collapse
    return list(result) if nested else result


def _flatten(value: Any, into: list[Any], state: State | None) -> None:
    if not isinstance(value, list):
        into.append(value)
        return
    for item in value if state is None else state.paced(value):
        _flatten(item, into, state)
    if state is not None:
        state.tick()
        state.check_size(len(into))


def descendants(value: Any, state: State | None = None) -> Any:
    """`**`: the value and everything below it, arrays dissolved, in document order.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    result = Sequence()
    if value is UNDEFINED:
        return result
    pending = [value]
    while pending:
        item = pending.pop()
        if state is not None:
            state.tick()
            state.check_size(len(pending))
        if isinstance(item, list):
            pending.extend(reversed(item))
            continue
        result.append(item)
        if isinstance(item, dict):
            pending.extend(reversed(item.values()))
    return result


def follow(value: Any, links: tuple[Any, ...], state: State | None = None) -> Any:
    """The value of a path of names and indexes from the whole input.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    found = value
    for number, link in enumerate(links):
        if type(link) is str:
            if type(found) is dict:
                found = found.get(link, UNDEFINED)
                continue
            if number and type(found) is list:
                return collapse(chain(found, links[number:], True, state))
            if _is_plain(found):
                return UNDEFINED
        return collapse(chain([value], links, True, state))
    return found


def _is_plain(value: Any) -> bool:
    """Whether nothing can be found in `value`."""
    return value is None or value is UNDEFINED or isinstance(value, str | int | float)


def follow_any(value: Any, links: tuple[Any, ...], state: State | None = None) -> Any:
    """The value of a path of names and indexes from a context, which may be an array.

    Raises:
        JSONataError: U1001 past a limit of `state`.
    """
    if isinstance(value, list):
        return collapse(chain(value, links, True, state))
    return follow(value, links, state)


def filter_inputs(found: Any) -> list[Any]:
    """What a predicate runs over."""
    return found if isinstance(found, list) else [found]


def push(array: list[Any], value: Any) -> None:
    """Add one item, unless it is not there."""
    if value is not UNDEFINED:
        array.append(value)


def extend(array: list[Any], value: Any) -> None:
    """Add a value's items, or the value."""
    if isinstance(value, list):
        array.extend(value)
    elif value is not UNDEFINED:
        array.append(value)


def checked(state: State, values: Any) -> Any:
    """Account for a sequence that was made in one go."""
    state.tick(len(values))
    return state.made(values)


def kept(state: State, values: Any) -> Any:
    """Account for what a predicate has kept."""
    state.hold(values, LIST + SLOT * len(values))
    return values


def finished(state: State, value: Any) -> Any:
    """Account for an array or object that was made part by part, and for the numbers in it."""
    size = len(value)
    state.tick(1 + size // 8)
    state.check_size(size)
    state.spend(NUMBER * size)
    state.hold(value, getsizeof(value))
    return value
