"""One evaluation's clock and limits, handed to everything that may loop, recurse or grow.

How the limits hold: whatever works says so in `tick`, in proportion to what it touches, which looks
at the clock every `LOOK` units; long lists are run over in `paced` or `parts`, since one step over
them may be dear. Whatever makes values says what they take in `spend` or, where they may be large,
in `hold`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import islice
from sys import getrefcount, getsizeof
from typing import Any, ClassVar, Final, TypeVar

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.stack import on_fresh_stack
from placet.jsonata.runtime.values import UNDEFINED, Function

__all__ = [
    "CLOSURE", "LIST", "NUMBER", "OBJECT", "SLOT", "Limits", "State", "read_clock",
]  # fmt: skip

CALLS_PER_STACK: Final = 50
LOOK: Final = 100
"""Units of work between two looks at the clock."""
PART: Final = 10_000
"""Items that one call into Python's own code may touch."""

# What values take in memory, in bytes.
SLOT: Final = 8
NUMBER: Final = 32
LIST: Final = 88
OBJECT: Final = 240
CLOSURE: Final = 600
_LARGE: Final = 4_096
_ROOM: Final = 32 * 2**20
_TOO_LITTLE: Final = 16

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one evaluation may go before it ends with U1001 (D2014 for one huge range).

    `time_ms` wall-clock milliseconds, `steps` units of work (about one per item visited or call
    made), `depth` nested calls, `size` items of one array or characters of one string, `memory`
    bytes of all values that the evaluation makes: small ones count for good, those of 4 KiB and
    more as long as they are in use.

    At the defaults, the process grows by at most 256 MiB in one evaluation: what `memory` counts,
    and on top of it what one operation needs for a moment and what the allocator wastes.
    """

    time_ms: float = 1000.0
    steps: int = 10_000_000
    depth: int = 500
    size: int = 1_000_000
    memory: int = 128 * 2**20


def read_clock() -> int:
    """Milliseconds since 1970: the one place where the language looks at the real clock, once for
    an evaluation whose caller gives no time."""
    return time.time_ns() // 1_000_000


class State:
    """Mutable bookkeeping of one evaluation. `exact`: small values count too.

    All that a function may know of its evaluation is here, and a state without it has no default
    for it: who asks for the time of none fails.
    """

    exact: ClassVar[bool] = True
    __slots__ = (
        "_held", "_large", "_now", "_room", "_steps_left", "_until", "deadline", "depth",
        "has_gaps", "limits",
    )  # fmt: skip

    def __init__(self, limits: Limits, now: int | None = None) -> None:
        self.limits = limits
        self.deadline = time.monotonic() + limits.time_ms / 1000.0
        self.depth = 0
        self._steps_left = limits.steps
        self._until = LOOK
        self._now = now
        # whether an array may hold `UNDEFINED`, as a match's groups do
        self.has_gaps = False
        # bytes counted so far, but for what is left of the room given out last
        self._held = self._room = min(_ROOM, limits.memory)
        # by identity, which is unique as long as they are kept here: the value and its bytes
        self._large: dict[int, tuple[Any, int]] = {}

    @property
    def now(self) -> int:
        """Milliseconds since 1970, the same for the whole evaluation."""
        if self._now is None:
            raise AssertionError("there is no evaluation whose time this could be")
        return self._now

    def tick(self, work: int = 1) -> None:
        """Account for `work` units; call it in every loop whose length data or code decide.

        Raises:
            JSONataError: U1001 when the steps or the time are used up.
        """
        self._steps_left -= work
        if self._steps_left < 0:
            raise JSONataError("U1001", limit=f"{self.limits.steps} steps")
        self._until -= work
        if self._until < 0:
            self._until = LOOK
            self.look()

    def look(self) -> None:
        """Look at the clock.

        Raises:
            JSONataError: U1001 when the time is used up.
        """
        if time.monotonic() > self.deadline:
            raise JSONataError("U1001", limit=f"{self.limits.time_ms:g} ms")

    def counting(self) -> State:
        """The state to account to on a walk through a value that may have any number of parts."""
        return self

    def paced(self, items: Iterable[T], size: int | None = None) -> Iterable[T]:
        """The items (`size` of them; the length of a list), accounted for as they are met."""
        if size is None:
            size = len(items) if isinstance(items, Sized) else LOOK + 1
        if size > LOOK:
            return self._paced(items)
        self.tick(size)
        return items

    def _paced(self, items: Iterable[T]) -> Iterator[T]:
        iterator = iter(items)
        while part := list(islice(iterator, LOOK)):
            self.tick(len(part))
            self.look()
            yield from part

    def parts(self, items: Any, size: int = PART) -> Iterator[Any]:
        """A list or text in slices short enough for one call into Python's own code."""
        if len(items) <= size:
            self.tick(len(items))
            yield items
            return
        for start in range(0, len(items), size):
            self.tick(size)
            self.look()
            yield items[start : start + size]

    def check_size(self, size: int) -> None:
        """Refuse an array or string of `size` items before it is built.

        Raises:
            JSONataError: U1001 when it is above the limit.
        """
        if size > self.limits.size:
            raise JSONataError("U1001", limit=f"{self.limits.size} items or characters")

    def spend(self, amount: int) -> None:
        """Account for `amount` bytes of new values.

        Raises:
            JSONataError: U1001 when all values together would take more than the limit.
        """
        self._room -= amount
        if self._room < 0:
            self._make_room()

    def hold(self, value: Any, amount: int) -> None:
        """Account for `amount` bytes of a value that is finished, without what it holds.

        A large one counts as long as it is in use, and once however often it comes by.

        Raises:
            JSONataError: U1001 as `spend` does.
        """
        if amount >= _LARGE:
            if id(value) in self._large:
                return
            self._large[id(value)] = (value, amount)
        self._room -= amount
        if self._room < 0:
            self._make_room()

    def made(self, value: Any) -> Any:
        """Account for a text, array or object that an operation gave, and give it back.

        Raises:
            JSONataError: U1001 as `check_size` and `spend` do.
        """
        kind = type(value)
        if kind is str or isinstance(value, (list, dict)):
            self.check_size(len(value))
            self.hold(value, getsizeof(value))
        return value

    def _make_room(self) -> None:
        """Give up what nobody uses any more, and give out room anew."""
        limit = self.limits.memory
        # newest first: what a dropped value held is free in its turn
        for key in reversed(list(self._large)):
            entry = self._large[key]
            if getrefcount(entry[0]) <= _UNUSED:
                self._held -= entry[1]
                del self._large[key]
        held = self._held - self._room
        if held > limit - limit // _TOO_LITTLE:
            raise JSONataError("U1001", limit=f"{limit / 2**20:g} MiB of memory")
        self._room = min(_ROOM, limit - held)
        self._held = held + self._room

    def time_left(self) -> float:
        """Seconds until the deadline, at least a millisecond (what a regex may use)."""
        return max(self.deadline - time.monotonic(), 0.001)

    def apply(self, function: Any, arguments: list[Any], context: Any = UNDEFINED) -> Any:
        """Call a function value one level deeper.

        Raises:
            JSONataError: T1006 when `function` is none, U1001 past the depth, or what the call
                raises.
        """
        if not isinstance(function, Function):
            raise JSONataError("T1006")
        if self.depth >= self.limits.depth:
            raise JSONataError("U1001", limit=f"{self.limits.depth} nested calls")
        self.depth += 1
        try:
            if self.depth % CALLS_PER_STACK == 0:
                return on_fresh_stack(function.call, self, arguments, context)
            return function.call(self, arguments, context)
        finally:
            self.depth -= 1


def _unused() -> int:
    """The references that Python counts to a value that only its entry in a table has."""
    entry = (object(), 0)
    return getrefcount(entry[0])


_UNUSED: Final = _unused()
