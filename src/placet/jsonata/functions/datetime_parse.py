"""Read a timestamp: by a date-time picture, or ISO 8601 without one."""

from __future__ import annotations

import functools
import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.calendar import LAST_MILLISECOND, Moment, days_of
from placet.jsonata.functions.datetime_picture import (
    Component,
    names_of,
    parse_datetime_picture,
)
from placet.jsonata.functions.integer_picture import (
    IntegerPicture,
    integer_pattern,
    parse_integer,
)
from placet.jsonata.runtime.state import State

if TYPE_CHECKING:
    from regex import Pattern

__all__ = ["parse_iso", "parse_moment"]

_MOST_COMPONENTS: Final = 40
_WIDEST: Final = 100
_LONGEST: Final = 20_000
_ISO: Final = (
    r"(?P<Y>[0-9]{4})(?:-(?P<M>[01][0-9]))?(?:-(?P<D>[0-3][0-9]))?"
    r"(?:T(?P<H>[0-2][0-9]):(?P<m>[0-5][0-9]):(?P<s>[0-5][0-9])(?:\.(?P<f>[0-9]+))?)?"
    r"(?P<Z>Z|[-+][0-2][0-9]:?[0-5][0-9])?"
)


def parse_iso(text: str) -> int:
    """Milliseconds since 1970 of `2018`, `2018-03`, `2018-03-23` or `2018-03-23T10:33:36.617Z`.

    Without an offset the time is UTC. As in JavaScript, day 31 of a shorter
    month runs over into the next one.

    Raises:
        JSONataError: D3110 for any other text.
    """
    found = re.fullmatch(_ISO, text)
    if not found:
        raise JSONataError("D3110", value=text)
    month, day, hour = int(found["M"] or 1), int(found["D"] or 1), int(found["H"] or 0)
    minute, second = int(found["m"] or 0), int(found["s"] or 0)
    millisecond = _fraction(found["f"] or "0")
    past_midnight = hour > 24 or (hour == 24 and minute + second + millisecond > 0)
    if not 1 <= month <= 12 or not 1 <= day <= 31 or past_midnight:
        raise JSONataError("D3110", value=text)
    time = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
    zone = found["Z"]
    offset = 0 if zone in {None, "Z"} else _minutes(zone.replace(":", ""))
    return days_of(int(found["Y"]), month, day) * 86_400_000 + time - offset * 60_000


class _Matcher(NamedTuple):
    """The regular expression of a picture; its groups are the components, in order."""

    pattern: Pattern[str]
    components: tuple[Component, ...]


