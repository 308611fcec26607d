"""Date-time functions: `$now`, `$millis`, `$fromMillis`, `$toMillis`."""

from __future__ import annotations

import re
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.calendar import Moment
from placet.jsonata.functions.datetime_format import format_iso, format_moment
from placet.jsonata.functions.datetime_parse import parse_iso, parse_moment
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.integer_picture import check_picture
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []

_TIMEZONE: Final = r"([-+]?)([0-9]{1,2}):?([0-5][0-9])|[-+]?00?|Z"


@builtin(
    "now", "<s?s?:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.NEVER, reads=Reads.CLOCK, passes=Passes.NOTHING,
)  # fmt: skip
def now(state: State, picture: Any, timezone: Any) -> str:
    """The evaluation's time as text, by default in ISO 8601."""
    return _text(state, state.now, picture, timezone)


@builtin(
    "millis", "<:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.NEVER, reads=Reads.CLOCK, passes=Passes.NOTHING,
)  # fmt: skip
def millis(state: State) -> int:
    """The evaluation's time in milliseconds since 1970 UTC."""
    return state.now


@builtin(
    "fromMillis", "<n-s?s?:s>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def from_millis(state: State, milliseconds: Any, picture: Any, timezone: Any) -> Any:
    """A timestamp as text by a date-time picture, on the clock of an offset such as `-0530`."""
    if milliseconds is UNDEFINED:
        return milliseconds
    return _text(state, milliseconds, picture, timezone)


@builtin(
    "toMillis", "<s-s?:n>",
    work=Work.LINEAR, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.TODAY, passes=Passes.NOTHING,
)  # fmt: skip
def to_millis(state: State, text: Any, picture: Any) -> Any:
    """The timestamp a text says, in ISO 8601 or the form of a picture; undefined if it differs."""
    if text is UNDEFINED:
        return text
    if picture is UNDEFINED:
        return parse_iso(text)
    check_picture(picture)
    milliseconds = parse_moment(state, text, picture)
    return UNDEFINED if milliseconds is None else milliseconds


def _text(state: State, milliseconds: int | float, picture: Any, timezone: Any) -> str:
    offset = 0 if timezone is UNDEFINED else _offset(timezone)
    moment = Moment.at(milliseconds, offset)
    if picture is UNDEFINED:
        return format_iso(moment)
    check_picture(picture)
    return format_moment(state, moment, picture)


def _offset(timezone: str) -> int:
    """Minutes of `hhmm`, `hh:mm` (with or without sign), `0` or `Z`."""
    found = re.fullmatch(_TIMEZONE, timezone)
    if not found:
        raise JSONataError("D3134", picture=timezone)
    minutes = int(found[2] or 0) * 60 + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes
