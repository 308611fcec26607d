"""Opening the database for commands that work on it directly."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from placet.cli.configuration import load_settings
from placet.database.database import Database
from placet.database.store_errors import StoreAway
from placet.errors import NotFound, Unavailable
from placet.kit.log_lines import printable
from placet.schema import check_schema, current_revision
from placet.schema.upgrading import upgrade_database

# A command says by itself what is wrong, once.
logging.getLogger("placet.database").addHandler(logging.NullHandler())

_DRIVER_PATIENCE_S: Final = 5.0


@asynccontextmanager
async def connected(database_url: str | None, *, create: bool) -> AsyncIterator[Database]:
    """The database, as it is; `create` allows an embedded one to come into being.

    Raises:
        InvalidRequest: the URL is none.
        NotFound: there is no such file, and none may be made.
        Unavailable: the database does not answer.
    """
    database = Database(load_settings(database_url=database_url).database_url)
    threads = set(threading.enumerate())
    try:
        if database.embedded and not create:
            _check_present(database.url.database or "")
        with _failures_told():
            yield database
    finally:
        await database.close()
        await _driver_ended(threads)


async def _driver_ended(others: set[threading.Thread]) -> None:
    """Wait for what the SQLite driver still does after a failed connection.

    Its thread reports to the event loop, which must not be closed before.
    """
    for thread in set(threading.enumerate()) - others:
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, _DRIVER_PATIENCE_S)


@asynccontextmanager
async def ready(database_url: str | None, *, create: bool) -> AsyncIterator[Database]:
    """The database with this version's schema; an embedded one is upgraded where it is older.

    Raises:
        NotFound: the file holds no Placet database, and none may be made; else as `connected`.
        Unavailable: it does not answer, or another one has another schema.
    """
    async with connected(database_url, create=create) as database:
        if database.embedded:
            if not create and await _holds_nothing(database):
                raise NotFound(_no_database(database.url.database or ""))
            await upgrade_database(database)
        await check_schema(database)
        yield database


async def _holds_nothing(database: Database) -> bool:
    """A file of no length is not even opened, as that would write to it."""
    return _is_empty(database.url.database or "") or await current_revision(database) is None


def _is_empty(file: str) -> bool:
    return not Path(file).stat().st_size


def _check_present(file: str) -> None:
    """Opening would make the file."""
    if not Path(file).exists():
        raise NotFound(_no_database(file))


def _no_database(file: str) -> str:
    return (
        f"there is no database `{Path(file).absolute()}`: name yours by --database or"
        " PLACET_DATABASE_URL; `placet serve` and `placet db upgrade` make one"
    )


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except StoreAway as error:
        told = error if error.__cause__ is None else f"{error.trouble}: {_words(error.__cause__)}"
        raise Unavailable(str(told)) from error
    except (SQLAlchemyError, PostgresError, OSError) as error:
        raise Unavailable(f"the database does not answer: {_words(error)}") from error


def _words(error: BaseException) -> str:
    """The driver's own words, on one line."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return printable(" ".join(str(cause).split())) or type(cause).__name__
