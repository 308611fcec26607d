"""Tuples, groups and sorts: what works on all items of a sequence together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.conversions import is_number
from placet.jsonata.runtime.operators import string_less
from placet.jsonata.runtime.ordering import is_uniform, merge_sort, sort_in_parts
from placet.jsonata.runtime.state import LIST, OBJECT, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, ConsArray, Sequence

__all__ = [
    "Binding", "Tuples", "group_inputs", "group_keys", "group_tuples", "grouped", "sort_order",
    "tuple_inputs", "tuple_step", "tuples_of",
]  # fmt: skip

Tuple = dict[str, Any]
_NAME: Final = 60
_GROUPED: Final = 120
# A key that may be new, its slots, and the item's number.
_SORTED: Final = 100


class Tuples(list[Tuple]):
    """A path's result for the enclosing path that reaches back through it."""

    __slots__ = ()


def tuple_inputs(found: Any) -> list[Any]:
    """What the first binding step runs over: the items that the steps before it gave."""
    if found is UNDEFINED:
        return []
    return [found[0]] if type(found) is ConsArray else [item[0] for item in found]


def tuples_of(state: State, inputs: list[Any]) -> list[Tuple]:
    """The first tuples of a path: of each input, nothing bound yet.

    Raises:
        JSONataError: U1001 past a limit.
    """
    state.spend((OBJECT + SLOT) * len(inputs))
    return [{"@": item} for item in state.paced(inputs)]


class Binding(NamedTuple):
    """The names that a step binds in its tuples: the item, its number, and the step's input."""

    focus: str | None
    position: str | None
    ancestors: tuple[str, ...]


def tuple_step(
    state: State,
    entries: list[Tuple],
    results: Callable[[Tuple], Any],
    binding: Binding | None,
) -> list[Tuple]:
    """One step over tuples: each of `results(entry)` becomes a tuple with the entry's names.

    `@` is the current value. Without `binding` the results are tuples themselves, which join the
    entry.

    Raises:
        JSONataError: U1001 for more tuples than the limits allow.
    """
    out: list[Tuple] = []
    for entry in state.paced(entries):
        found = results(entry)
        if found is UNDEFINED:
            continue
        items = found if isinstance(found, list) else [found]
        state.check_size(len(out) + len(items))
        # the tuple's table grows with its names
        state.spend((OBJECT + _NAME * len(entry)) * len(items))
        if binding is None:
            out.extend({**entry, **item} for item in state.paced(items))
        else:
            out.extend(_bound(entry, state.paced(items), binding))
    return out


def _bound(entry: Tuple, items: Iterable[Any], binding: Binding) -> Iterator[Tuple]:
    value = "@" if binding.focus is None else binding.focus
    inherited = {**entry, **dict.fromkeys(binding.ancestors, entry["@"])}
    for number, item in enumerate(items):
        made = {**inherited, value: item}
        if binding.position is not None:
            made[binding.position] = number
        yield made


def group_keys(
    items: list[Any],
    keys: list[Callable[[Any], Any]],
    lines: tuple[Any, ...],
    state: State,
) -> dict[str, tuple[int, Any]]:
    """Sort the items of a group-by into `{key: (pair number, items of that key)}`.

    Raises:
        JSONataError: T1003 for a key that is no string, D1009 when two pairs give the same key,
            U1001 past a limit.
    """
    groups: dict[str, tuple[int, Any]] = {}
    for item in state.paced(items):
        for number, key_of in enumerate(keys):
            key = key_of(item)
            if key is UNDEFINED:
                continue
            if not isinstance(key, str):
                raise JSONataError("T1003", position=lines[number], value=key)
            if key not in groups:
                state.spend(_GROUPED)
                groups[key] = (number, item)
                continue
            pair, data = groups[key]
            if pair != number:
                raise JSONataError("D1009", position=lines[number], value=key)
            if type(data) is not _Group:
                data = _Group(data if isinstance(data, list) else [data])
                state.spend(LIST + SLOT * len(data))
                groups[key] = (pair, data)
            join_group(data, item, state)
    return groups


class _Group(list[Any]):
    """The items of one key, owned by `group_keys`, so that it may grow in place."""

    __slots__ = ()


def join_group(data: list[Any], item: Any, state: State) -> None:
    """Add an item to a group: an array's items one by one, nothing for what is not there."""
    if isinstance(item, list):
        state.tick(len(item))
        state.check_size(len(data) + len(item))
        state.spend(SLOT * len(item))
        data.extend(item)
    elif item is not UNDEFINED:
        state.spend(SLOT)
        data.append(item)


