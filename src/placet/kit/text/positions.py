"""From a character of a scalar to its line and column in the file the scalar is written in."""

from __future__ import annotations

from typing import Final

from placet.kit.text.located import Located, Place, Style

ESCAPED_LENGTH: Final = {"x": 4, "u": 6, "U": 10}


def place_in(lines: list[str], scalar: Located, offset: int) -> Place:
    """Where the character `offset` (from 0) of a scalar stands; its start when that is unclear.

    `lines` are the file's lines. Exact for scalars on one line and for literal blocks; in folded
    blocks the line is right where no line is blank.
    """
    if scalar.style in (Style.LITERAL, Style.FOLDED):
        return _in_block(lines, scalar, offset)
    if scalar.end_line != scalar.place.line:
        return scalar.place
    column = scalar.place.column - 1
    if scalar.style is not Style.PLAIN:
        column = _in_quotes(lines[scalar.place.line - 1], column, scalar.style, offset)
        return Place(scalar.place.line, column + 1)
    return Place(scalar.place.line, column + offset + 1)


def _in_quotes(line: str, column: int, style: Style, offset: int) -> int:
    """Step over the opening quote and `offset` characters, each as long as it is written."""
    column += 1
    for _ in range(offset):
        if style is Style.SINGLE and line.startswith("''", column):
            column += 2
        elif style is Style.DOUBLE and line.startswith("\\", column):
            column += ESCAPED_LENGTH.get(line[column + 1 : column + 2], 2)
        else:
            column += 1
    return min(column, max(len(line) - 1, 0))


def _in_block(lines: list[str], scalar: Located, offset: int) -> Place:
    number = scalar.place.line
    body = lines[number:]
    first = next((line for line in body if line.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    left = offset
    for index, line in enumerate(body):
        length = len(line[indent:] if scalar.style is Style.LITERAL else line.strip()) + 1
        if left < length:
            return Place(number + index + 1, indent + left + 1)
        left -= length
    return scalar.place
