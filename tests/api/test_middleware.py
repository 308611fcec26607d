"""What a caller sees when the server itself fails."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from support.server import Server, refused

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def dimensions_away(server: Server) -> AsyncIterator[None]:
    """The table is missing within the block; other tests use the same database afterwards."""
    async with server.service.database.write() as connection:
        await connection.execute(text("ALTER TABLE dimensions RENAME TO dimensions_away"))
    yield
    async with server.service.database.write() as connection:
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
