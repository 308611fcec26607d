"""Functions on arrays."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cmp_to_key, partial
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Given, Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.conversions import identity
from placet.jsonata.runtime.operators import string_less
from placet.jsonata.runtime.ordering import merge_sort, sort_in_parts
from placet.jsonata.runtime.state import LIST, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, KeptSequence, Sequence

__all__: list[str] = []

_NUMBERS: Final = frozenset({int, float})
_MOST_TEXT: Final = 2_000_000
# An entry of a table of items with what identifies it.
_DIFFERENT: Final = 160


@builtin(
    "append", "<xx:a>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
)  # fmt: skip
def append(state: State, first: Any, second: Any) -> Any:
    """One array of the items of both; what is no array counts as one item."""
    if first is UNDEFINED:
        return second
    if second is UNDEFINED:
        return first
    left = first if isinstance(first, list) else [first]
    right = second if isinstance(second, list) else [second]
    size = len(left) + len(right)
    state.check_size(size)
    state.tick(1 + size // 8)
    return [*left, *right]


@builtin(
    "reverse", "<a:a>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.SOME,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
)  # fmt: skip
def reverse(state: State, items: Any) -> Any:
    """The items from last to first."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    state.tick(1 + len(items) // 8)
    return items[::-1]


@builtin(
    "shuffle", "<a:a>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.SOME,
    missing=Missing.WITH_INPUT, reads=Reads.CHANCE, passes=Passes.ITEMS,
)  # fmt: skip
def shuffle(state: State, items: Any) -> Any:
    """The items in random order."""
    if items is UNDEFINED or len(items) <= 1:
        return items
    # Loaded here: hardly any rule shuffles.
    from random import SystemRandom

    chance, shuffled = SystemRandom(), list(items)
    for place in state.paced(range(len(shuffled) - 1, 0, -1)):
        other = chance.randrange(place + 1)
        shuffled[place], shuffled[other] = shuffled[other], shuffled[place]
    return shuffled


@builtin(
    "distinct", "<x:x>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.SOME,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
)  # fmt: skip
def distinct(state: State, items: Any) -> Any:
    """The items without those equal to an earlier one."""
    if not isinstance(items, list) or len(items) <= 1:
        return items
    kept: dict[Hashable, Any] = {}
    for item in state.paced(items):
        state.spend(_DIFFERENT)
        kept.setdefault(identity(item, state), item)
    return (
        Sequence(kept.values())
        if isinstance(items, (Sequence, KeptSequence))
        else list(kept.values())
    )


@builtin(
    "zip", "<a+>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.LIST,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
)  # fmt: skip
def zip_arrays(state: State, *arrays: Any) -> Any:
    """Arrays of the first items, the second items and so on, as far as the shortest array goes."""
    if UNDEFINED in arrays:
        return []
    length = min(map(len, arrays), default=0)
    state.check_size(length * len(arrays))
    state.spend(length * (LIST + SLOT * len(arrays)))
    rows = state.paced(zip(*arrays, strict=False), length * len(arrays))
    return [list(items) for items in rows]


@builtin(
    "sort", "<af?:a>",
    work=Work.LINEAR, takes=Takes.WHOLE, gives=Gives.SOME,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.ITEMS,
    hands=(Given.ITEM, Given.ITEM),
)  # fmt: skip
def sort(state: State, items: Any, comparator: Any) -> Any:
    """The items in order, equal ones as they were; `comparator(a, b)` says that a belongs after b.

    Raises:
        JSONataError: D3070 without a comparator for anything but only numbers or only strings.
    """
    if items is UNDEFINED or len(items) <= 1:
        return items
    if comparator is not UNDEFINED:

        def belongs_after(left: Any, right: Any) -> bool:
            state.tick()
            return _holds(state.apply(comparator, [left, right]))

        return merge_sort(items, belongs_after)
    kinds = set(map(type, items))
    if kinds <= _NUMBERS:
        return sort_in_parts(state, items)
    if kinds == {str}:
        return _sorted_texts(state, items)
    kind = str if type(items[0]) is str else (int, float)
    at = next(
        (
            number
            for number, item in enumerate(items)
            if type(item) is bool or not isinstance(item, kind)
        ),
        0,
    )
    where = f"item {at + 1} of {len(items)}"
    raise JSONataError("D3070", index=1, where=where, value=items[at])


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _sorted_texts(state: State, items: list[str]) -> list[str]:
    size = sum(map(len, items))
    if size > _MOST_TEXT:
        return sorted(items, key=cmp_to_key(partial(_order_of, state)))
    if all(map(str.isascii, items)):
        return sort_in_parts(state, items)
    state.tick(1 + size // 8)
    return sort_in_parts(state, items, _utf16)


def _order_of(state: State, left: str, right: str) -> int:
    """-1, 0 or 1, of texts that may be long."""
    state.tick(1 + min(len(left), len(right)) // 1_000)
    return 0 if left == right else -1 if string_less(left, right) else 1


def _holds(answer: Any) -> bool:
    """Whether a comparator said yes. Other than in `$boolean`, any array or object is a yes."""
    return isinstance(answer, (list, dict)) or bool(answer)
