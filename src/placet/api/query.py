"""Query parameters read by hand, so that a wrong one is refused in the words of all others."""

from __future__ import annotations

from placet.errors import InvalidRequest

__all__ = ["flag", "whole"]

_FLAGS = {"true": True, "false": False}


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
