"""How quick code keeps its work in bounds: by giving up where its input is large.

Quick code has no clock. All it may do together stays so small that it needs none: loops count their
items, weighed with what is written in them, up to `MOST_WORK`; an operation outside of loops may
touch so many items that all operations of the expression together touch no more than that; one in
a loop may touch `FEW`, which the loop's weight allows for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from placet.jsonata.generate.quasi import block_template, constant
from placet.jsonata.runtime.state import SLOT, Limits, State
from placet.jsonata.runtime.values import UNDEFINED

__all__ = ["FEW", "IN_LOOP", "MOST_WORK", "QuickState", "write_account", "write_source"]

FEW: Final = 64
MOST_WORK: Final = 1_000_000
_SHORT: Final = 8
_CALL: Final = 8
# A walk through a value does so much more per part than other operations.
_WALK: Final = 8
_PACED: Final = 16
# Seconds that a pattern may search without being accounted for.
_PATIENCE: Final = 0.001

T = TypeVar("T")

_ACCOUNT = block_template("""
if len(V) > SHORT:
    work += len(V) * WEIGHT
    if work > MOST:
        raise TypeError
""")
_SOURCE = block_template("""
if type(V) is list:
    S = V
    if len(V) > SHORT:
        work += len(V) * WEIGHT
        if work > MOST:
            raise TypeError
else:
    S = OTHER
""")


class QuickState(State):
    """What operations of quick code account to. Keeps nothing: each one alone has to be small."""

    __slots__ = ("_most",)

    exact = False

    def __init__(self, most: int) -> None:
        super().__init__(Limits())
        self._most = max(most, FEW)

    def tick(self, work: int = 1) -> None:
        """Give up where one operation is too much work."""
        if work > self._most:
            raise TypeError

    def look(self) -> None:
        """Nothing to look at."""

    def counting(self) -> State:
        """A state that adds up the work of one walk."""
        return _Counting(self._most // _WALK)

    def paced(self, items: Iterable[T], size: int | None = None) -> Iterable[T]:
        """The items as they are, unless they are too many."""
        self.tick(_PACED * (len(items) if size is None else size))  # type: ignore[arg-type]
        return items

    def parts(self, items: Any, size: int = 0) -> Iterator[Any]:
        """The items in one part, unless they are too many."""
        self.tick(len(items))
        yield items

    def check_size(self, size: int) -> None:
        """Give up where one value is too large."""
        self.tick(size)

    def spend(self, amount: int) -> None:
        """What is made of few items is small."""

    def hold(self, value: Any, amount: int) -> None:
        """Give up where one value is too large."""
        self.tick(amount // (4 * SLOT))

    def made(self, value: Any) -> Any:
        """Nothing is kept account of."""
        return value

    @property
    def now(self) -> int:
        """Give up: it is no evaluation's own."""
        raise TypeError

    def time_left(self) -> float:
        """So little that whatever takes longer goes the long way."""
        return _PATIENCE

    def apply(self, function: Any, arguments: list[Any], context: Any = UNDEFINED) -> Any:
        """Give up: depth is counted for an evaluation."""
        raise TypeError


class _Counting(QuickState):
    __slots__ = ()

    def tick(self, work: int = 1) -> None:
        """Give up where all operations together are too much work."""
        self._most -= work
        if self._most < 0:
            raise TypeError

    def counting(self) -> State:
        """The same walk."""
        return self

    def paced(self, items: Iterable[T], size: int | None = None) -> Iterable[T]:
        """The items as they are, all of them counted."""
        self.tick(len(items) if size is None else size)  # type: ignore[arg-type]
        return items

    def check_size(self, size: int) -> None:
        """The work done bounds the size."""


IN_LOOP: Final = QuickState(FEW)
"""What an operation accounts to that runs once per item."""


def write_account(source: str, body: list[ast.stmt]) -> list[ast.stmt]:
    """The statement before a loop over `source` that counts its items by the weight of `body`."""
    statements: list[ast.stmt] = _ACCOUNT(V=source, **_measures(body))
    return statements


def write_source(target: str, value: str, other: ast.expr, body: list[ast.stmt]) -> list[ast.stmt]:
    """The same with making `target`, which is looped over: `value` if it is an array, else what
    `other` gives, which is never long."""
    statements: list[ast.stmt] = _SOURCE(S=target, V=value, OTHER=other, **_measures(body))
    return statements


def _measures(body: list[ast.stmt]) -> dict[str, ast.expr]:
    return {
        "SHORT": constant(_SHORT),
        "WEIGHT": constant(_weight(body)),
        "MOST": constant(MOST_WORK),
    }


def _weight(body: list[ast.stmt]) -> int:
    """How much work one run of `body` is: its statements, calls counted as several."""
    weight = 0
    pending: list[tuple[ast.AST, int]] = [(statement, 1) for statement in body]
    while pending:
        node, times = pending.pop()
        if isinstance(node, ast.stmt):
            weight += times
        elif isinstance(node, ast.Call):
            weight += times * _CALL
        inner = times * _SHORT if isinstance(node, ast.For) else times
        pending += [(child, inner) for child in ast.iter_child_nodes(node)]
    return weight
