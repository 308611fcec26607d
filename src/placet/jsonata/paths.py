"""Navigation: how names, steps, predicates, tuples, groups and sorts work on values.

Generated code calls these for everything that its inlined shortcuts leave over, so they hold the complete
semantics. A step's inputs are a plain list; its result is a `Sequence`, or one raw array when the
last step met exactly one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cmp_to_key
from math import floor
from typing import Any, Final

from placet.jsonata.conversions import truthy
from placet.jsonata.errors import JSONataError
from placet.jsonata.operators import string_less
from placet.jsonata.state import State
from placet.jsonata.values import UNDEFINED, ConsArray, KeptSequence, Sequence

__all__ = [
    "Tuples", "append", "chain", "checked", "collapse", "descendants", "extend", "filter_inputs",
    "first_inputs", "follow", "follow_any", "group_inputs", "group_keys", "group_tuples", "index", "inputs",
    "join_items", "keep", "keep_path", "lookup", "matches_index", "push", "select", "select_one",
    "sort_order", "tuple_inputs", "tuple_step", "wildcard",
]  # fmt: skip

Tuple = dict[str, Any]

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


def lookup(value: Any, name: str) -> Any:
    """The field `name` of an object, or the sequence of that field over an array's items."""
    if isinstance(value, dict):
        return value.get(name, UNDEFINED)
    if isinstance(value, list):
        return collapse(_lookup_all(value, name))
    return UNDEFINED


def _lookup_all(values: list[Any], name: str) -> Sequence:
    result = Sequence()
    for item in values:
        if isinstance(item, list):
            result.extend(_lookup_all(item, name))
        elif isinstance(item, dict):
            join_items(result, item.get(name, UNDEFINED))
    return result


def inputs(context: Any) -> list[Any]:
    """What the first step of a path runs over."""
    return context if isinstance(context, list) else [context]


def first_inputs(found: Any) -> list[Any]:
    """What the second step runs over after an array constructor."""
    if isinstance(found, list):
        return found
    return [] if found is UNDEFINED else [found]


def select(results: list[Any], last: bool) -> list[Any]:
    """Flatten the results of one step into the next step's inputs, or the path's value."""
    if last and len(results) == 1:
        only = results[0]
        if isinstance(only, list) and type(only) not in SEQUENCES:
            return only
    flat = Sequence()
    for item in results:
        if isinstance(item, list) and type(item) is not ConsArray:
            flat.extend(item)
        else:
            flat.append(item)
    return flat


def select_one(found: Any, last: bool) -> list[Any]:
    """`select` for a step with a single input whose result is `found`."""
    if found is UNDEFINED:
        return Sequence()
    return select([found], last)


def chain(current: list[Any], links: tuple[str | int, ...], last: bool) -> Any:
    """Follow a run of names and constant indexes, `('items', 0, 'price')`, from the inputs.

    Returns the inputs of the next step, or the path's value when `last`.
    """
    position = 0
    end = len(links)
    while position < end:
        name = links[position]
        position += 1
        indexes_from = position
        while position < end and type(links[position]) is int:
            position += 1
        results = []
        for item in current:
            found = lookup(item, name)  # type: ignore[arg-type]
            for number in links[indexes_from:position]:
                found = index(found, number)  # type: ignore[arg-type]
            if found is not UNDEFINED:
                results.append(found)
        current = select(results, last and position == end)
        if not current:
            return current
    return current


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
    return item if isinstance(item, list) else Sequence([item])


def _whole(number: float) -> int:
    return floor(number) if number - number == 0 else -1 << 60


