"""Tuples, groups and sorts: what works on all items of a sequence together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from placet.jsonata.conversions import is_number
from placet.jsonata.errors import JSONataError
from placet.jsonata.operators import LARGEST, string_less
from placet.jsonata.paths import append
from placet.jsonata.state import State
from placet.jsonata.values import UNDEFINED, ConsArray, Sequence

__all__ = [
    "Binding", "Tuples", "group_inputs", "group_keys", "group_tuples", "is_uniform", "merge_sort",
    "sort_order", "tuple_inputs", "tuple_step",
]  # fmt: skip

Tuple = dict[str, Any]


class Tuples(list[Tuple]):
    """A path's result for the enclosing path that reaches back through it."""

    __slots__ = ()


def tuple_inputs(found: Any) -> list[Any]:
    """What the first binding step runs over: the items that the steps before it gave."""
    if found is UNDEFINED:
        return []
    return [found[0]] if type(found) is ConsArray else [item[0] for item in found]


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
    for entry in entries:
        found = results(entry)
        if found is UNDEFINED:
            continue
        items = found if isinstance(found, list) else [found]
        state.tick(len(items))
        state.check_size(len(out) + len(items))
        if binding is None:
            out.extend({**entry, **item} for item in items)
        else:
            out.extend(_bound(entry, items, binding))
    return out


def _bound(entry: Tuple, items: list[Any], binding: Binding) -> Iterator[Tuple]:
    value = "@" if binding.focus is None else binding.focus
    inherited = {**entry, **dict.fromkeys(binding.ancestors, entry["@"])}
    for number, item in enumerate(items):
        made = {**inherited, value: item}
        if binding.position is not None:
            made[binding.position] = number
        yield made


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
    """`group_keys` for tuples: each group is one tuple, its names bound to all that the group
    bound.

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


def group_inputs(found: Any) -> list[Any]:
    """What a group runs over; an object is made even from nothing."""
    if isinstance(found, list):
        return found or [UNDEFINED]
    return [found]


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
        return Sequence(items)
    first = [keys[0](item) for item in items]
    if len(keys) == 1 and is_uniform(first):
        order = sorted(range(len(items)), key=first.__getitem__, reverse=terms[0][0])
        return Sequence([items[number] for number in order])
    compare = _Comparison(items, keys, terms, first)
    order = merge_sort(list(range(len(items))), lambda left, right: compare(left, right) > 0)
    return Sequence([items[number] for number in order])


def merge_sort(items: list[Any], belongs_after: Callable[[Any, Any], bool]) -> list[Any]:
    """Top-down merge sort: which pairs are compared, and so which error comes first and what a
    comparison that contradicts itself gives, is the language's own."""
    if len(items) <= 1:
        return items
    middle = len(items) // 2
    left = merge_sort(items[:middle], belongs_after)
    right = merge_sort(items[middle:], belongs_after)
    merged: list[Any] = []
    first = second = 0
    while first < len(left) and second < len(right):
        if belongs_after(left[first], right[second]):
            merged.append(right[second])
            second += 1
        else:
            merged.append(left[first])
            first += 1
    return merged + left[first:] + right[second:]


class _Comparison:
    """Compares two items by number. Later keys are looked at only where earlier ones are equal."""

    def __init__(
        self,
        items: list[Any],
        keys: list[Callable[[Any], Any]],
        terms: tuple[tuple[bool, int], ...],
        first: list[Any],
    ) -> None:
        self._items = items
        self._keys = keys
        self._terms = terms
        self._columns = [dict(enumerate(first)), *({} for _ in keys[1:])]

    def __call__(self, left: int, right: int) -> int:
        for term, (descending, position) in enumerate(self._terms):
            a, b = self._key(term, left), self._key(term, right)
            if a is UNDEFINED or b is UNDEFINED:
                if a is b:
                    continue
                return 1 if a is UNDEFINED else -1
            order = _compare_keys(a, b, position)
            if order:
                return -order if descending else order
        return 0

    def _key(self, term: int, number: int) -> Any:
        column = self._columns[term]
        if number not in column:
            column[number] = self._keys[term](self._items[number])
        return column[number]


def is_uniform(keys: list[Any]) -> bool:
    """Whether Python orders these keys as the language does: ASCII texts, or exact numbers."""
    kinds = set(map(type, keys))
    if kinds == {str}:
        return all(map(str.isascii, keys))
    return kinds <= {int, float} and all(-LARGEST <= key <= LARGEST for key in keys)


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
