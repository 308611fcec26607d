"""Numeric functions: `$number`, `$abs`, `$round`, `$power`, `$formatBase` and their like."""

from __future__ import annotations

import math
import os
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.integer_picture import (
    check_picture,
    format_integer,
    parse_integer,
    parse_integer_picture,
)
from placet.jsonata.functions.number_picture import format_number
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.numbers import (
    decimal_of,
    js_number,
    normalize,
    parse_number,
    round_half_even,
)
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@builtin(
    "number", "<(nsb)-:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def number(state: State, value: Any) -> Any:
    """The number that a string, boolean or number stands for; D3030 when the text is none."""
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, str):
        return value
    parsed = parse_number(value)
    if parsed is None:
        raise JSONataError("D3030", value=value, index=1)
    return parsed


@builtin(
    "abs", "<n-:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def absolute(state: State, value: Any) -> Any:
    """The magnitude of a number."""
    return value if value is UNDEFINED else abs(value)


@builtin(
    "floor", "<n-:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def floor(state: State, value: Any) -> Any:
    """The largest whole number not above `value`."""
    return value if value is UNDEFINED else normalize(math.floor(value))


@builtin(
    "ceil", "<n-:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def ceil(state: State, value: Any) -> Any:
    """The smallest whole number not below `value`."""
    return value if value is UNDEFINED else normalize(math.ceil(value))


@builtin(
    "round", "<n-n?:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def round_number(state: State, value: Any, precision: Any) -> Any:
    """`value` to `precision` decimals (default 0, negative: tens, hundreds …), ties to even.

    What counts as a tie is decided on the shortest decimal text: 4.35 to one place is 4.4.
    """
    if value is UNDEFINED:
        return value
    places = 0 if precision is UNDEFINED else int(precision)
    if isinstance(value, int) and places >= 0:
        return value
    return normalize(float(round_half_even(decimal_of(value), places)))


@builtin(
    "power", "<n-n:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def power(state: State, base: Any, exponent: Any) -> Any:
    """`base` to the power of `exponent`; D3061 when that is no finite real number."""
    if base is UNDEFINED:
        return base
    try:
        return normalize(math.pow(base, exponent))
    except (OverflowError, TypeError, ValueError):
        raise JSONataError("D3061", base=base, exponent=exponent) from None


@builtin(
    "sqrt", "<n-:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def square_root(state: State, value: Any) -> Any:
    """The square root; D3060 for a negative number."""
    if value is UNDEFINED:
        return value
    if value < 0:
        raise JSONataError("D3060", value=value)
    return normalize(math.sqrt(value))


@builtin(
    "random", "<:n>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.NEVER, reads=Reads.CHANCE, passes=Passes.NOTHING,
)  # fmt: skip
def random(state: State) -> float:
    """A number from 0 up to, not including, 1."""
    return (int.from_bytes(os.urandom(7), "big") >> 3) / 2**53


@builtin(
    "formatBase", "<n-n?:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def format_base(state: State, value: Any, radix: Any) -> Any:
    """The rounded number in base 2 to 36 (default 10), in lower case; D3100 for another base."""
    if value is UNDEFINED:
        return value
    base = 10 if radix is UNDEFINED else int(round_half_even(decimal_of(radix), 0))
    if not 2 <= base <= 36:
        raise JSONataError("D3100", value=base)
    whole = normalize(float(round_half_even(decimal_of(value), 0)))
    if base == 10:
        return js_number(whole)
    return ("-" if whole < 0 else "") + _in_base(abs(int(whole)), base)


def _in_base(rest: int, base: int) -> str:
    digits = ""
    while True:
        rest, digit = divmod(rest, base)
        digits = _DIGITS[digit] + digits
        if not rest:
            return digits


@builtin(
    "formatNumber", "<n-so?:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def format_number_function(state: State, value: Any, picture: Any, options: Any) -> Any:
    """`value` by a decimal picture such as `#,##0.00`; D3080 to D3093 for a bad picture."""
    if value is UNDEFINED:
        return value
    check_picture(picture)
    return format_number(state, value, picture, {} if options is UNDEFINED else options)


@builtin(
    "formatInteger", "<n-s:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def format_integer_function(state: State, value: Any, picture: Any) -> Any:
    """The whole part by an integer picture: `#,##0`, `w` words, `I` roman, `A` letters, `0;o`."""
    if value is UNDEFINED:
        return value
    check_picture(picture)
    whole = value if isinstance(value, int) else int(decimal_of(float(math.floor(value))))
    return format_integer(state, whole, parse_integer_picture(picture))


@builtin(
    "parseInteger", "<s-s:n>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def parse_integer_function(state: State, text: Any, picture: Any) -> Any:
    """The number that `text` shows in the notation of an integer picture; D3030 when it is none."""
    if text is UNDEFINED:
        return text
    check_picture(picture)
    parsed = parse_integer(state, text, parse_integer_picture(picture))
    if parsed is None:
        raise JSONataError("D3030", value=text, index=1)
    return normalize(parsed)
