"""“Did you mean …?” for words that are not known, within a bounded amount of work."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

__all__ = ["Hints"]

MAX_HINTS: Final = 50
MAX_KNOWN: Final = 1_000
MAX_LENGTH: Final = 100


class Hints:
    """Gives hints until its budget is spent: comparing words is slow and files may be hostile."""

    def __init__(self, budget: int = MAX_HINTS) -> None:
        self._left = budget

    def near(self, word: str, known: Sequence[str]) -> str:
        """``; did you mean `…`?`` for the closest of `known`; empty when none is close."""
        if self._left <= 0 or len(known) > MAX_KNOWN or len(word) > MAX_LENGTH:
            return ""
        self._left -= 1
        close = difflib.get_close_matches(word, known, n=1)
        return f"; did you mean `{close[0]}`?" if close else ""
