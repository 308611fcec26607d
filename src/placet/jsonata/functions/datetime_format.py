"""Write a moment by a date-time picture."""

from __future__ import annotations

import math

from placet.jsonata.functions.calendar import Moment, month_week_of, week_of
from placet.jsonata.functions.datetime_picture import (
    Component,
    names_of,
    parse_datetime_picture,
)
from placet.jsonata.functions.integer_picture import format_integer
from placet.jsonata.runtime.state import State

__all__ = ["format_iso", "format_moment"]


def format_iso(moment: Moment) -> str:
    """`2018-03-23T10:33:36.617Z`, or an offset for `Z`; a year shows its last four digits."""
    year = f"{int(math.fmod(moment.year, 10_000)):0{4 if moment.year >= 0 else 5}d}"
    date = f"{year}-{moment.month:02d}-{moment.day:02d}"
    time = f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}.{moment.millisecond:03d}"
    if not moment.offset:
        return f"{date}T{time}Z"
    hours, minutes = divmod(abs(moment.offset), 60)
    return f"{date}T{time}{'-' if moment.offset < 0 else '+'}{hours:02d}:{minutes:02d}"


def format_moment(state: State, moment: Moment, picture: str) -> str:
    """Write `moment` by `picture`.

    Raises:
        JSONataError: D3130 to D3135 for a bad picture, U1001 for a text beyond the limit.
    """
    state.tick(len(picture))
    texts: list[str] = []
    size = 0
    for part in parse_datetime_picture(picture):
        text = part if isinstance(part, str) else _component_text(state, moment, part)
        texts.append(text)
        size += len(text)
        state.check_size(size)
    return "".join(texts)


def _component_text(state: State, moment: Moment, component: Component) -> str:
    if component.letter in "CE":
        return "ISO"
    if component.letter in "Zz":
        return _offset_text(state, moment.offset, component)
    if component.letter == "P":
        name = names_of(component)[moment.hour >= 12]
        return name.upper() if component.names == "upper" else name
    value = _value(moment, component.letter)
    if component.names is not None:
        name = names_of(component)[value - 1]
        if component.names == "upper":
            return name.upper()
        return name.lower() if component.names == "lower" else name
    if component.modulus:
        # The sign stays with the year, as the remainder of doubles has it.
        value = int(math.copysign(abs(value) % component.modulus, value))
    return format_integer(state, value, component.integer)


def _value(moment: Moment, letter: str) -> int:
    match letter:
        case "Y":
            return moment.year
        case "M":
            return moment.month
        case "D":
            return moment.day
        case "d":
            return moment.day_of_year
        case "F":
            return moment.weekday
        case "X":
            return week_of(moment.days)[0]
        case "W":
            return week_of(moment.days)[1]
        case "x":
            return month_week_of(moment.days)[0]
        case "w":
            return month_week_of(moment.days)[1]
        case "H":
            return moment.hour
        case "h":
            return moment.hour % 12 or 12
        case "m":
            return moment.minute
        case "s":
            return moment.second
        case _:
            return moment.millisecond


def _offset_text(state: State, offset: int, component: Component) -> str:
    if component.zulu and offset == 0:
        return "Z"
    integer = component.integer
    hours, minutes = divmod(abs(offset), 60)
    if integer.separators or integer.mandatory > 2:
        text = format_integer(state, hours * 100 + minutes, integer)
    else:
        text = format_integer(state, hours, integer)
        if minutes:
            text += f":{minutes:02d}"
    return ("GMT" if component.letter == "z" else "") + ("-" if offset < 0 else "+") + text
