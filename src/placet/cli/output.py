"""Writing for people: colours and tables on a terminal, plain and unwrapped lines elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from placet.kit.log_lines import printable

OUTCOME_STYLES: Final = {"accepted": "green", "denied": "red", "pending": "yellow"}
_UNWRAPPED: Final = 100_000


class _Console(Console):
    """Prints what comes from elsewhere so that it cannot drive the terminal."""

    def print(self, *objects: Any, **how: Any) -> None:
        """Text is printed as `printable_lines` shows it."""
        shown = (printable_lines(item) if isinstance(item, str) else item for item in objects)
        super().print(*shown, **how)


def console(*, stderr: bool = False) -> Console:
    """Where to print. Text is printed as it is: no markup, no emoji codes, no highlighting."""
    made = _Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)
    if not made.is_terminal:
        made.width = _UNWRAPPED
    return made


def printable_lines(text: str) -> str:
    """`text` as `printable` shows it, its line breaks kept."""
    return "\n".join(map(printable, text.split("\n")))


def table(out: Console, headings: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> None:
    """Print rows under headings, all on one line each where the output is no terminal."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for row in rows:
        grid.add_row(*(printable(cell) if isinstance(cell, str) else cell for cell in row))
    if out.is_terminal:
        out.print(grid, soft_wrap=False)
        return
    with out.capture() as captured:
        out.print(grid, soft_wrap=False)
    for line in captured.get().splitlines():
        out.print(line.rstrip())


def print_json(document: Any, *, indent: int | None = None) -> None:
    """Print a JSON document on standard output; on one line without `indent`."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    sys.stdout.write("\n".join(map(_printable_json, text.split("\n"))) + "\n")


def _printable_json(line: str) -> str:
    """A line of JSON that says the same in printable characters."""
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)
