"""One evaluation's clock and limits, handed to everything that may loop, recurse or grow."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.stack import on_fresh_stack
from placet.jsonata.values import UNDEFINED, Function

__all__ = ["Limits", "State", "read_clock"]

CALLS_PER_STACK: Final = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one evaluation may go before it ends with U1001 (D2014 for one huge range).

    `time_ms` wall-clock milliseconds, `steps` units of work (about one per item visited or call
    made), `depth` nested calls, `size` items of one array or characters of one string.
    """

    time_ms: float = 1000.0
    steps: int = 10_000_000
    depth: int = 500
    size: int = 1_000_000


def read_clock() -> int:
    """Milliseconds since 1970: the one place where the language looks at the real clock, once for
    an evaluation whose caller gives no time."""
    return time.time_ns() // 1_000_000


class State:
    """Mutable bookkeeping of one evaluation.

    All that a function may know of its evaluation is here, and a state without it has no default
    for it: who asks for the time of none fails.
    """

    __slots__ = ("_now", "_steps_left", "_until", "deadline", "depth", "has_gaps", "limits")

    def __init__(self, limits: Limits, now: int | None = None) -> None:
        self.limits = limits
        self.deadline = time.monotonic() + limits.time_ms / 1000.0
        self.depth = 0
        self._steps_left = limits.steps
        self._until = 0
        self._now = now
        # whether an array may hold `UNDEFINED`, as a match's groups do
        self.has_gaps = False

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
            self._until = 1000
            if time.monotonic() > self.deadline:
                raise JSONataError("U1001", limit=f"{self.limits.time_ms:g} ms")

    def check_size(self, size: int) -> None:
        """Refuse an array or string of `size` items before it is built.

        Raises:
            JSONataError: U1001 when it is above the limit.
        """
        if size > self.limits.size:
            raise JSONataError("U1001", limit=f"{self.limits.size} items or characters")

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
