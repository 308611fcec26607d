"""The operators on values: arithmetic, comparison, equality, membership, concatenation, range.

Numbers are doubles: an int past ±2**53 counts as the double next to it. Errors carry no position;
the generated code's line tells where they happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import copysign, fmod, inf, isfinite, isnan, nan
from sys import getsizeof
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.runtime.conversions import equal, to_string
from placet.jsonata.runtime.state import NUMBER, SLOT, State
from placet.jsonata.runtime.values import UNDEFINED, Sequence

__all__ = [
    "ARITHMETIC", "COMPARISONS", "as_text", "concatenate", "contained_in", "equals", "is_number",
    "negate", "not_equals", "number_range", "settle", "string_less",
]  # fmt: skip

LARGEST: Final = 2**53
MAX_RANGE: Final = 10_000_000
_UNITS_AT_ONCE: Final = 4_096
_LONG: Final = 256


def is_number(value: Any) -> bool:
    """Whether `value` is a usable number (a boolean is none, nor is NaN).

    Raises:
        JSONataError: D1001 for an infinite one.
    """
    kind = type(value)
    if kind is int:
        return True
    if kind is float:
        if isfinite(value):
            return True
        if not isnan(value):
            raise JSONataError("D1001", value=value)
    return False


def double(value: float) -> float:
    """`value` as the language holds it: ints past ±2**53 lose their last digits."""
    if type(value) is int and not -LARGEST <= value <= LARGEST:
        return _to_float(value)
    return value


def _to_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _operands(left: Any, right: Any, token: str) -> bool:
    """Whether both are there; raises T2001 or T2002 for one that is no number."""
    if left is not UNDEFINED and not is_number(left):
        raise JSONataError("T2001", token=token, value=left)
    if right is not UNDEFINED and not is_number(right):
        raise JSONataError("T2002", token=token, value=right)
    return left is not UNDEFINED and right is not UNDEFINED


def settle(value: Any) -> Any:
    """A result in its plainest form: whole floats within ±2**53 become ints, save minus zero."""
    if type(value) is not float:
        return double(value)
    if value.is_integer() and -LARGEST <= value <= LARGEST and (value or copysign(1, value) > 0):
        return int(value)
    return value


def add(left: Any, right: Any) -> Any:
    """`left + right`."""
    return settle(double(left) + double(right)) if _operands(left, right, "+") else UNDEFINED


def subtract(left: Any, right: Any) -> Any:
    """`left - right`."""
    return settle(double(left) - double(right)) if _operands(left, right, "-") else UNDEFINED


def multiply(left: Any, right: Any) -> Any:
    """`left * right`."""
    if not _operands(left, right, "*"):
        return UNDEFINED
    return settle(double(left) * double(right))


def divide(left: Any, right: Any) -> Any:
    """`left / right`; by zero it is infinite, an error as soon as somebody uses it."""
    if not _operands(left, right, "/"):
        return UNDEFINED
    if right == 0:
        if left == 0:
            return nan
        return inf if (left > 0) == (str(right)[0] != "-") else -inf
    return settle(double(left) / double(right))


def remainder(left: Any, right: Any) -> Any:
    """`left % right`, with the sign of `left`."""
    if not _operands(left, right, "%"):
        return UNDEFINED
    dividend = double(left)
    if right == 0 or not isfinite(dividend):
        return nan
    return settle(fmod(dividend, double(right)))


def negate(value: Any) -> Any:
    """`-value`.

    Raises:
        JSONataError: D1002 when it is no number.
    """
    if value is UNDEFINED:
        return value
    if not is_number(value):
        raise JSONataError("D1002", token="-", value=value)  # noqa: S106 - an operator
    return -value


def string_less(left: str, right: str) -> bool:
    """Order of strings: by UTF-16 code units, as the language has it."""
    if left.isascii() or right.isascii():
        return left < right
    for start in range(0, min(len(left), len(right)), _UNITS_AT_ONCE):
        end = start + _UNITS_AT_ONCE
        if left[start:end] != right[start:end]:
            return _units(left[start:end]) < _units(right[start:end])
    return len(left) < len(right)


def _units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _comparable(left: Any, right: Any, token: str, state: State | None) -> bool:
    """Whether both are there and of one kind.

    Raises:
        JSONataError: T2010 for something that has no order, T2009 for a number against a string.
    """
    for value in (left, right):
        kind = type(value)
        if not (kind is int or kind is float or kind is str or value is UNDEFINED):
            raise JSONataError("T2010", token=token, value=value)
    if left is UNDEFINED or right is UNDEFINED:
        return False
    if (type(left) is str) != (type(right) is str):
        raise JSONataError("T2009", token=token, value=left, value2=right)
    if state is not None and type(left) is str and len(left) > _LONG:
        state.tick(len(left) // _LONG)
    return True


def less(left: Any, right: Any, state: State | None = None) -> Any:
    """`left < right`."""
    if not _comparable(left, right, "<", state):
        return UNDEFINED
    return string_less(left, right) if type(left) is str else double(left) < double(right)


def less_equal(left: Any, right: Any, state: State | None = None) -> Any:
    """`left <= right`."""
    if not _comparable(left, right, "<=", state):
        return UNDEFINED
    return not string_less(right, left) if type(left) is str else double(left) <= double(right)


def greater(left: Any, right: Any, state: State | None = None) -> Any:
    """`left > right`."""
    if not _comparable(left, right, ">", state):
        return UNDEFINED
    return string_less(right, left) if type(left) is str else double(left) > double(right)


def greater_equal(left: Any, right: Any, state: State | None = None) -> Any:
    """`left >= right`."""
    if not _comparable(left, right, ">=", state):
        return UNDEFINED
    return not string_less(left, right) if type(left) is str else double(left) >= double(right)


def equals(left: Any, right: Any, state: State | None = None) -> bool:
    """`left = right`; false where one is not there."""
    return left is not UNDEFINED and right is not UNDEFINED and equal(left, right, state)


def not_equals(left: Any, right: Any, state: State | None = None) -> bool:
    """`left != right`; false too where one is not there."""
    return left is not UNDEFINED and right is not UNDEFINED and not equal(left, right, state)


def contained_in(left: Any, right: Any, state: State | None = None) -> bool:
    """`left in right`: a scalar is among an array's items (or is the one value)."""
    if left is UNDEFINED or right is UNDEFINED:
        return False
    items: Iterable[Any] = right if isinstance(right, list) else [right]
    if state is not None:
        items = state.paced(items)
    if isinstance(left, list | dict):
        return any(item is left for item in items)
    return any(not isinstance(item, list | dict) and equal(left, item, state) for item in items)