def group_tuples(
    entries: list[Tuple],
    keys: list[Callable[[Any], Any]],
    lines: tuple[Any, ...],
    state: State,
) -> dict[str, tuple[int, Tuple]]:
    """`group_keys` for tuples: each group is one tuple, its names bound to all that the group
    bound.

    Raises:
        JSONataError: as `group_keys`.
    """
    groups = group_keys(entries, keys, lines, state)
    merged: dict[str, tuple[int, Tuple]] = {}
    for key, (pair, data) in groups.items():
        members = data if isinstance(data, list) else [data]
        state.spend(OBJECT)
        merged[key] = (pair, _merged(members, state))
    return merged


def _merged(members: list[Tuple], state: State) -> Tuple:
    """One tuple of several: what a single one binds as it is, else all values in one array."""
    entry: Tuple = {}
    for member in state.paced(members):
        for name, value in member.items():
            present = entry.get(name, UNDEFINED)
            if present is UNDEFINED:
                entry[name] = value
            elif value is not UNDEFINED:
                if type(present) is not _Group:
                    alone, present = present, _Group()
                    entry[name] = present
                    join_group(present, alone, state)
                join_group(present, value, state)
    return entry


def grouped(
    state: State, groups: dict[str, tuple[int, Any]]
) -> Iterable[tuple[str, tuple[int, Any]]]:
    """The groups, to make an object of: accounts for that object.

    Raises:
        JSONataError: U1001 past a limit.
    """
    state.spend(OBJECT + _GROUPED * len(groups))
    return state.paced(groups.items(), len(groups))


def group_inputs(found: Any) -> list[Any]:
    """What a group runs over; an object is made even from nothing."""
    if isinstance(found, list):
        return found or [UNDEFINED]
    return [found]


def sort_order(
    items: list[Any],
    keys: list[Callable[[Any], Any]],
    terms: tuple[tuple[bool, int], ...],
    state: State,
) -> list[Any]:
    """Order items by their keys, stably; items without a key come last.

    `terms` gives (descending, position) per key.

    Raises:
        JSONataError: T2008 for a key that is neither number nor string, T2007 for both kinds mixed,
            U1001 past a limit.
    """
    if len(items) < 2:
        return Sequence(items)
    state.spend(_SORTED * len(items))
    first = [keys[0](item) for item in state.paced(items)]
    numbers = range(len(items))
    if len(keys) == 1 and is_uniform(first, state):
        order = sort_in_parts(state, numbers, first.__getitem__, terms[0][0])
    else:
        compare = _Comparison(items, keys, terms, first, state)
        order = merge_sort(list(numbers), lambda left, right: compare(left, right) > 0)
    return _ordered(items, order, state)


def _ordered(items: list[Any], order: list[int], state: State) -> Sequence:
    """The items by their numbers."""
    ordered = Sequence([items[number] for number in order])
    state.hold(ordered, LIST + SLOT * len(ordered))
    return ordered


class _Comparison:
    """Compares two items by number. Later keys are looked at only where earlier ones are equal."""

    def __init__(
        self,
        items: list[Any],
        keys: list[Callable[[Any], Any]],
        terms: tuple[tuple[bool, int], ...],
        first: list[Any],
        state: State,
    ) -> None:
        self._state = state
        self._items = items
        self._keys = keys
        self._terms = terms
        self._columns = [dict(enumerate(first)), *({} for _ in keys[1:])]

    def __call__(self, left: int, right: int) -> int:
        self._state.tick()
        for term, (descending, position) in enumerate(self._terms):
            a, b = self._key(term, left), self._key(term, right)
            if a is UNDEFINED or b is UNDEFINED:
                if a is b:
                    continue
                return 1 if a is UNDEFINED else -1
            if type(a) is str:
                self._state.tick(len(a) >> 10)
            order = _compare_keys(a, b, position)
            if order:
                return -order if descending else order
        return 0

    def _key(self, term: int, number: int) -> Any:
        column = self._columns[term]
        if number not in column:
            column[number] = self._keys[term](self._items[number])
        return column[number]


def _compare_keys(a: Any, b: Any, position: int) -> int:
    for value in (a, b):
        if not (is_number(value) or isinstance(value, str)):
            raise JSONataError("T2008", position=position, value=value)
    if isinstance(a, str) != isinstance(b, str):
        raise JSONataError("T2007", position=position, value=a, value2=b)
    if a == b:
        return 0
    if isinstance(a, str):
        return -1 if string_less(a, b) else 1
    return -1 if a < b else 1
