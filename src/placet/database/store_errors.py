"""The one table of what can be wrong with a database, by the codes that its driver gives.

A trouble is nobody's fault who asks: the same request may succeed later. What is in no row here is
a fault of ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from placet.errors import PlacetError, Unavailable


class Trouble(StrEnum):
    """What is wrong, as callers are told; they may try again."""

    AWAY = "the database does not answer"
    BUSY = "the database is too busy"
    READ_ONLY = "the database takes no changes now: it is read-only"
    FULL = "the database takes no changes now: its disk is full"
    BROKEN = "the database fails: its disk or its files are damaged"
    CLOSED = "the database refuses the connection"
    FILES = "the server has no file descriptors left"


class StoreAway(Unavailable):
    """The database is in trouble; nothing was changed. The cause is the driver's own error."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble}; try again later")
        self.trouble: Final = trouble


# SQLSTATE (ISO 9075, and PostgreSQL's appendix A), by its longest prefix here.
_STATES: Final = {
    "08": Trouble.AWAY,
    "25006": Trouble.READ_ONLY,
    "25P03": Trouble.BUSY,
    "25P04": Trouble.BUSY,
    "28": Trouble.CLOSED,
    "3D000": Trouble.CLOSED,
    "42501": Trouble.CLOSED,
    "53": Trouble.BUSY,
    "53100": Trouble.FULL,
    "53300": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57": Trouble.AWAY,
    "57014": Trouble.BUSY,
    "58": Trouble.BROKEN,
    "58030": Trouble.BROKEN,
    "72": Trouble.BUSY,
    "XX001": Trouble.BROKEN,
    "XX002": Trouble.BROKEN,
}
# A serialization failure, a deadlock and a broken unique constraint: another one wrote first.
_CONFLICT_STATES: Final = frozenset({"40001", "40P01", "40003", "23505"})

# SQLite's primary result codes; the extended ones add to them above the lowest byte.
_CODES: Final = {
    sqlite3.SQLITE_PERM: Trouble.CLOSED,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_NOMEM: Trouble.BUSY,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_INTERRUPT: Trouble.BUSY,
    sqlite3.SQLITE_IOERR: Trouble.BROKEN,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
    sqlite3.SQLITE_PROTOCOL: Trouble.BUSY,
    sqlite3.SQLITE_AUTH: Trouble.CLOSED,
    sqlite3.SQLITE_NOTADB: Trouble.BROKEN,
}
_CONFLICT_CODES: Final = frozenset(
    {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
)
_PRIMARY: Final = 0xFF
_NO_FILES: Final = frozenset({23, 24})


def trouble_of(error: BaseException) -> Trouble | None:
    """What is wrong with the database, None where nothing is."""
    if isinstance(error, PlacetError):
        return error.trouble if isinstance(error, StoreAway) else None
    if isinstance(error, OSError):
        return Trouble.FILES if error.errno in _NO_FILES else Trouble.AWAY
    if isinstance(error, PoolTimeout):
        return Trouble.BUSY
    if isinstance(error, InvalidatePoolError):
        return Trouble.AWAY
    for found in _driver_errors(error):
        known = _known(found)
        if known is not None:
            return known
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return Trouble.AWAY if lost else None


def store_away(error: BaseException) -> StoreAway | None:
    """What to raise instead of an error that the database's trouble explains."""
    trouble = trouble_of(error)
    return None if trouble is None else StoreAway(trouble)


def is_unavailable(error: BaseException) -> bool:
    """Whether nothing is wrong with the request: the database is in trouble."""
    return trouble_of(error) is not None


def is_write_conflict(error: BaseException) -> bool:
    """Whether another process wrote first, so that a new attempt will see its work."""
    if any(state in _CONFLICT_STATES for state in sqlstates(error)):
        return True
    return any(
        isinstance(found, sqlite3.Error) and _code(found) in _CONFLICT_CODES
        for found in _driver_errors(error)
    )


def sqlstates(error: BaseException) -> list[str]:
    """What PostgreSQL calls an error, if it is one of its."""
    states = (getattr(found, "sqlstate", None) for found in _driver_errors(error))
    return [state for state in states if state]


def _driver_errors(error: BaseException) -> Iterator[BaseException]:
    """The error itself, or what SQLAlchemy wrapped of the driver's."""
    if not isinstance(error, DBAPIError):
        yield error
    elif error.orig is not None:
        yield error.orig
        if error.orig.__cause__ is not None:
            yield error.orig.__cause__


def _known(error: BaseException) -> Trouble | None:
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None:
        return _STATES.get(state) or _STATES.get(state[:2])
    if isinstance(error, sqlite3.Error):
        return _CODES.get(_code(error) & _PRIMARY)
    if isinstance(error, OSError):
        return Trouble.AWAY
    # A connection that was closed while it was in use.
    closed = isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
    return Trouble.AWAY if closed else None


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code
