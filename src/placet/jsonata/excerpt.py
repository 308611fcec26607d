"""The line of a text that something is about, with a mark under the place."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["excerpt", "line_and_column", "report"]

_WIDTH: Final = 100
_TAB: Final = 4


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Where an offset stands, both from 1; the column counts characters."""
    return source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset)


def report(source: str, span: tuple[int, int], message: str, closing: str | None = None) -> str:
    """What is to say about the text in `span`: its place and the message, its line, the closing."""
    line, column = line_and_column(source, span[0])
    lines = [f"{line}:{column}: {message}", *excerpt(source, *span)]
    return "\n".join(lines if closing is None else [*lines, closing])


def excerpt(source: str, start: int, end: int) -> list[str]:
    """Two lines: the one that the offset `start` is in, and carets under what goes to `end`.

    Tabs become spaces, what cannot be shown a `�`; wide characters count as two columns, combining
    ones as none. A long line is cut around the place.
    """
    first = source.rfind("\n", 0, start) + 1
    last = source.find("\n", start)
    line = source[first : len(source) if last < 0 else last].rstrip("\r")
    start, end = start - first, min(end - first, len(line))
    cut = max(0, min(start - _WIDTH // 2, len(line) - _WIDTH))
    shown = line[cut : cut + _WIDTH]
    lead = "…" if cut else ""
    tail = "…" if cut + _WIDTH < len(line) else ""
    before = _visible(line[cut:start])
    marked = _visible(line[start : min(end, cut + _WIDTH)])
    indent = " " * (len(lead) + _columns(before))
    return [
        f"{lead}{_visible(shown)}{tail}",
        indent + "^" * max(_columns(marked), 1),
    ]


def _visible(text: str) -> str:
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    # Format characters (Cf) can turn the direction of the text, surrogates (Cs) cannot be written.
    return "�" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def _columns(text: str) -> int:
    return sum(map(_column_count, text))


def _column_count(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
