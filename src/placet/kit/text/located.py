"""Documents that remember where in their file every key and value stands, and their problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from placet.kit.wire_model import Document

MAX_BYTES: Final = 5_000_000
MAX_NESTING: Final = 64


class Severity(StrEnum):
    """An error makes a file unusable; a warning is worth a look; a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a file. `line` and `column` count from 1; `code` is stable."""

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.severity}: {self.message} [{self.code}]"

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
        }


class Style(StrEnum):
    """How a scalar is written, which tells where in the file its n-th character stands."""

    PLAIN = "plain"
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Located:
    """A value and where it starts.

    `value` is a scalar, a list of `Located`, or a dict from key to `Located`; `keys` holds where
    the keys of a dict stand. `end_line` is the line of the last character.
    """

    value: Any
    place: Place
    style: Style = Style.PLAIN
    end_line: int = 0
    keys: dict[str, Place] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without places, as `json.loads` would give it."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def get(self, *path: str) -> Located | None:
        """The value at the end of a path of keys, None where a step is missing or no object."""
        node: Located | None = self
        for key in path:
            if node is None or not isinstance(node.value, dict):
                return None
            node = node.value.get(key)
        return node

    def items(self) -> Iterator[Located]:
        """The items of an array; nothing for any other value."""
        if isinstance(self.value, list):
            yield from self.value

    def find(self, path: Sequence[str | int]) -> tuple[Located, bool]:
        """The deepest value on `path`, and whether that is the whole path."""
        node = self
        for step in path:
            child = node._child(step)
            if child is None:
                return node, False
            node = child
        return node, True

    def _child(self, step: str | int) -> Located | None:
        if isinstance(step, str):
            return self.get(step)
        held = self.value if isinstance(self.value, list) else []
        return held[step] if step < len(held) else None
