"""A hazard, and the table of all kinds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from placet.jsonata.excerpt import report

__all__ = ["HAZARDS", "NOTES", "Hazard"]

HAZARDS: Final[dict[str, str]] = {
    "H01": "a list where `<` or `>` wants one value",
    "H02": "a list where `=` or `!=` wants one value",
    "H03": "`$not` of what may be missing",
    "H04": "a result that is neither true nor false",
    "H05": "amounts of money computed and compared for being equal",
    "H06": "a function that does not exist",
    "H07": "a variable that nothing binds",
    "H08": "a condition that is always true or never",
    "H09": "a variable that nothing uses",
    "H10": "a comparison of two types that are never equal",
    "H11": "a plain value joined by `and` or `or`",
    "H12": "`null` where `<` or `>` wants a number or a string",
    "H13": "`:=` where a test is expected",
    "H14": "a field that is not there, close to one that is",
    "H15": "a word of another language, read as a field",
    "H16": "a list where arithmetic or a function wants one value",
    "H17": "a type that arithmetic or a function does not take",
    "H18": "a path that leads nowhere in the orders",
    "H19": "times compared as texts",
    "H20": "characters that only look like those of the language",
    "H21": "a text without quotes, read as a field",
    "H22": "a text that no order at hand has",
    "H23": "a limit of the allocations alone, which an over-allocated budget passes",
    "H24": "whether a test has an answer, asked instead of the test",
}
# Hazards that are good to know of, while the rule may well be meant as it is.
NOTES: Final = frozenset({"H23"})


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something in an expression that is probably not meant.

    `code` is one of `HAZARDS`; `start` and `end` are offsets into the expression; `message` is one
    sentence for the rule's author; `suggestion` is the whole expression rewritten, without this
    and any other hazard, None where the meaning has to be known to say what would be right.
    """

    code: str
    start: int
    end: int
    message: str
    suggestion: str | None = None

    def to_document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @property
    def is_note(self) -> bool:
        """Whether it is only good to know."""
        return self.code in NOTES

    def render(self, source: str) -> str:
        """For people, in lines, given the expression: place and message, text, suggestion."""
        closing = None if self.suggestion is None else f"write: {self.suggestion}"
        return report(source, (self.start, self.end), f"{self.code}: {self.message}", closing)
