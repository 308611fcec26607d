"""Decimal pictures of `$formatNumber`: `#,##0.00;(0)`, `0.0e0`, `0%` (XPath 3.1 F&O, 4.7)."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.integer_picture import check_picture
from placet.jsonata.runtime.numbers import decimal_of, round_half_even
from placet.jsonata.runtime.state import State

__all__ = ["Symbols", "format_number"]

_DEFAULTS: Final = {
    "decimal-separator": ".",
    "grouping-separator": ",",
    "exponent-separator": "e",
    "infinity": "Infinity",
    "minus-sign": "-",
    "NaN": "NaN",
    "percent": "%",
    "per-mille": "‰",
    "zero-digit": "0",
    "digit": "#",
    "pattern-separator": ";",
}
_ONE_CHARACTER: Final = frozenset(_DEFAULTS) - {
    "infinity", "minus-sign", "NaN", "percent", "per-mille",
}  # fmt: skip


class Symbols(NamedTuple):
    """The characters with a meaning in a picture, from the function's options."""

    point: str
    grouping: str
    exponent: str
    minus: str
    percent: str
    per_mille: str
    digits: str
    optional: str
    pattern: str

    @property
    def active(self) -> str:
        """Every character of a number but the exponent separator."""
        return self.digits + self.optional + self.point + self.grouping


class _Format(NamedTuple):
    """One analysed sub-picture: sizes count digits, positions those between separator and point."""

    prefix: str
    suffix: str
    factor: int
    scaling: int
    min_integer: int
    min_fraction: int
    max_fraction: int
    min_exponent: int
    integer_groups: tuple[int, ...]
    repeat: int
    fraction_groups: tuple[int, ...]


def format_number(
    state: State, value: int | float, picture: str, options: Mapping[str, Any]
) -> str:
    """Write a number by a picture; the second sub-picture is for negative numbers.

    Ties are rounded to the even digit of the shortest decimal text.

    Raises:
        JSONataError: D3080 to D3093 for a picture against the rules, T0410 for an option that is no
            string, or not one character where it must be, U1001 for a longer one than a picture.
    """
    state.tick(len(picture))
    symbols = _symbols(options)
    formats = _parse(picture, symbols)
    format_ = formats[-1] if value < 0 else formats[0]
    # Percentages are taken in doubles, as all arithmetic of the language is.
    number = abs(decimal_of(value if format_.factor == 1 else float(value) * format_.factor))
    if not number.is_finite():
        raise JSONataError("D1001", value=number)
    state.check_size(format_.min_integer + format_.max_fraction + format_.min_exponent)
    return format_.prefix + _write(number, format_, symbols) + format_.suffix


def _symbols(options: Mapping[str, Any]) -> Symbols:
    chosen = dict(_DEFAULTS)
    for name, value in options.items():
        if isinstance(value, str):
            check_picture(value)
        wrong_length = name in _ONE_CHARACTER and isinstance(value, str) and len(value) != 1
        if not isinstance(value, str) or wrong_length:
            expected = f"an object with one character or text as `{name}`"
            raise JSONataError("T0410", index=3, expected=expected, found="something else")
        chosen[name] = value
    zero = ord(chosen["zero-digit"])
    return Symbols(
        point=chosen["decimal-separator"],
        grouping=chosen["grouping-separator"],
        exponent=chosen["exponent-separator"],
        minus=chosen["minus-sign"],
        percent=chosen["percent"],
        per_mille=chosen["per-mille"],
        digits="".join(chr(min(zero + digit, 0x10FFFF)) for digit in range(10)),
        optional=chosen["digit"],
        pattern=chosen["pattern-separator"],
    )


@functools.lru_cache(maxsize=512)
def _parse(picture: str, symbols: Symbols) -> tuple[_Format, ...]:
    parts = picture.split(symbols.pattern)
    if len(parts) > 2:
        raise JSONataError("D3080", picture=picture)
    formats = [_analyse(part, symbols) for part in parts]
    if len(formats) == 1:
        formats.append(_analyse(parts[0], symbols, symbols.minus))
    return tuple(formats)


class _Parts(NamedTuple):
    """A sub-picture cut up; `exponent` is None without an exponent separator."""

    prefix: str
    integer: str
    point: str
    fraction: str
    exponent: str | None
    suffix: str


def _cut(picture: str, symbols: Symbols) -> _Parts:
    places = [index for index, character in enumerate(picture) if character in symbols.active]
    start, end = (places[0], places[-1] + 1) if places else (0, len(picture))
    # An exponent separator right behind the number belongs to it, although nothing follows.
    end += picture.startswith(symbols.exponent, end)
    mantissa, exponent_mark, exponent = picture[start:end].partition(symbols.exponent)
    integer, point, fraction = mantissa.partition(symbols.point)
    return _Parts(
        prefix=picture[:start],
        integer=integer,
        point=point,
        fraction=fraction,
        exponent=exponent if exponent_mark else None,
        suffix=picture[end:],
    )


