"""JSON text to a located document, strictly as RFC 8259 has it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from json import JSONDecodeError, JSONDecoder
from typing import Final

from placet.kit.text.located import MAX_NESTING, Located, Place, Style

Report = Callable[[Place, str, str], None]

STRINGS: Final = JSONDecoder()
BLANK: Final = re.compile(r"[ \t\n\r]*")
NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORDS: Final = {"true": True, "false": False, "null": None}


class _SyntaxProblem(Exception):  # noqa: N818
    """Reading cannot go on."""

    def __init__(self, offset: int, message: str, code: str = "syntax") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.code = code


def read_json(text: str, report: Report) -> Located | None:
    """The document in `text`, None when it is none; `report` is called per problem."""
    reader = _Reader(text, report)
    try:
        return reader.document()
    except _SyntaxProblem as problem:
        report(reader.place(problem.offset), problem.code, problem.message)
        return None


class _Reader:
    """A recursive descent over the text; the nesting is bounded before it can overflow."""

    def __init__(self, text: str, report: Report) -> None:
        self._text = text
        self._report = report
        self._at = 0
        self._depth = 0
        self._lines = [match.end() for match in re.finditer("\n", text)]

    def place(self, offset: int) -> Place:
        """The line and column of an offset into the text."""
        line = bisect_right(self._lines, offset)
        return Place(line + 1, offset - (self._lines[line - 1] if line else 0) + 1)

    def document(self) -> Located:
        value = self._value()
        if self._peek():
            raise _SyntaxProblem(self._at, "this is not JSON: something follows the document")
        return value

    def _peek(self) -> str:
        match = BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, character: str, where: str) -> None:
        if self._peek() != character:
            raise _SyntaxProblem(self._at, f"this is not JSON: `{character}` is missing {where}")
        self._at += 1

    def _value(self) -> Located:
        first = self._peek()
        place = self.place(self._at)
        if first == "{":
            return self._nested(self._object, place)
        if first == "[":
            return self._nested(self._array, place)
        if first == '"':
            return Located(self._string(), place, Style.DOUBLE, place.line)
        return Located(self._word(), place, Style.PLAIN, place.line)

    def _nested(self, read: Callable[[Place], Located], place: Place) -> Located:
        if self._depth >= MAX_NESTING:
            message = f"nested deeper than {MAX_NESTING} levels"
            raise _SyntaxProblem(self._at, message, "too-deep")
        self._depth += 1
        self._at += 1
        node = read(place)
        self._depth -= 1
        return node

    def _object(self, place: Place) -> Located:
        node = Located({}, place)
        if self._peek() == "}":
            self._at += 1
            return node
        while True:
            if self._peek() != '"':
                raise _SyntaxProblem(self._at, "this is not JSON: a key in quotes is missing here")
            key_place = self.place(self._at)
            key = self._string()
            self._take(":", "after a key")
            value = self._value()
            if key in node.value:
                message = f"the key `{key}` is there already, in line {node.keys[key].line}"
                self._report(key_place, "duplicate-key", message)
            else:
                node.keys[key] = key_place
                node.value[key] = value
            if self._peek() != ",":
                self._take("}", "at the end of an object")
                return node
            self._at += 1

    def _array(self, place: Place) -> Located:
        node = Located([], place)
        if self._peek() == "]":
            self._at += 1
            return node
        while True:
            node.value.append(self._value())
            if self._peek() != ",":
                self._take("]", "at the end of an array")
                return node
            self._at += 1

    def _string(self) -> str:
        try:
            value, self._at = STRINGS.raw_decode(self._text, self._at)
        except JSONDecodeError as error:
            message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            raise _SyntaxProblem(error.pos, message) from error
        return str(value)

    def _word(self) -> int | float | bool | None:
        for word, value in WORDS.items():
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return value
        match = NUMBER.match(self._text, self._at)
        if match is None or match.end() - match.start() > 300:
            raise _SyntaxProblem(self._at, "this is not JSON: a value is missing here")
        self._at = match.end()
        return float(match[0]) if match[1] or match[2] else int(match[0])
