"""Places in the input that a value may be taken from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from placet.jsonata import nodes as n

__all__ = ["INPUT", "NOTHING", "Names", "Place", "Places", "declared", "extend", "join", "spell"]

Place = tuple[str, ...]
Places = frozenset[Place]
# What the variables in sight stand for; None: declared, but not bound yet.
Names = dict[str, Places | None]

NOTHING: Final[Places] = frozenset()
INPUT: Final[Places] = frozenset({()})
_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")
# Steps like `.[a, b]` could multiply the places without end.
_MAX_PLACES: Final = 64


def extend(places: Places, part: str) -> Places:
    """The places one step below."""
    return frozenset([(*place, part) for place in places])


def join(several: Iterable[Places]) -> Places:
    """All of several; where they are too many, only the fields of the input they are in."""
    places: Places = frozenset().union(*several)
    if len(places) > _MAX_PLACES:
        return frozenset((place[0], "**") if place else place for place in places)
    return places


def declared(expressions: list[n.Node]) -> Names:
    """The names that a frame binds directly, not bound yet."""
    return {item.name: None for item in expressions if isinstance(item, n.Bind)}


def spell(place: Place) -> str:
    """A place as `items.price`; `$` for the input itself."""
    if not place:
        return "$"
    return ".".join(
        part if part in {"*", "**"} or _PLAIN_NAME.fullmatch(part) else f"`{part}`"
        for part in place
    )