def _check(picture: str, parts: _Parts, symbols: Symbols) -> None:
    mantissa = parts.integer + parts.point + parts.fraction
    percents, per_milles = picture.count(symbols.percent), picture.count(symbols.per_mille)
    digits = symbols.digits + symbols.optional
    grouping, point = symbols.grouping, symbols.point
    scaled = percents + per_milles > 0
    problems = (
        ("D3081", symbols.point in parts.fraction),
        ("D3082", percents > 1),
        ("D3083", per_milles > 1),
        ("D3084", percents > 0 and per_milles > 0),
        ("D3085", not any(character in digits for character in mantissa)),
        ("D3086", any(character not in symbols.active for character in mantissa)),
        ("D3087", grouping + point in mantissa or point + grouping in mantissa),
        ("D3088", not parts.point and parts.integer.endswith(grouping)),
        ("D3089", grouping * 2 in mantissa),
        ("D3090", _follows(parts.integer, symbols.digits, symbols.optional)),
        ("D3091", _follows(parts.fraction, symbols.optional, symbols.digits)),
        ("D3092", scaled and parts.exponent is not None),
        (
            "D3093",
            parts.exponent is not None
            and not (parts.exponent and all(c in symbols.digits for c in parts.exponent)),
        ),
    )
    found = [code for code, present in problems if present]
    if found:
        # Of several problems the language reports the one with the highest code.
        raise JSONataError(found[-1], picture=picture)


def _follows(text: str, first: str, second: str) -> bool:
    """Whether any of `second` stands after any of `first`."""
    start = next((index for index, character in enumerate(text) if character in first), len(text))
    return any(character in second for character in text[start:])


def _analyse(picture: str, symbols: Symbols, minus: str = "") -> _Format:
    parts = _cut(picture, symbols)
    _check(picture, parts, symbols)
    min_integer = scaling = _count(parts.integer, symbols.digits)
    min_fraction = _count(parts.fraction, symbols.digits)
    max_fraction = min_fraction + parts.fraction.count(symbols.optional)
    if min_integer == 0 and max_fraction == 0:
        if parts.exponent is None:
            min_integer = 1
        else:
            min_fraction = max_fraction = 1
    if parts.exponent is not None and min_integer == 0 and symbols.optional in parts.integer:
        min_integer = 1
    if min_integer == 0 and min_fraction == 0:
        min_fraction = 1
    integer_groups = _positions(parts.integer[::-1], symbols)
    return _Format(
        prefix=minus + parts.prefix,
        suffix=parts.suffix,
        factor=100 if symbols.percent in picture else 1000 if symbols.per_mille in picture else 1,
        scaling=scaling,
        min_integer=min_integer,
        min_fraction=min_fraction,
        max_fraction=max(max_fraction, min_fraction),
        min_exponent=len(parts.exponent) if parts.exponent else 0,
        integer_groups=integer_groups,
        repeat=_repeat(integer_groups),
        fraction_groups=_positions(parts.fraction, symbols),
    )


def _count(text: str, characters: str) -> int:
    return sum(character in characters for character in text)


def _positions(text: str, symbols: Symbols) -> tuple[int, ...]:
    """How many digits stand before each grouping separator, counted from the point outward."""
    positions: list[int] = []
    digits = 0
    for character in text:
        if character == symbols.grouping:
            positions.append(digits)
        else:
            digits += 1
    return tuple(positions)


def _repeat(positions: tuple[int, ...]) -> int:
    if not positions:
        return 0
    step = positions[0]
    return step if positions == tuple(step * (i + 1) for i in range(len(positions))) else 0


def _write(number: Decimal, format_: _Format, symbols: Symbols) -> str:
    exponent = 0
    if format_.min_exponent and number:
        exponent = number.adjusted() + 1 - format_.scaling
        number = number.scaleb(-exponent)
    text = format(round_half_even(number, format_.max_fraction), "f")
    integer, _, fraction = text.partition(".")
    integer = integer.lstrip("0").rjust(format_.min_integer, "0")
    fraction = fraction.rstrip("0").ljust(format_.min_fraction, "0")
    result = _localized(_group_integer(integer, format_, symbols), symbols)
    if fraction:
        result += symbols.point
        result += _localized(_group_fraction(fraction, format_, symbols), symbols)
    if format_.min_exponent:
        digits = str(abs(exponent)).rjust(format_.min_exponent, "0")
        sign = symbols.minus if exponent < 0 else ""
        result += symbols.exponent + sign + _localized(digits, symbols)
    return result


def _localized(text: str, symbols: Symbols) -> str:
    if symbols.digits[0] == "0":
        return text
    return text.translate({48 + digit: symbols.digits[digit] for digit in range(10)})


def _group_integer(digits: str, format_: _Format, symbols: Symbols) -> str:
    if format_.repeat:
        positions: tuple[int, ...] = tuple(range(format_.repeat, len(digits), format_.repeat))
    else:
        positions = tuple(at for at in format_.integer_groups if 0 < at < len(digits))
    return _insert(digits, [len(digits) - at for at in reversed(positions)], symbols.grouping)


def _group_fraction(digits: str, format_: _Format, symbols: Symbols) -> str:
    return _insert(
        digits, [at for at in format_.fraction_groups if 0 < at < len(digits)], symbols.grouping
    )


def _insert(digits: str, cuts: list[int], separator: str) -> str:
    edges = [0, *cuts, len(digits)]
    return separator.join(digits[start:end] for start, end in itertools.pairwise(edges))