def parse_moment(state: State, text: str, picture: str) -> int | None:
    """Milliseconds since 1970 of what `text` says in the form of `picture`, in any case.

    Units above the largest given one are taken from the current time, those below the smallest one
    are their least value. None when the text has not that form, or the picture has no component.

    Raises:
        JSONataError: D3130 to D3135 for a bad picture, D3136 when a unit in between is missing or
            the date is only given by week, D3110 for a date outside the language's range.
    """
    if len(text) > _LONGEST:
        raise JSONataError("U1001", limit=f"{_LONGEST} characters of a date")
    state.tick(1 + (len(picture) + len(text)) // 8)
    matcher = _matcher(picture)
    try:
        found = matcher.pattern.fullmatch(text, timeout=state.time_left())
    except TimeoutError:
        raise JSONataError("U1001", limit=f"reading a date by `{picture}`") from None
    if not found or not matcher.components:
        return None
    values: dict[str, int] = {}
    for component, value in zip(matcher.components, found.groups(), strict=True):
        number = _component_value(state, value, component)
        if number is None:
            return None
        values["Z" if component.letter == "z" else component.letter] = number
    milliseconds = _resolve(values, state)
    if not -LAST_MILLISECOND <= milliseconds <= LAST_MILLISECOND:
        raise JSONataError("D3110", value=text)
    return milliseconds


@functools.lru_cache(maxsize=256)
def _matcher(picture: str) -> _Matcher:
    import regex  # only few expressions need it, and loading it takes a while

    parts = parse_datetime_picture(picture)
    components = tuple(part for part in parts if isinstance(part, Component))
    if len(components) > _MOST_COMPONENTS:
        raise JSONataError("U1001", limit=f"{_MOST_COMPONENTS} components of a date-time picture")
    patterns = [
        re.escape(part) if isinstance(part, str) else f"({_pattern(part, follower)})"
        for part, follower in itertools.pairwise((*parts, ""))
    ]
    return _Matcher(
        regex.compile("".join(patterns), regex.IGNORECASE, cache_pattern=False),
        components,
    )


def _pattern(component: Component, follower: str | Component) -> str:
    if component.letter in "CE":
        raise JSONataError("D3133", component=component.letter)
    if component.names is not None:
        names = sorted(names_of(component), key=len, reverse=True)
        return "|".join(names)
    integer = component.integer
    if component.letter in "Zz":
        return _offset_pattern(component, integer)
    if not _abuts(component, follower):
        return integer_pattern(integer)
    return integer_pattern(integer, min(max(integer.mandatory, 1), _WIDEST))


def _abuts(component: Component, follower: str | Component) -> bool:
    """Whether a number follows at once, so that only the picture's own width ends this one."""
    if isinstance(follower, str) or component.integer.notation != "decimal":
        return False
    return follower.names is None and follower.letter not in "ZzCE"


def _offset_pattern(component: Component, integer: IntegerPicture) -> str:
    if integer.separators:
        separator = re.escape(integer.separators[0][1])
        pattern = rf"[-+][0-9]{{1,2}}{separator}[0-9]{{2}}"
    elif integer.mandatory > 2:
        pattern = f"[-+][0-9]{{{integer.mandatory},4}}"
    else:
        pattern = "[-+][0-9]{1,2}(?::[0-9]{2})?"
    if component.letter == "z":
        pattern = "GMT" + pattern
    return f"{pattern}|Z" if component.zulu else pattern


def _component_value(state: State, text: str, component: Component) -> int | None:
    if component.names is not None:
        names = [name.lower() for name in names_of(component)]
        name = text.lower()
        return names.index(name) + (component.letter != "P") if name in names else None
    integer = component.integer
    if component.letter in "Zz":
        return _offset_minutes(text, integer)
    if component.letter == "f" and integer.notation == "decimal":
        return _fraction("".join(str(int(digit)) for digit in text if digit.isdecimal()))
    return parse_integer(state, text, integer)


def _fraction(digits: str) -> int:
    """Milliseconds of the digits behind a decimal point; what is finer is dropped."""
    return int(digits[:3].ljust(3, "0"))


def _offset_minutes(text: str, integer: IntegerPicture) -> int:
    text = text.upper().removeprefix("GMT")
    if text == "Z":
        return 0
    sign, digits = text[0], re.sub("[^0-9]", "", text[1:])
    if not integer.separators and integer.mandatory <= 2 and len(digits) <= 2:
        digits += "00"
    return _minutes(sign + digits)


def _minutes(offset: str) -> int:
    """Minutes of `+hhmm`."""
    hours, minutes = divmod(int(offset[1:]), 100)
    return (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)


def _resolve(values: dict[str, int], state: State) -> int:
    _refuse_weeks(values)
    twelve_hours = "h" in values and "H" not in values
    date_units = "Yd" if "d" in values and "D" not in values else "YMD"
    time_units = "Phmsf" if twelve_hours else "Hmsf"
    whole = _complete(values, date_units + time_units, state)
    year = whole["Y"]
    if 0 <= year <= 99:
        # Two-digit years are those of the twentieth century, as JavaScript's Date has it.
        year += 1900
    if twelve_hours:
        hour = (0 if whole["h"] == 12 else whole["h"]) + 12 * whole["P"]
    else:
        hour = whole["H"]
    if date_units == "Yd":
        days = days_of(year, 1, whole["d"])
    else:
        days = days_of(year, max(whole["M"], 1), whole["D"])
    minutes = (days * 24 + hour) * 60 + whole["m"] - values.get("Z", 0)
    return (minutes * 60 + whole["s"]) * 1000 + whole["f"]


def _current(state: State) -> dict[str, int]:
    """The units of the evaluation's time."""
    now = Moment.at(state.now)
    return {
        "Y": now.year, "M": now.month, "D": now.day, "P": 0, "H": now.hour,
        "h": now.hour, "m": now.minute, "s": now.second, "f": now.millisecond,
    }  # fmt: skip


def _refuse_weeks(values: dict[str, int]) -> None:
    by_day = "Y" in values and ("d" in values or ("M" in values and "D" in values))
    if not by_day and not values.keys().isdisjoint("XxWw"):
        raise JSONataError("D3136")


def _complete(values: dict[str, int], units: str, state: State) -> dict[str, int]:
    """All `units`, largest first: missing leading ones from now, trailing ones at their least."""
    current = {} if units[0] in values else _current(state)
    whole: dict[str, int] = {}
    started = ended = False
    for unit in units:
        if unit in values:
            if ended:
                raise JSONataError("D3136")
            started = True
            whole[unit] = values[unit]
        elif started:
            ended = True
            whole[unit] = 1 if unit in "MDd" else 0
        else:
            whole[unit] = current[unit]
    return whole
