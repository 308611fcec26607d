"""Sorting as the language does it where Python's own order is the same, and never for long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from placet.jsonata.runtime.operators import LARGEST
from placet.jsonata.runtime.state import State

__all__ = ["is_uniform", "merge_sort", "sort_in_parts"]

_MOST_TEXT: Final = 2_000_000


def is_uniform(keys: list[Any], state: State | None = None) -> bool:
    """Whether Python orders these keys as the language does: ASCII texts, or exact numbers.

    With `state` also whether that takes no longer than other things of their number: long texts
    that begin alike are dear to compare.
    """
    kinds = set(map(type, keys))
    if kinds == {str}:
        plain = all(map(str.isascii, keys))
        return plain and (state is None or sum(map(len, keys)) <= _MOST_TEXT)
    return kinds <= {int, float} and all(-LARGEST <= key <= LARGEST for key in keys)


def sort_in_parts(
    state: State, items: Iterable[Any], key: Callable[[Any], Any] | None = None, down: bool = False
) -> list[Any]:
    """`sorted`, with a look at the clock between parts.

    Raises:
        JSONataError: U1001 past a limit.
    """
    runs = [sorted(part, key=key, reverse=down) for part in state.parts(items)]
    while len(runs) > 1:
        merged = []
        for first, second in zip(runs[::2], runs[1::2], strict=False):
            # two runs in order: Python merges them in one go
            state.tick(1 + (len(first) + len(second)) // 8)
            state.look()
            merged.append(sorted(first + second, key=key, reverse=down))
        runs = merged + runs[len(runs) - len(runs) % 2 :]
    return runs[0] if runs else []


def merge_sort(items: list[Any], belongs_after: Callable[[Any, Any], bool]) -> list[Any]:
    """Top-down merge sort: which pairs are compared, and so which error comes first and what a
    comparison that contradicts itself gives, is the language's own. `belongs_after` accounts for
    its work."""
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
