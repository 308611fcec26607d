"""`placet db`: the schema of a database."""

from __future__ import annotations

import asyncio

import typer

from placet.cli.command import DatabaseUrl, ExitCode, command_app, examples
from placet.cli.database import connected
from placet.cli.output import console
from placet.schema import current_revision, head_revision
from placet.schema.upgrading import upgrade_database

app = command_app("Look at and upgrade the database's schema.")


@app.command(
    epilog=examples(
        "placet db upgrade --database postgresql://placet@db.example/placet",
        closing="Run it before the servers of a new version start. `placet serve` does it by "
        "itself for an SQLite file.",
    )
)
def upgrade(database: DatabaseUrl = None) -> None:
    """Bring the database to this version's schema; all steps or none."""
    before, after = asyncio.run(_upgrade(database))
    if before == after:
        console().print(f"schema {after}: nothing to do")
    else:
        console().print(f"schema {after}, before: {before or 'none'}")


@app.command(
    epilog=examples(
        "placet db current",
        closing="Exit codes: 0 the schema is this version's, 1 it is another or none.",
    )
)
def current(database: DatabaseUrl = None) -> None:
    """Print the schema the database has and the one this version needs."""
    found, needed = asyncio.run(_current(database)), head_revision()
    console().print(f"schema {found or 'none'}, needed {needed}")
    raise typer.Exit(ExitCode.OK if found == needed else ExitCode.PROBLEMS)


async def _upgrade(database_url: str | None) -> tuple[str | None, str]:
    async with connected(database_url, create=True) as database:
        return await current_revision(database), await upgrade_database(database)


async def _current(database_url: str | None) -> str | None:
    async with connected(database_url, create=False) as database:
        return await current_revision(database)