def concatenate(left: Any, right: Any, state: State | None = None) -> str:
    """`left & right` as text; what is not there is the empty text."""
    first, second = as_text(left, state), as_text(right, state)
    if state is None:
        return first + second
    size = len(first) + len(second)
    state.check_size(size)
    state.tick(size >> 10)
    joined = first + second
    state.hold(joined, getsizeof(joined))
    return joined


def as_text(value: Any, state: State | None) -> str:
    """What an operand of `&` adds to the text."""
    if type(value) is str:
        return value
    return "" if value is UNDEFINED else to_string(value, state=state)


def number_range(left: Any, right: Any, state: State) -> Any:
    """`left..right`: the integers from left up to right.

    Raises:
        JSONataError: T2003 or T2004 for an end that is no integer, D2014 for too many, U1001 past
            the evaluation's size limit.
    """
    if left is not UNDEFINED and not _is_integer(left):
        raise JSONataError("T2003", token="..", value=left)  # noqa: S106 - an operator
    if right is not UNDEFINED and not _is_integer(right):
        raise JSONataError("T2004", token="..", value=right)  # noqa: S106 - an operator
    if left is UNDEFINED or right is UNDEFINED or left > right:
        return UNDEFINED
    size = int(right) - int(left) + 1
    if size > MAX_RANGE:
        raise JSONataError("D2014", token="..", value=size)  # noqa: S106 - an operator
    state.check_size(size)
    state.spend((NUMBER + SLOT) * size)
    state.tick(size)
    state.look()
    return Sequence(range(int(left), int(right) + 1))


def _is_integer(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


ARITHMETIC: Final = {"+": add, "-": subtract, "*": multiply, "/": divide, "%": remainder}
COMPARISONS: Final = {"<": less, "<=": less_equal, ">": greater, ">=": greater_equal}
