"""Date-time pictures: `[Y0001]-[M01]-[D01]`, `[FNn,*-3], [D1o] [MNn]` (XPath 3.1 F&O, 9.8.4)."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.integer_picture import (
    Case,
    IntegerPicture,
    parse_integer_picture,
)

__all__ = ["DAYS", "MONTHS", "Component", "names_of", "parse_datetime_picture"]

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DEFAULTS: Final = {
    "Y": "1", "M": "1", "D": "1", "d": "1", "F": "n", "W": "1", "w": "1", "X": "1", "x": "1",
    "H": "1", "h": "1", "P": "n", "m": "01", "s": "01", "f": "1", "Z": "01:01", "z": "01:01",
    "C": "n", "E": "n",
}  # fmt: skip
_PLAIN: Final = IntegerPicture("decimal")
_WHITE: Final = r"\s+"
_LEADING_DIGITS: Final = r"\s*([0-9]{1,9})"


class Component(NamedTuple):
    """One `[…]` of a picture.

    `letter` says which part of the date. `names` is the case of a name; where it is None, `integer`
    is the notation of a number. `zulu`: write no offset as `Z`. `modulus` cuts a year to its last
    digits, 0 leaves it. `max_width` cuts a name.
    """

    letter: str
    names: Case | None = None
    integer: IntegerPicture = _PLAIN
    zulu: bool = False
    modulus: int = 0
    max_width: int | None = None


def names_of(component: Component) -> tuple[str, ...]:
    """The names a component with `names` chooses from, in order, cut to its width."""
    names = {"F": DAYS, "P": ("am", "pm")}.get(component.letter, MONTHS)
    return tuple(name[: component.max_width] for name in names)


@functools.lru_cache(maxsize=512)
def parse_datetime_picture(picture: str) -> tuple[str | Component, ...]:
    """Cut a picture into literal text and components; `[[` and `]]` stand for one bracket.

    Raises:
        JSONataError: D3130, D3131 for a bad number format, D3132 for an unknown component, D3133
            for a name where there is none, D3134 for a bad offset format, D3135 for a missing `]`.
    """
    return tuple(
        _component(re.sub(_WHITE, "", text)) if is_marker else text
        for is_marker, text in _cut(picture)
    )


def _cut(picture: str) -> list[tuple[bool, str]]:
    """Texts with whether each is what stands between two brackets."""
    cuts: list[tuple[bool, str]] = []
    literal = ""
    position = 0
    while (opening := picture.find("[", position)) >= 0:
        literal += picture[position:opening].replace("]]", "]")
        if picture.startswith("[[", opening):
            literal += "["
            position = opening + 2
            continue
        closing = picture.find("]", opening)
        if closing < 0:
            raise JSONataError("D3135", picture=picture)
        if literal:
            cuts.append((False, literal))
            literal = ""
        cuts.append((True, picture[opening + 1 : closing]))
        position = closing + 1
    literal += picture[position:].replace("]]", "]")
    return [*cuts, (False, literal)] if literal else cuts


def _component(marker: str) -> Component:
    letter = marker[:1]
    if letter not in _DEFAULTS or not letter:
        raise JSONataError("D3132", component=letter)
    presentation, comma, width = marker[1:].rpartition(",")
    if not comma:
        presentation, width = marker[1:], ""
    least, most = _widths(width)
    presentation = presentation or _DEFAULTS[letter]
    modifier = ""
    if len(presentation) > 1 and presentation[-1] in "atco":
        presentation, modifier = presentation[:-1], presentation[-1]
    if letter in "CE":
        return Component(letter)
    if letter == "P":
        return Component(letter, names=_name_case(presentation) or "lower")
    if letter in "Zz":
        return _offset(letter, presentation, zulu=modifier == "t")
    names = _name_case(presentation)
    if names is not None:
        if letter not in "MxF":
            raise JSONataError("D3133", component=letter)
        return Component(letter, names=names, max_width=most)
    integer = parse_integer_picture(f"{presentation};{modifier}" if modifier else presentation)
    return _number(letter, integer, least, most)


def _name_case(presentation: str) -> Case | None:
    if presentation.startswith("N"):
        return "title" if presentation.startswith("Nn") else "upper"
    return "lower" if presentation.startswith("n") else None


def _widths(text: str) -> tuple[int | None, int | None]:
    least, _, most = text.partition("-")
    return _width(least), _width(most)


def _width(text: str) -> int | None:
    found = re.match(_LEADING_DIGITS, text)
    return int(found[1]) if found else None


def _offset(letter: str, presentation: str, *, zulu: bool) -> Component:
    if _name_case(presentation) is not None:
        raise JSONataError("D3134", picture=presentation)
    try:
        integer = parse_integer_picture(presentation)
    except JSONataError as error:
        raise JSONataError("D3134", picture=presentation) from error
    if integer.notation != "decimal" or integer.mandatory > 4:
        raise JSONataError("D3134", picture=presentation)
    return Component(letter, integer=integer, zulu=zulu)


def _number(letter: str, integer: IntegerPicture, least: int | None, most: int | None) -> Component:
    if least is not None and integer.notation == "decimal":
        integer = integer._replace(mandatory=max(integer.mandatory, least))
    modulus = 0
    if letter == "Y":
        digits = integer.mandatory + integer.optional
        if most is not None:
            digits = most
            integer = integer._replace(mandatory=most)
        if digits >= 2 or most is not None:
            modulus = 10 ** min(digits, 20)
    return Component(letter, integer=integer, modulus=modulus)
