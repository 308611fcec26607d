"""Database URLs as people write them, turned into what the drivers need."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from placet.errors import InvalidRequest

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SSL: Final = (
    "one of " + ", ".join(f"`{mode}`" for mode in _SSL_MODES),
    re.compile("|".join(_SSL_MODES)),
)
_WHOLE: Final = ("a whole number", re.compile("[0-9]{1,9}"))
# What each parameter of a PostgreSQL URL must be, in words and as a pattern.
_PARAMETERS: Final = {
    "sslmode": _SSL,
    "ssl": _SSL,
    "host": ("one host or the folder of a socket", re.compile(r"[^,\s]+")),
    "port": ("a whole number", re.compile("[0-9]{1,5}")),
    "command_timeout": ("a number of seconds", re.compile("[1-9][0-9]{0,8}")),
    "prepared_statement_cache_size": _WHOLE,
}
_FORMS: Final = "use `sqlite:///path/to/file` or `postgresql://user:password@host/name`"


def parse_database_url(text: str) -> URL:
    """The asynchronous SQLAlchemy URL of `text`.

    Accepts `sqlite:///relative`, `sqlite:////absolute`, `postgresql://…` and `postgres://…`, each
    with or without a driver part (`postgresql+psycopg2://…`), which is replaced by the one Placet
    uses.

    Raises:
        InvalidRequest: no URL, another database, SQLite without a file, or a parameter that is not
            known or cannot be.
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
    if not 0 < (url.port or 1) < 65_536:
        raise InvalidRequest(f"the database URL names the port {url.port}, which cannot be one")
    if name == "sqlite":
        _refuse_unknown(url, ())
    return _with_parameters(url, name).set(drivername=_DRIVERS[name])


def _with_parameters(url: URL, name: str) -> URL:
    """The URL with its parameters as the driver calls them."""
    if name == "sqlite":
        return url
    _refuse_unknown(url, _PARAMETERS)
    for parameter, value in url.query.items():
        wanted, possible = _PARAMETERS[parameter]
        if not isinstance(value, str) or not possible.fullmatch(value):
            raise InvalidRequest(f"`{parameter}` of the database URL must be {wanted}")
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def _refuse_unknown(url: URL, known: Collection[str]) -> None:
    for parameter in url.query:
        if parameter not in known:
            names = ", ".join(f"`{name}`" for name in known)
            there = f"there are {names}" if known else "leave it out"
            raise InvalidRequest(
                f"the database URL has the parameter `{parameter[:50]}`, which Placet does not"
                f" know: {there}"
            )


def is_embedded(url: URL) -> bool:
    """Whether the database is a file of this machine, which `serve` may migrate by itself."""
    return url.get_backend_name() == "sqlite"
