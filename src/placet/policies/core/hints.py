"""“Did you mean …?” for words that are not known, within a bounded amount of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from placet.kit.spelling import closest

MAX_HINTS: Final = 50


class Hints:
    """Gives hints until its budget is spent: comparing words is slow and files may be hostile."""

    def __init__(self, budget: int = MAX_HINTS) -> None:
        self._left = budget

    def meant(self, word: str, known: Sequence[str]) -> str | None:
        """The one of `known` that `word` is a slip of."""
        if self._left <= 0:
            return None
        self._left -= 1
        return closest(word, known)

    def near(self, word: str, known: Sequence[str]) -> str:
        """``; did you mean `…`?`` for the one of `known` that `word` is a slip of, else empty."""
        meant = self.meant(word, known)
        return f"; did you mean `{meant}`?" if meant else ""
