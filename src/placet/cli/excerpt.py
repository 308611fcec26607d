"""A line of a file with a caret below the place that a message is about."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from placet.cli.output import printable

__all__ = ["excerpt"]

_BEFORE: Final = 60
_WIDTH: Final = 120


def excerpt(lines: list[str], line: int, column: int) -> str | None:
    """The numbered line and the caret, two lines; None where the file has no such line.

    `line` and `column` count from 1. Of a very long line only the part around the place is shown.
    """
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return None
    text = lines[line - 1].replace("\t", " ")
    at = min(column - 1, len(text))
    start = max(0, at - _BEFORE) if len(text) > _WIDTH else 0
    before, after = printable(text[start:at]), printable(text[at : start + _WIDTH])
    gutter = f"{line:>5} | "
    return f"{gutter}{before}{after}\n{' ' * (len(gutter) - 2)}| {' ' * cell_len(before)}^"
