"""What goes wrong in an expression: one exception, one table of codes.

Codes are those of the JSONata language (S: syntax, T: type, D: data, U: limits); the wording is ours.
"""

from __future__ import annotations

from placet.jsonata.codes import CODES

__all__ = ["JSONataError"]


class JSONataError(Exception):
    """An expression that cannot be compiled, or whose evaluation failed.

    `code` is stable; `position` is the offset just past the token at fault (None when unknown), `token`
    that token (an operator, a function's name, a character), `message` one sentence without full stop.
    """

    code: str
    position: int | None
    token: str | None

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

    @property
    def message(self) -> str:
        """The sentence of the code's table entry, with this error's token and details filled in."""
        words: dict[str, object] = {"token": self.token or "", "position": self.position}
        words.update(self.details)
        try:
            return CODES[self.code].format_map(words)
        except KeyError:
            return str(self.details.get("message", self.code))

    def __str__(self) -> str:
        where = "" if self.position is None else f" at {self.position}"
        return f"{self.code}{where}: {self.message}"
