"""What a process knows of its database's health: said in the log once, and told to who asks."""

from __future__ import annotations

import logging
import time
from typing import Final

from placet.database.store_errors import StoreAway, Trouble, trouble_of

_log = logging.getLogger("placet.database")

# How long a commit proves that another one is possible.
_FRESH_S: Final = 1.0
_SAID_AGAIN_S: Final = 60.0


class StoreHealth:
    """The last commit, and the last trouble with the database."""

    def __init__(self) -> None:
        self._written_at = float("-inf")
        self._said: Trouble | None = None
        self._said_at = float("-inf")
        self.full = False

    @property
    def fresh(self) -> bool:
        """Whether a change was stored a moment ago, and none was refused since."""
        return time.monotonic() - self._written_at < _FRESH_S

    def written(self) -> None:
        """A change was stored."""
        self._written_at = time.monotonic()
        self.full = False
        if self._said is not None:
            _log.warning("the database works again")
            self._said = None

    def failed(self, error: Exception, *, writing: bool) -> StoreAway | None:
        """Take note of an error; what to raise instead where the database's trouble explains it."""
        trouble = trouble_of(error)
        if trouble is None:
            return None
        return self.in_trouble(trouble, error, writing=writing)

    def in_trouble(self, trouble: Trouble, error: Exception, *, writing: bool) -> StoreAway:
        """Take note of a trouble and its cause; what to raise."""
        if writing:
            self._written_at = float("-inf")
            self.full = trouble is Trouble.FULL
        if isinstance(error, StoreAway):
            return error
        now = time.monotonic()
        if trouble is not self._said or now - self._said_at >= _SAID_AGAIN_S:
            self._said, self._said_at = trouble, now
            _log.error("%s: %s", trouble, _cause(error))
        return StoreAway(trouble)


def _cause(error: Exception) -> str:
    """The driver's own words, on one line, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())[:500] or type(cause).__name__
