"""The values an expression works on, as Python objects.

null is None, booleans bool, numbers int or float (a number is a double: an int past ±2**53 is
turned into a float by arithmetic), strings str, objects dict, arrays list, functions `Function`. A
value that is not there is `UNDEFINED`; it never occurs inside objects, and inside arrays only where
a regular expression's group took no part (the groups behind it keep their numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from typing import Any, Final, final

__all__ = [
    "UNDEFINED", "ConsArray", "Function", "KeptSequence", "Sequence", "Undefined", "without_gaps",
]  # fmt: skip


@final
class Undefined:
    """The type of `UNDEFINED`, the value of what is not there. Falsy; one instance only."""

    __slots__ = ()
    _instance: Undefined | None = None

    def __new__(cls) -> Undefined:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __reduce__(self) -> str:
        return "UNDEFINED"

    def __copy__(self) -> Undefined:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Undefined:
        return self


UNDEFINED: Final = Undefined()


class Sequence(list[Any]):
    """An intermediate result that collapses: empty to `UNDEFINED`, one item to that item."""

    __slots__ = ()


class KeptSequence(list[Any]):
    """A sequence under the `[]` suffix: empty it still collapses, but one item stays an array."""

    __slots__ = ()


class ConsArray(list[Any]):
    """An array built by a constructor at the end of a path: the path keeps it whole."""

    __slots__ = ()


class Function:
    """A function value: built-in, lambda, partial application, composition, regex or transform.

    `arity` is the number of parameters it declares (what higher-order functions look at).
    Call it through `State.apply`.
    """

    __slots__ = ("arity", "name")

    def __init__(self, name: str, arity: int) -> None:
        self.name = name
        self.arity = arity

    def call(self, state: Any, arguments: list[Any], context: Any) -> Any:
        """Run on already evaluated arguments; `context` fills a signature's `-` parameters."""
        raise TypeError(f"{type(self).__name__} is not callable")


def without_gaps(value: Any, spend: Callable[[int], None]) -> Any:
    """The value as JSON has it: null stands where an array has nothing. `spend` is told the bytes
    of each copy that is made.
    """
    done: dict[int, Any] = {}

    def filled(part: Any) -> Any:
        if not isinstance(part, list | dict):
            return None if part is UNDEFINED else part
        # what is shared stays shared, or the copy could be far larger
        if id(part) not in done:
            if isinstance(part, dict):
                copy: Any = {name: filled(item) for name, item in part.items()}
            else:
                copy = type(part)(map(filled, part))
            spend(getsizeof(copy))
            done[id(part)] = copy
        return done[id(part)]

    return value if value is UNDEFINED else filled(value)