def matches_index(answer: Any, position: int, length: int) -> bool:
    """Whether a predicate that answered `answer` keeps the item at `position` of `length` items."""
    kind = type(answer)
    if kind is bool:
        return bool(answer)
    if kind is int or kind is float:
        wanted = _whole(answer)
        return position == (wanted + length if wanted < 0 else wanted)
    if isinstance(answer, list) and answer and all(_is_number(item) for item in answer):
        return any(matches_index(item, position, length) for item in answer)
    if isinstance(answer, list) and not answer:
        return False
    return truthy(answer)


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def join_items(result: list[Any], value: Any) -> None:
    """Add a step's result to a sequence that is being built, flattening one level."""
    if value is UNDEFINED:
        return
    if isinstance(value, list) and type(value) is not ConsArray:
        result.extend(value)
    else:
        result.append(value)


def append(first: Any, second: Any) -> Any:
    """Two values as one array: arrays are concatenated, anything else is an item."""
    if first is UNDEFINED:
        return second
    if second is UNDEFINED:
        return first
    left = first if isinstance(first, list) else [first]
    right = second if isinstance(second, list) else [second]
    return [*left, *right]


def wildcard(value: Any) -> Any:
    """`*`: the values of an object's fields (or an array's items), arrays flattened deeply."""
    if isinstance(value, dict):
        values: Iterable[Any] = value.values()
    elif isinstance(value, list):
        values = value
    else:
        return Sequence()
    if ARRAYS.isdisjoint(map(type, values)):
        return Sequence(values)
    result: list[Any] = Sequence()
    for item in values:
        if isinstance(item, list):
            # an array turns the result into a plain one, which does not collapse
            result = append(result, _flatten(item, []))
        else:
            result.append(item)
    return result


def _flatten(value: list[Any], into: list[Any]) -> list[Any]:
    for item in value:
        if isinstance(item, list):
            _flatten(item, into)
        else:
            into.append(item)
    return into


def descendants(value: Any) -> Any:
    """`**`: the value and everything below it, arrays dissolved, in document order."""
    result = Sequence()
    if value is UNDEFINED:
        return result
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(reversed(item))
            continue
        result.append(item)
        if isinstance(item, dict):
            pending.extend(reversed(item.values()))
    return result


def follow(value: Any, links: tuple[str | int, ...]) -> Any:
    """The value of a path of names and indexes from the whole input."""
    found = value
    for link in links:
        if type(found) is not dict or type(link) is not str:
            if type(link) is str and _is_plain(found):
                return UNDEFINED
            return collapse(chain([value], links, True))
        found = found.get(link, UNDEFINED)
    return found


def _is_plain(value: Any) -> bool:
    """Whether nothing can be found in `value`."""
    return value is None or value is UNDEFINED or isinstance(value, str | int | float)


def follow_any(value: Any, links: tuple[str | int, ...]) -> Any:
    """The value of a path of names and indexes from a context, which may be an array."""
    if isinstance(value, list):
        return collapse(chain(value, links, True))
    return follow(value, links)


def filter_inputs(found: Any) -> list[Any]:
    """What a predicate runs over."""
    return found if isinstance(found, list) else [found]


def group_inputs(found: Any) -> list[Any]:
    """What a group runs over; an object is made even from nothing."""
    if isinstance(found, list):
        return found or [UNDEFINED]
    return [found]


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


class Tuples(list[Tuple]):
    """A path's result for the enclosing path that reaches back through it."""

    __slots__ = ()


def tuple_inputs(found: Any) -> list[Any]:
    """What the first binding step runs over: the items that the steps before it gave."""
    if found is UNDEFINED:
        return []
    return [found[0]] if type(found) is ConsArray else [item[0] for item in found]


def tuple_step(
    entries: list[Tuple],
    results: Callable[[Tuple], Any],
    focus: str | None,
    position: str | None,
    ancestors: tuple[str, ...],
    yields_tuples: bool,
) -> list[Tuple]:
    """One step over tuples: each of `results(entry)` becomes a tuple that inherits the entry's names.

    `@` is the current value; `focus`, `position` and `ancestors` are the names this step binds.
    """
    out: list[Tuple] = []
    for entry in entries:
        found = results(entry)
        if found is UNDEFINED:
            continue
        items = found if isinstance(found, list) else [found]
        for number, item in enumerate(items):
            made = dict(entry)
            if yields_tuples:
                made.update(item)
            else:
                if focus is None:
                    made["@"] = item
                else:
                    made[focus] = item
                if position is not None:
                    made[position] = number
                for label in ancestors:
                    made[label] = entry["@"]
            out.append(made)
    return out


