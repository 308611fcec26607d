"""A store that is away is no fault of the server: 503, one line in the log, `/readyz` tells it."""

from __future__ import annotations

import logging
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest
from sqlalchemy.engine import make_url

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.people.core.permissions import Permission
from placet.schema import upgrade
from placet.settings import Settings
from support.budgets.calls import ON_ONE_STORE, budget
from support.database.pragma import set_pragma
from support.documented import CHECKED
from support.postgres import new_database
from support.process import server_process
from support.server import Client, Server, dimension, ok, running, submission

pytestmark = pytest.mark.anyio

WRITES = [
    ("POST", "/acme/authorization-dimensions", dimension()),
    ("PATCH", "/acme/settings", {"timeZone": "Europe/Paris"}),
    ("POST", "/acme/commercial-authorizations", submission()),
    ("POST", "/api/budgets/UNIT/acme", budget()),
    ("PUT", "/acme/users/ana", {}),
    ("POST", "/api/organization-units/v1", {"name": "Acme"}),
]
# What needs more room than a page has left.
LARGE = [("POST", "/api/budgets/UNIT/acme", budget(description="x" * 9_000))]
Change = Callable[[], Awaitable[None]]


async def _all_refused(http: httpx.AsyncClient, words: str, writes: list[Any] = WRITES) -> None:
    for method, path, body in writes:
        answer = await http.request(method, path, json=body)
        assert answer.status_code == 503, (path, answer.text)
        assert answer.headers["Retry-After"] == "1"
        assert words in answer.text
        assert "try again later" in answer.text
    ready = await http.get("/readyz")
    assert ready.status_code == 503
    assert words in ready.json()["message"]
    assert (await http.get("/healthz")).status_code == 200


async def _all_well(http: httpx.AsyncClient) -> None:
    assert ok(await http.get("/readyz")) == {"status": "ok"}
    for method, path, body in WRITES:
        ok(await http.request(method, path, json=body))


async def _tried(
    server: Server, client: Client, caplog: pytest.LogCaptureFixture, words: str,
    spoil: Change, mend: Change, writes: list[Any],
) -> None:  # fmt: skip
    """All writes before, while and after the store is spoilt."""
    assert ok(await client.http.get("/readyz")) == {"status": "ok"}
    await spoil()
    with caplog.at_level(logging.WARNING):
        await _all_refused(client.http, words, writes)
        assert ok(await client.get("/settings"))
        lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert len(lines) == 1, caplog.text
        assert lines[0].name == "placet.database"
        assert words in lines[0].getMessage()
        assert "\n" not in lines[0].getMessage()
        assert "Traceback" not in caplog.text
        await mend()
        await _all_well(client.http)
        assert "the database works again" in caplog.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("spoilt", "mended", "words", "writes"),
    [
        ("query_only = ON", "query_only = OFF", "it is read-only", WRITES),
        ("max_page_count = 1", "max_page_count = 1000000", "its disk is full", LARGE),
    ],
)
async def test_an_sqlite_file_that_takes_no_changes(
    server: Server, client: Client, caplog: pytest.LogCaptureFixture,
    spoilt: str, mended: str, words: str, writes: list[Any],
) -> None:  # fmt: skip
    database = server.database
    await _tried(
        server, client, caplog, words,
        lambda: set_pragma(database, spoilt),
        lambda: set_pragma(database, mended),
        writes,
    )  # fmt: skip


@asynccontextmanager
async def _own_postgres(cluster: str, **more: object) -> AsyncIterator[tuple[Server, str]]:
    """A server on a database of its own, whose settings may be changed."""
    async with new_database(cluster) as url:
        database = Database(url)
        await upgrade(database)
        await database.close()
        settings = Settings(database_url=url, key_cache_seconds=0, **more)  # type: ignore[arg-type]
        async with running(settings) as server:
            yield server, url


async def _alter(cluster: str, url: str, change: str) -> None:
    """Change a database's settings and have every connection made anew."""
    name = make_url(url).database
    connection = await asyncpg.connect(cluster)
    await connection.execute(f"ALTER DATABASE {name} {change}")
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name
    )
    await connection.close()


async def test_a_postgres_that_became_a_read_only_standby(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with _own_postgres(postgres_url) as (server, url), server.client() as client:
        # A connection that is cut is another trouble, so it is had first.
        await _alter(postgres_url, url, "SET default_transaction_read_only = on")
        await client.http.get("/readyz")
        caplog.clear()

        async def spoil() -> None:
            return

        async def mend() -> None:
            await _alter(postgres_url, url, "RESET default_transaction_read_only")
            await client.http.get("/readyz")

        with caplog.at_level(logging.WARNING):
            await _all_refused(client.http, "it is read-only")
            assert ok(await client.get("/settings"))
            assert "Traceback" not in caplog.text
            await mend()
            await _all_well(client.http)


async def test_a_statement_that_takes_too_long(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with _own_postgres(postgres_url) as (server, url), server.client() as client:
        await client.create_dimension()
        other = await asyncpg.connect(url)
        await _alter(postgres_url, url, "SET lock_timeout = '50ms'")
        await other.close()
        await client.http.get("/readyz")
        other = await asyncpg.connect(url)
        async with other.transaction():
            await other.execute("LOCK accounts, budgets, app_keys IN ACCESS EXCLUSIVE MODE")
            answer = await client.http.post("/acme/authorization-dimensions", json=dimension())
        await other.close()
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"] == "1"
        assert "too busy" in answer.text
        assert "Traceback" not in caplog.text
        assert (await client.get("/settings")).status_code == 200


@asynccontextmanager
async def _limited(
    database_url: str,
) -> AsyncIterator[tuple[httpx.AsyncClient, psutil.Process]]:
    """A server in a process of its own, and a connection to it that is open."""
    database = Database(database_url)
    key = await create_key(database, "acme", list(Permission))
    await database.close()
    headers = {"X-VTEX-API-AppKey": key.app_key, "X-VTEX-API-AppToken": key.app_token}
    with server_process(database_url, outbox_worker=False, import_worker=False) as server:
        process = psutil.Process(server.process.pid)
        async with httpx.AsyncClient(
            base_url=server.url, headers=headers, event_hooks=CHECKED
        ) as http:
            ok(await http.get("/healthz"))
            yield http, process


@ON_ONE_STORE
async def test_a_server_without_file_descriptors(database_url: str) -> None:
    async with _limited(database_url) as (http, process):
        before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        none = (process.num_fds(), before[1])
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, none)
        body = {"timeZone": "America/Argentina/Ushuaia"}
        for _ in range(3):
            answer = await http.patch("/acme/settings", json=body)
            assert answer.status_code == 503, answer.text
            assert answer.headers["Retry-After"] == "1"
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, before)
        assert ok(await http.patch("/acme/settings", json=body))["timeZone"] == body["timeZone"]


def _log_size(database_url: str) -> int:
    return Path(f"{make_url(database_url).database}-wal").stat().st_size


@ON_ONE_STORE
async def test_a_log_that_cannot_grow(database_url: str) -> None:
    async with _limited(database_url) as (http, process):
        ok(await http.patch("/acme/settings", json={"timeZone": "Europe/Rome"}))
        log = _log_size(database_url)
        before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (log, before[1]))
        await _all_refused(http, "the database")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
        await _all_well(http)
