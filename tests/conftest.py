"""Fixtures that several packages share: a database of each kind, and a server on it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from placet.settings import Settings
from placet.storage.database import Database
from placet.storage.migrations import upgrade
from support.server import Client, Server, running

POSTGRES = os.environ.get("PLACET_TEST_POSTGRES_URL")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql",
            marks=pytest.mark.skipif(not POSTGRES, reason="PLACET_TEST_POSTGRES_URL is not set"),
        ),
    ]
)
async def empty_database_url(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/placet.sqlite3"
        return
    url = make_url(POSTGRES or "").set(drivername="postgresql")
    name = f"placet_{uuid4().hex}"
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield url.set(database=name).render_as_string(hide_password=False)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@pytest.fixture
async def database_url(empty_database_url: str) -> str:
    """The URL of a database with the current schema."""
    database = Database(empty_database_url)
    await upgrade(database)
    await database.close()
    return empty_database_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[Server]:
    """A server with the default settings and no patience for revoked keys."""
    async with running(Settings(database_url=database_url, key_cache_seconds=0)) as opened:
        yield opened


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    """A key of the account `acme` that may do everything."""
    async with server.client() as opened:
        yield opened