def group_keys(
    items: list[Any], keys: list[Callable[[Any], Any]], lines: tuple[Any, ...]
) -> dict[str, tuple[int, Any]]:
    """Sort the items of a group-by into `{key: (pair number, items of that key)}`.

    Raises:
        JSONataError: T1003 for a key that is no string, D1009 when two pairs give the same key.
    """
    groups: dict[str, tuple[int, Any]] = {}
    for item in items:
        for number, key_of in enumerate(keys):
            key = key_of(item)
            if key is UNDEFINED:
                continue
            if not isinstance(key, str):
                raise JSONataError("T1003", position=lines[number], value=key)
            if key not in groups:
                groups[key] = (number, item)
                continue
            pair, data = groups[key]
            if pair != number:
                raise JSONataError("D1009", position=lines[number], value=key)
            if type(data) is not _Group:
                data = _Group(data if isinstance(data, list) else [data])
                groups[key] = (pair, data)
            join_group(data, item)
    return groups


class _Group(list[Any]):
    """The items of one key, owned by `group_keys`, so that it may grow in place."""

    __slots__ = ()


def join_group(data: list[Any], item: Any) -> None:
    """Add an item to a group the way `append` would."""
    if isinstance(item, list):
        data.extend(item)
    elif item is not UNDEFINED:
        data.append(item)


def group_tuples(
    entries: list[Tuple], keys: list[Callable[[Any], Any]], lines: tuple[Any, ...]
) -> dict[str, tuple[int, Tuple]]:
    """`group_keys` for tuples: each group is one tuple, its names bound to all that the group bound.

    Raises:
        JSONataError: as `group_keys`.
    """
    groups = group_keys(entries, keys, lines)
    merged: dict[str, tuple[int, Tuple]] = {}
    for key, (pair, data) in groups.items():
        members = data if isinstance(data, list) else [data]
        entry: Tuple = {}
        for member in members:
            for name, value in member.items():
                entry[name] = append(entry.get(name, UNDEFINED), value)
        merged[key] = (pair, entry)
    return merged


def checked(state: State, values: Sequence) -> Sequence:
    """Account for a sequence that was made in one go."""
    state.tick(len(values))
    state.check_size(len(values))
    return values


def sort_order(
    items: list[Any],
    keys: list[Callable[[Any], Any]],
    terms: tuple[tuple[bool, int], ...],
) -> list[Any]:
    """Order items by their keys, stably; items without a key come last.

    `terms` gives (descending, position) per key.

    Raises:
        JSONataError: T2008 for a key that is neither number nor string, T2007 for both kinds mixed.
    """
    if len(items) < 2:
        return items
    decorated = [([key(item) for key in keys], item) for item in items]

    def compare(left: tuple[list[Any], Any], right: tuple[list[Any], Any]) -> int:
        for (descending, position), a, b in zip(terms, left[0], right[0], strict=True):
            if a is UNDEFINED or b is UNDEFINED:
                if a is b:
                    continue
                return 1 if a is UNDEFINED else -1
            order = _compare_keys(a, b, position)
            if order:
                return -order if descending else order
        return 0

    decorated.sort(key=cmp_to_key(compare))
    return Sequence(item for _, item in decorated)


def _compare_keys(a: Any, b: Any, position: int) -> int:
    for value in (a, b):
        if not (_is_number(value) or isinstance(value, str)):
            raise JSONataError("T2008", position=position, value=value)
    if isinstance(a, str) != isinstance(b, str):
        raise JSONataError("T2007", position=position, value=a, value2=b)
    if a == b:
        return 0
    if isinstance(a, str):
        return -1 if string_less(a, b) else 1
    return -1 if a < b else 1
