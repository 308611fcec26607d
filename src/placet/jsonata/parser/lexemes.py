"""What single tokens mean: numbers, strings with their escapes, names; and broken tokens."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from placet.jsonata.errors import JSONataError

__all__ = ["Found", "read_name", "read_number", "read_string", "read_token"]

_ESCAPES: Final = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_EXACT: Final = 2**53
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\s\S]?))")
_SPACE: Final = re.compile(r"(?:[ \t\n\r\x0b]+|/\*[\s\S]*?\*/)*")
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NAME: Final = re.compile(r"[^ \t\n\r\x0b.\[\]{}(),@#;:?+\-*/%|=<>^&!~]+")
_OPERATOR: Final = re.compile(r"\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.\[\]{}(),@#;:?+\-*/%|=<>^&!~]")


def read_number(text: str, start: int) -> int | float:
    """The value of a number that begins at offset `start`: an int where it is a whole one.

    Raises:
        JSONataError: S0102 when it is too large for a double.
    """
    value = float(text)
    if math.isinf(value):
        raise JSONataError("S0102", position=start, token=text)
    if value.is_integer() and -_EXACT <= value <= _EXACT:
        return int(value)
    return value


def read_string(text: str, start: int) -> str:
    """The value of a string literal (quotes included) that begins at offset `start`.

    Two escapes that form a surrogate pair become one character; a lone one stays.

    Raises:
        JSONataError: S0103 for an unknown escape, S0104 for a `\\u` without four digits.
    """
    if "\\" not in text:
        return text[1:-1]
    value = _ESCAPE.sub(lambda match: _unescape(match, start), text[1:-1])
    if any("\ud800" <= character <= "\udfff" for character in value):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return value


def _unescape(match: re.Match[str], start: int) -> str:
    digits, letter = match.groups()
    if digits:
        return chr(int(digits, 16))
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    # The offset counts from the body, which stands behind the quote.
    position = start + 2 + match.start()
    if letter == "u":
        raise JSONataError("S0104", position=position)
    raise JSONataError("S0103", position=position, token=letter)


def read_name(text: str) -> str:
    """A name without its backticks."""
    return text[1:-1] if text.startswith("`") else text


@dataclass(frozen=True, slots=True)
class Found:
    """A token by itself: what it says (a string's or name's value) and its place.

    `operator` tells `and` the operator from `"and"` the string; "" is the end of the expression.
    """

    text: str
    start: int
    end: int
    operator: bool


def read_token(source: str, offset: int, operand: bool) -> Found:
    """The first token at or behind `offset`; where an `operand` may stand, `/` begins a regex.

    Raises:
        JSONataError: S01xx, S0204 or S030x when there is no complete token.
    """
    space = _SPACE.match(source, offset)
    start = space.end() if space else offset
    if start >= len(source):
        return Found("", start, len(source), operator=True)
    if source.startswith("/*", start):
        raise JSONataError("S0106", position=start)
    character = source[start]
    if character == "/" and operand:
        return _read_regex(source, start)
    if operator := _OPERATOR.match(source, start):
        if character in "!~" and len(operator[0]) == 1:
            raise JSONataError("S0204", position=operator.end(), token=character)
        return Found(operator[0], start, operator.end(), operator=True)
    if character in "\"'":
        return _read_quoted(source, start)
    if number := _NUMBER.match(source, start):
        read_number(number[0], start)
        return Found(number[0], start, number.end(), operator=False)
    if character == "`":
        end = source.find("`", start + 1)
        if end < 0:
            raise JSONataError("S0105", position=len(source))
        return Found(source[start + 1 : end], start, end + 1, operator=False)
    name = _NAME.match(source, start)
    end = name.end() if name else start + 1
    return Found(source[start:end].removeprefix("$"), start, end, operator=False)


def _read_quoted(source: str, start: int) -> Found:
    end = start + 1
    while end < len(source) and source[end] != source[start]:
        end += 2 if source[end] == "\\" else 1
    text = source[start : end + 1]
    closed = end < len(source)
    # An escape that is wrong comes before the quote that is missing.
    value = read_string(text if closed else text + source[start], start)
    if not closed:
        raise JSONataError("S0101", position=len(source))
    return Found(value, start, end + 1, operator=False)


def _read_regex(source: str, start: int) -> Found:
    depth, index = 0, start + 1
    while index < len(source) and not (source[index] == "/" and depth == 0):
        if source[index] == "\\":
            index += 1
        elif source[index] in "([{":
            depth += 1
        elif source[index] in ")]}":
            depth -= 1
        index += 1
    if index >= len(source):
        raise JSONataError("S0302", position=len(source))
    if index == start + 1:
        raise JSONataError("S0301", position=index)
    return Found(source[start : index + 1], start, index + 1, operator=False)
