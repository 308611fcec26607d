"""What goes wrong in an expression: one exception, one table of codes.

Codes are those of the JSONata language (S: syntax, T: type, D: data, U: limits); the wording is
ours.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, Self

from placet.jsonata.codes import CODES
from placet.jsonata.excerpt import line_and_column, report
from placet.jsonata.hints import find_hint
from placet.jsonata.runtime.values import Undefined

__all__ = ["JSONataError"]

_LONGEST_VALUE: Final = 60
_LONGEST_WORD: Final = 300
_SCALARS: Final = (bool, int, float, str, type(None))
# Between a token and its position there may be a quote, or the `(` of a call.
_BEHIND_TOKEN: Final = re.compile(r"[\"'`]?\s*\(?")
# Codes whose position is where the token starts, not where it ends.
_AT_START: Final = frozenset({"S0102", "S0106"})


class JSONataError(Exception):
    """An expression that cannot be compiled, or whose evaluation failed.

    `code` is stable; `position` is the offset just past the token at fault (None when unknown),
    `token` that token (an operator, a function's name, a character), `message` one sentence without
    full stop. `source` is the expression's text; without it there is no line and no excerpt.
    """

    code: str
    position: int | None
    token: str | None
    source: str | None

    def __init__(
        self,
        code: str,
        *,
        position: int | None = None,
        token: str | None = None,
        **details: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.position = position
        self.token = token
        self.details = details
        self.source = None

    def attach(self, source: str) -> Self:
        """Say which expression this is about; the first one stays. Gives the error back."""
        if self.source is None:
            self.source = source
        return self

    @property
    def message(self) -> str:
        """The sentence of the code's table entry, with this error's token and details filled in."""
        words: dict[str, Any] = {
            "token": self.token or "",
            "called": self._called,
            "position": self.position,
        }
        words.update(self.details)
        try:
            return CODES[self.code].format_map({key: _Word(word) for key, word in words.items()})
        except KeyError:
            return str(self.details.get("message", self.code))

    @property
    def _called(self) -> str:
        """The token at fault as it is written: a variable's has a `$`, a field's has none."""
        span, name = self.span, self.token or ""
        if self.source is None or span is None or self.source[slice(*span)] != name:
            return f"${name}"
        return name

    @property
    def span(self) -> tuple[int, int] | None:
        """Where the fault stands in `source`, as offsets [start, end); None when unknown."""
        source, position, token = self.source, self.position, self.token
        if source is None or position is None:
            return None
        position = min(max(position, 0), len(source))
        if self.code in _AT_START:
            return position, position + max(len(token or ""), 1)
        if token == "(end)":  # noqa: S105 - the token at the end of the text
            end = len(source.rstrip())
            return end, end
        before = source[:position]
        start = before.rfind(token) if token else -1
        end = start + len(token or "")
        if start < 0 or not _BEHIND_TOKEN.fullmatch(before, end):
            return max(position - 1, 0), position
        quote = source[start - 1 : start]
        if quote and quote in "\"'`":
            return start - 1, end + (source[end : end + 1] == quote)
        return start - (quote == "$"), end

    @property
    def line(self) -> int | None:
        """The line of the fault, from 1."""
        return None if (place := self._place) is None else place[0]

    @property
    def column(self) -> int | None:
        """The column of the fault in its line, from 1, counted in characters."""
        return None if (place := self._place) is None else place[1]

    @property
    def _place(self) -> tuple[int, int] | None:
        span = self.span
        if self.source is None or span is None:
            return None
        return line_and_column(self.source, span[0])

    @property
    def hint(self) -> str | None:
        """What was probably meant, as a sentence without full stop."""
        return find_hint(self.code, self.source, self.span, self.token, self.details)

    def render(self) -> str:
        """Everything for people, in lines: place and message, the source with a caret, the hint."""
        message = f"{self.code}: {self.message}"
        hint = f"hint: {self.hint}" if self.hint else None
        span = self.span
        if self.source is not None and span is not None:
            return report(self.source, span, message, hint)
        return message if hint is None else f"{message}\n{hint}"

    def __str__(self) -> str:
        where = "" if self.position is None else f" at {self.position}"
        return f"{self.code}{where}: {self.message}"


class _Word:
    """A detail in a sentence: as it is, or with `:value` described as a value of the language."""

    __slots__ = ("word",)

    def __init__(self, word: object) -> None:
        self.word = word

    def __format__(self, style: str) -> str:
        if style == "value":
            return _described(self.word)
        return _shortened(str(self.word), _LONGEST_WORD)


def _described(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"`{value:.0f}`"
    if isinstance(value, _SCALARS):
        text = _shortened(json.dumps(value, ensure_ascii=False), _LONGEST_VALUE)
        return f"the string `{text}`" if isinstance(value, str) else f"`{text}`"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, dict):
        return "an object"
    return "no value" if isinstance(value, Undefined) else "a function"


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
