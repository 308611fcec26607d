"""Numbers as the language sees them: doubles, written and read as JavaScript does."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from placet.jsonata.errors import JSONataError

__all__ = [
    "MAX_SAFE",
    "decimal_of",
    "js_number",
    "normalize",
    "number_text",
    "parse_number",
    "round_half_even",
]

MAX_SAFE: Final = 2**53
"""Up to this magnitude every whole number is a double; an int beyond it is kept as a float."""

_EXACT: Final = Context(prec=1100, Emax=99999, Emin=-99999)
_SIGNIFICANT_15: Final = Context(prec=15, rounding=ROUND_HALF_UP)
_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_PREFIXED: Final = r"0(?:[xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)"


def normalize(number: int | float) -> int | float:
    """The one Python form of a number: int where it is whole and within ±2**53, else float.

    Raises:
        JSONataError: D1001 for an infinity, a NaN or an int no double can hold.
    """
    if isinstance(number, int):
        if -MAX_SAFE <= number <= MAX_SAFE:
            return number
        try:
            return float(number)
        except OverflowError:
            raise JSONataError("D1001", value=number) from None
    if number.is_integer():
        return int(number) if -MAX_SAFE <= number <= MAX_SAFE else number
    if math.isfinite(number):
        return number
    raise JSONataError("D1001", value=number)


def js_number(number: int | float) -> str:
    """The shortest text that reads back as the same double, in JavaScript's layout.

    Plain digits from 1e-6 up to below 1e21, else an exponent: `1e+21`, `1.5e-7`. Minus zero is `0`.
    """
    if isinstance(number, int):
        if -MAX_SAFE <= number <= MAX_SAFE:
            return str(number)
        number = float(number)
    if number.is_integer() and -MAX_SAFE <= number <= MAX_SAFE:
        return str(int(number))
    text = repr(number)
    if "e" not in text:
        return text.removesuffix(".0")
    mantissa, _, exponent = text.partition("e")
    power = int(exponent)
    if -7 < power < 21:
        return format(Decimal(text), "f")
    return f"{mantissa.removesuffix('.0')}e{power:+d}"


def number_text(number: int | float) -> str:
    """What `$string` gives: a fraction is rounded to 15 significant digits first.

    So 0.1 + 0.2 is `0.3`; a whole number keeps all its digits. `number` must be finite.
    """
    if isinstance(number, float) and not number.is_integer():
        number = _fifteen_digits(number)
    return js_number(number)


def _fifteen_digits(number: float) -> float:
    text = repr(number)
    if len(text) < 16:
        return number
    if text.partition("e")[0].endswith("5"):
        # The only place where the half-even rounding of `format` differs from JavaScript's.
        return float(_SIGNIFICANT_15.plus(Decimal(number)))
    return float(f"{number:.15g}")


def parse_number(text: str) -> int | float | None:
    """A number written as JSON does (leading zeros allowed) or with 0x, 0o or 0b; else None.

    None too when it is too large for a double.
    """
    if _DECIMAL.fullmatch(text):
        number = float(text)
    elif re.fullmatch(_PREFIXED, text):
        try:
            number = float(int(text, 0))
        except OverflowError:
            return None
    else:
        return None
    return normalize(number) if math.isfinite(number) else None


def decimal_of(number: int | float) -> Decimal:
    """The decimal that a number's shortest text denotes."""
    return Decimal(repr(float(number))) if isinstance(number, float) else Decimal(number)


def round_half_even(number: Decimal, places: int) -> Decimal:
    """`number` to `places` digits after the point (negative: before it), ties to the even digit."""
    if places >= -number.as_tuple().exponent:  # type: ignore[operator]  # finite, so an int
        return number
    if places < -330:
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)
