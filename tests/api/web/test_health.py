"""Health, readiness and the API pages."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from support.server import Server, ok

pytestmark = pytest.mark.anyio

WITHOUT_BODY = ("/reevaluation", "/{importId}")


async def test_a_running_server_is_alive_and_ready(server: Server) -> None:
    async with server.anonymous() as http:
        assert ok(await http.get("/healthz")) == {"status": "ok"}
        assert ok(await http.get("/readyz")) == {"status": "ok"}


async def test_a_server_on_another_schema_is_alive_and_not_ready(server: Server) -> None:
    async with server.database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    async with server.anonymous() as http:
        ok(await http.get("/healthz"))
        answer = await http.get("/readyz")
        assert answer.status_code == 503
        assert "9999" in answer.json()["message"]


async def test_every_operation_is_described_and_no_half_credentials_are_enough(
    server: Server,
) -> None:
    async with server.anonymous() as http:
        schema = ok(await http.get("/openapi.json"))
        assert (await http.get("/docs")).status_code == 200
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            for way in operation.get("security", ()):
                assert way.keys() <= schema["components"]["securitySchemes"].keys()
                assert way.keys() not in ({"appKey"}, {"appToken"})
            if method in ("post", "put") and not path.endswith(WITHOUT_BODY):
                assert operation["requestBody"]["content"], (method, path)


async def test_the_request_id_comes_back_when_it_is_harmless(server: Server) -> None:
    async with server.anonymous() as http:
        given = await http.get("/healthz", headers={"X-Request-Id": "abc-1"})
        assert given.headers["X-Request-Id"] == "abc-1"
        for odd in ("a b", "x" * 65, 'quote"'):
            made = await http.get("/healthz", headers={"X-Request-Id": odd})
            assert len(made.headers["X-Request-Id"]) == 36
