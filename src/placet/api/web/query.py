"""Query parameters read by hand, so that a wrong one is refused in the words of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, get_type_hints

from fastapi import Request
from fastapi.params import Query
from pydantic.json_schema import SkipJsonSchema

from placet.errors import InvalidRequest
from placet.kit.spelling import closest

_FLAGS = {"true": True, "false": False}
# A text that may be left out; null cannot be written in a URL.
OptionalText = str | SkipJsonSchema[None]
# What the API pages say of a parameter that `flag` reads.
A_FLAG: Final[dict[str, Any]] = {"type": "boolean"}


def a_whole(least: int, most: int) -> dict[str, Any]:
    """What the API pages say of a parameter that `whole` reads."""
    return {"type": "integer", "minimum": least, "maximum": most}


def any_of(words: Iterable[str]) -> dict[str, Any]:
    """What the API pages say of a parameter that takes a few words only."""
    return {"enum": [str(word) for word in words]}


def parameters_of(endpoint: Callable[..., Any]) -> frozenset[str]:
    """The names of the query parameters that a route or a dependency takes."""
    hints = get_type_hints(endpoint, include_extras=True)
    return frozenset(
        marker.alias or name
        for name, hint in hints.items()
        for marker in getattr(hint, "__metadata__", ())
        if isinstance(marker, Query)
    )


def only(request: Request, known: Collection[str], *, repeatable: Collection[str] = ()) -> None:
    """Make sure that a request names `known` parameters alone, each of them once: a filter that is
    passed over shows more than what was asked for.

    Raises:
        InvalidRequest: it names another one, or one twice that is not `repeatable`.
    """
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known:
            meant = closest(name, known)
            names = ", ".join(f"`{known_name}`" for known_name in sorted(known))
            hint = f"did you mean `{meant}`?" if meant else f"there are {names}"
            raise InvalidRequest(f"there is no parameter `{name[:50]}`: {hint}")
        if times > 1 and name not in repeatable:
            raise InvalidRequest(f"`{name}` can be given once only")


def whole(name: str, text: str, least: int, most: int) -> int:
    """The whole number from `least` to `most` that a parameter says. Raises InvalidRequest."""
    if text.isascii() and text.isdecimal() and least <= int(text[:20]) <= most:
        return int(text)
    raise InvalidRequest(
        f"`{name}` must be a whole number from {least} to {most}, not `{text[:50]}`"
    )


def flag(name: str, text: str) -> bool:
    """What a parameter says: `true` or `false`, in any case. Raises InvalidRequest."""
    value = _FLAGS.get(text.casefold())
    if value is None:
        raise InvalidRequest(f"`{name}` must be `true` or `false`, not `{text[:50]}`")
    return value
