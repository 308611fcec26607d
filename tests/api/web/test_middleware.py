"""What a caller sees when the server itself fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text

from placet.kit.log_lines import protect_logs
from support.process import server_process
from support.server import Server, refused

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def dimensions_away(server: Server) -> AsyncIterator[None]:
    """The table is missing within the block; other tests use the same database afterwards."""
    async with server.database.write() as connection:
        await connection.execute(text("ALTER TABLE dimensions RENAME TO dimensions_away"))
    yield
    async with server.database.write() as connection:
        await connection.execute(text("ALTER TABLE dimensions_away RENAME TO dimensions"))


async def test_an_unexpected_error_is_500_with_an_id_that_the_log_knows(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with server.client() as client, dimensions_away(server):
        with caplog.at_level(logging.ERROR, "placet.request"):
            answer = await client.get("/authorization-dimensions")
    message = refused(answer, 500)
    request_id = answer.headers["X-Request-Id"]
    assert message.endswith(request_id)
    assert request_id in caplog.text
    assert "dimensions" in caplog.text
    assert "dimensions" not in message


async def test_every_request_is_one_line_of_the_log(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with server.anonymous() as http:
        with caplog.at_level(logging.INFO, "placet.request"):
            await http.get("/healthz?secret=1", headers={"X-Request-Id": "abc"})
    [record] = caplog.records
    assert record.getMessage().startswith("abc GET /healthz 200 ")


FORGED = "x\n2026-12-01 00:00:00 INFO forged \x1b[31m \x9b31m \u202egnp.exe \u2028 \r end"


async def test_nothing_that_is_sent_writes_a_line_of_its_own(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with server.anonymous() as http:
        with caplog.at_level(logging.INFO, "placet.request"):
            await http.get(f"/acme/{quote(FORGED)}")
            await http.request("G\x7f", "/acme")
            await http.get("/acme", headers={"X-Request-Id": "a b"})
    assert len(caplog.records) == 3
    assert "\\n2026-12-01 00:00:00 INFO forged \\x1b[31m" in caplog.records[0].getMessage()
    for record in caplog.records:
        assert record.getMessage().isprintable()
    assert len(caplog.text.splitlines()) == 3


def test_an_exception_cannot_pretend_to_be_a_line(caplog: pytest.LogCaptureFixture) -> None:
    protect_logs()
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("placet.request").exception("failed for %s", FORGED)
    first, *rest = caplog.text.splitlines()
    assert first.endswith("end")
    assert all(line.startswith("  ") and line.isprintable() for line in rest)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/acme%2fsettings", 400),
        ("/acme/users%2Fana", 400),
        ("/acme/users/a%2Fb", 400),
        ("/api/budgets/UNIT%2fx/y", 400),
        ("/acme/commercial-authorizations%2Forder/o-1", 400),
        ("/acme/commercial-authorizations/order%2Fo-1", 400),
        ("/a%2Fb/commercial-authorizations/order/o-1", 400),
        ("/acme/commercial-authorizations/order/a%2Fb", 404),
        ("/acme/settings", 200),
    ],
)
async def test_an_encoded_slash_ends_no_name(server: Server, path: str, status: int) -> None:
    async with server.client() as client:
        answer = await client.http.get(path)
        assert answer.status_code == status, answer.text
        if status == 400:
            assert "%2F" in answer.text


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /healthz HTTP/1.1\r\nHost: x\r\n", 200),
        ("GET /healthz HTTP/1.1\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n", 400),
        ("GET /healthz HTTP/1.0\r\n", 200),
    ],
)
async def test_http_1_1_has_one_host(served_at: tuple[str, int], head: str, status: int) -> None:
    reader, writer = await asyncio.open_connection(*served_at)
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert line.split()[1] == str(status).encode()


@pytest.fixture(scope="module")
def served_at(sqlite_template: Path) -> Iterator[tuple[str, int]]:
    with server_process(f"sqlite:///{sqlite_template}", outbox_worker=False) as process:
        url = httpx.URL(process.url)
        assert url.port is not None
        yield url.host, url.port
