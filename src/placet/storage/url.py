"""Database URLs as people write them, turned into what the drivers need."""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from placet.errors import InvalidRequest

__all__ = ["is_embedded", "parse_database_url"]

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_FORMS: Final = "use `sqlite:///path/to/file` or `postgresql://user:password@host/name`"


def parse_database_url(text: str) -> URL:
    """The asynchronous SQLAlchemy URL of `text`.

    Accepts `sqlite:///relative`, `sqlite:////absolute`, `postgresql://…` and `postgres://…`, each
    with or without a driver part (`postgresql+psycopg2://…`), which is replaced by the one Placet
    uses.

    Raises:
        InvalidRequest: no URL, another database, or SQLite without a file.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError) as error:
        raise InvalidRequest(f"the database URL cannot be read: {_FORMS}") from error
    name = url.get_backend_name()
    if name not in _DRIVERS:
        raise InvalidRequest(f"the database `{name}` is not supported: {_FORMS}")
    if name == "sqlite" and (url.database or ":memory:") == ":memory:":
        raise InvalidRequest("an SQLite database needs a file: use `sqlite:///path/to/file`")
    return url.set(drivername=_DRIVERS[name])


def is_embedded(url: URL) -> bool:
    """Whether the database is a file of this machine, which `serve` may migrate by itself."""
    return url.get_backend_name() == "sqlite"
