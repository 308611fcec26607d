"""Tokens for app keys by OAuth 2.0 client credentials."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import pytest

from placet.access.service.keys import NewKey, create_key, revoke_app_key
from placet.people.core.permissions import Permission
from support.budgets.calls import ON_ONE_STORE
from support.server import Server, ok, refused

pytestmark = pytest.mark.anyio

BUDGETS = "/2026-01/marketing-solutions/marketplace-performance-outcomes/budgets"


@pytest.fixture
async def key(server: Server) -> NewKey:
    return await create_key(server.database, "acme", [Permission.VIEW_BUDGET])


def form(key: NewKey, **more: str) -> dict[str, str]:
    grant = {"grant_type": "client_credentials"}
    return grant | {"client_id": key.app_key, "client_secret": key.app_token} | more


async def asked(server: Server, data: Any, **more: Any) -> httpx.Response:
    async with server.anonymous() as http:
        return await http.post("/oauth2/token", data=data, **more)


async def called(server: Server, token: str, path: str = BUDGETS) -> httpx.Response:
    async with server.anonymous({"Authorization": f"Bearer {token}"}) as http:
        return await http.get(path)


async def test_a_token_stands_for_its_key(server: Server, key: NewKey) -> None:
    answer = await asked(server, form(key))
    assert answer.headers["cache-control"] == "no-store"
    token = ok(answer)
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    assert ok(await called(server, token["access_token"])) == []
    assert ok(await called(server, token["access_token"], "/api/budgets/UNIT/x"))["items"] == []
    assert "permission" in refused(
        await called(server, token["access_token"], "/acme/authorization-dimensions"), 403
    )
    refused(await called(server, token["access_token"], "/other/authorization-dimensions"), 403)


async def test_credentials_may_come_by_basic_authentication(server: Server, key: NewKey) -> None:
    basic = b64encode(f"{key.app_key}:{key.app_token}".encode()).decode()
    answer = await asked(
        server,
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert ok(answer)["access_token"]


async def test_a_refresh_token_brings_the_next_one_of_the_same_key(
    server: Server, key: NewKey
) -> None:
    token = ok(await asked(server, form(key)))
    again = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    assert ok(await asked(server, form(key, **again)))["access_token"]
    other = await create_key(server.database, "acme", [Permission.VIEW_BUDGET])
    assert (await asked(server, form(other, **again))).status_code == 401
    access = again | {"refresh_token": token["access_token"]}
    assert (await asked(server, form(key, **access))).status_code == 401


async def test_a_revoked_key_makes_its_tokens_useless(server: Server, key: NewKey) -> None:
    token = ok(await asked(server, form(key)))
    await revoke_app_key(server.database, key.app_key)
    assert (await called(server, token["access_token"])).status_code == 401
    assert (await asked(server, form(key))).status_code == 401


async def test_only_an_untouched_access_token_is_accepted(server: Server, key: NewKey) -> None:
    token = ok(await asked(server, form(key)))
    head, claims, signature = token["access_token"].split(".")
    for wrong in (
        token["refresh_token"],
        f"{head}.{claims}.{signature[::-1]}",
        f"{head}.{claims}.",
        "x",
    ):
        assert (await called(server, wrong)).status_code == 401


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 401, "invalid_client"),
    ],
)
async def test_refusals_are_those_of_oauth(
    server: Server, key: NewKey, change: dict[str, str], status: int, error: str
) -> None:
    answer = await asked(server, form(key) | change)
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


@ON_ONE_STORE
@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b"a=1&a=2", b"%ff=1"])
async def test_a_body_that_is_no_form_is_refused(server: Server, body: bytes) -> None:
    async with server.anonymous() as http:
        answer = await http.post("/oauth2/token", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
