"""Bringing a database to the schema of this version, and refusing to work on another one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic.command import upgrade as run_upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from placet.database.database import Database
from placet.errors import Unavailable

__all__ = ["check_schema", "current_revision", "head_revision", "upgrade"]

_FOLDER: Final = Path(__file__).parent


def head_revision() -> str:
    """The schema revision this version of Placet works with, such as `0001`."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError(f"no migrations in {_FOLDER}")
    return head


async def current_revision(database: Database) -> str | None:
    """The database's schema revision; None for an empty database."""
    async with database.read() as connection:
        return await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )


async def upgrade(database: Database) -> str:
    """Apply the missing migrations, all in one transaction, and answer the revision reached.

    Raises:
        Unavailable: the schema is a newer version's.
    """

    def run(connection: Connection) -> None:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in _known_revisions():
            raise _too_new(found)
        config = _config()
        config.attributes["connection"] = connection
        run_upgrade(config, "head")

    async with database.write() as connection:
        await connection.run_sync(run)
    return head_revision()


async def check_schema(database: Database) -> None:
    """Make sure that the database has exactly this version's schema.

    Raises:
        Unavailable: it has none, an older or a newer one; the sentence says what to do.
    """
    found, needed = await current_revision(database), head_revision()
    if found == needed:
        return
    if found is None:
        raise Unavailable("the database holds no Placet schema yet: run `placet db upgrade`")
    if found in _known_revisions():
        raise Unavailable(
            f"the database has schema {found}, but this version of Placet needs {needed}:"
            " run `placet db upgrade`"
        )
    raise _too_new(found)


def _known_revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _too_new(found: str) -> Unavailable:
    return Unavailable(
        f"the database has schema {found[:50]}, which this version of Placet does not know (it"
        f" knows {head_revision()}): install the newer version that wrote it"
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
