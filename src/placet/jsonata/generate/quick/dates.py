"""Writes timestamps by pictures of plain numbers, such as `[Y0001]-[M01]-[D01]`."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.datetime_picture import Component, parse_datetime_picture
from placet.jsonata.generate.core import Generator, Value
from placet.jsonata.generate.quasi import constant, expression_template

__all__ = ["write_date_text"]

_TEXT = expression_template("quick_date(V, FIELDS, FORM)")
_FIELDS: Final = {
    "Y": "year",
    "M": "month",
    "D": "day",
    "H": "hour",
    "m": "minute",
    "s": "second",
}
_MOST_DIGITS: Final = 9
_YEARS: Final = 10_000


def write_date_text(gen: Generator, milliseconds: Value, picture: str) -> Value | None:
    """`$fromMillis(milliseconds, picture)`; None for a picture that asks for more than numbers."""
    try:
        parts = parse_datetime_picture(picture)
    except JSONataError:
        return None
    components = [part for part in parts if isinstance(part, Component)]
    if not components or not all(map(_is_plain, components)):
        return None
    form = "".join(_form(part) for part in parts)
    fields = gen.keep_constant(attrgetter(*(_FIELDS[part.letter] for part in components)))
    return Value(_TEXT(V=milliseconds.code, FIELDS=fields, FORM=constant(form)))


def _is_plain(component: Component) -> bool:
    plain = component.integer._replace(mandatory=1)
    return (
        component.letter in _FIELDS
        and component.names is None
        and 1 <= component.integer.mandatory <= _MOST_DIGITS
        and (not component.modulus or component.modulus >= _YEARS)
        and plain == Component(component.letter).integer
    )


def _form(part: str | Component) -> str:
    if isinstance(part, str):
        return part.replace("%", "%%")
    return f"%0{part.integer.mandatory}d" if part.integer.mandatory > 1 else "%d"
