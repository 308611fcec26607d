"""Where user tokens come from, which of several counts, and when a cookie may change anything."""

from __future__ import annotations

import pytest

from placet.access.service.key_tokens import KeyTokens
from placet.access.service.keys import AppKeyCache, create_key
from placet.access.service.tokens import create_token
from placet.people.core.roles import Role
from support.people.units import person, plant
from support.server import Server, dimension, ok, refused

pytestmark = pytest.mark.anyio

POLICIES = "/acme/authorization-dimensions"
UNITS = "/api/organization-units/v1/roots"
NAME = "VtexIdclientAutCookie"


@pytest.fixture
def database_kind() -> str:
    """One store is enough: nothing here depends on how it is stored."""
    return "sqlite"


@pytest.fixture
async def token(server: Server) -> str:
    """A token of an administrator of `acme`."""
    admin = person("ana", "acme-top", [Role.ORGANIZATIONAL_UNIT_ADMIN])
    await plant(server.database, {"acme-top": None}, admin)
    return (await create_token(server.database, "acme", "ana")).token


@pytest.fixture
async def elsewhere(server: Server) -> str:
    """A token of an administrator of another account."""
    admin = person("eve", "other-top", [Role.ORGANIZATIONAL_UNIT_ADMIN], account="other")
    await plant(server.database, {"other-top": None}, admin, account="other")
    return (await create_token(server.database, "other", "eve")).token


# `T` stands for the good token, `E` for one of another account, `W` for one of nobody.
PLACES: list[tuple[dict[str, str], str, int]] = [
    ({NAME: "T"}, POLICIES, 200),
    ({NAME.lower(): "T"}, POLICIES, 200),
    ({"Authorization": "Bearer T"}, POLICIES, 200),
    ({"Authorization": "bearer  T"}, POLICIES, 200),
    ({"Authorization": "Bearer"}, POLICIES, 401),
    ({"Authorization": "Bearer "}, POLICIES, 401),
    ({"Authorization": "T"}, POLICIES, 401),
    ({"Cookie": f"{NAME}=T"}, POLICIES, 200),
    ({"Cookie": f"x=1; {NAME}_acme=T"}, POLICIES, 200),
    ({"Cookie": f"{NAME}_other=T"}, POLICIES, 401),
    ({"Cookie": f"{NAME}_acme=T; {NAME}=W"}, POLICIES, 200),
    ({"Cookie": f"{NAME}_acme=W; {NAME}=T"}, POLICIES, 401),
    ({"Cookie": f"{NAME}_acme=T; {NAME}_other=E"}, POLICIES, 200),
    ({"Cookie": f"{NAME}_acme=E"}, POLICIES, 403),
    ({"Cookie": f"{NAME}_acme=T"}, UNITS, 200),
    ({"Cookie": f"{NAME}_acme=T; {NAME}_other=E"}, UNITS, 401),
    ({"Cookie": f"{NAME}_acme=W; {NAME}_other=E; {NAME}=T"}, UNITS, 200),
    ({NAME: "T", "Cookie": f"{NAME}=W"}, POLICIES, 200),
    ({NAME: "W", "Cookie": f"{NAME}=T"}, POLICIES, 401),
    ({NAME: "W", "Authorization": "Bearer T"}, POLICIES, 401),
    ({NAME: "", "Authorization": "Bearer T"}, POLICIES, 401),
    ({"Authorization": "Bearer W", "Cookie": f"{NAME}=T"}, POLICIES, 401),
    ({NAME: "E"}, POLICIES, 403),
    ({NAME: "T", "X-VTEX-API-AppKey": "placet-acme-AAAAAAAAAAAA"}, POLICIES, 401),
    ({NAME: "T", "X-VTEX-API-AppToken": ""}, POLICIES, 401),
]


@pytest.mark.parametrize(("headers", "path", "status"), PLACES)
async def test_the_first_place_with_a_token_counts_alone(
    server: Server, token: str, elsewhere: str, headers: dict[str, str], path: str, status: int
) -> None:
    wrong = token[:-6] + "AAAAAA"
    stands_for = {"T": token, "E": elsewhere, "W": wrong}
    sent = {name: _filled(value, stands_for) for name, value in headers.items()}
    async with server.anonymous(sent) as http:
        answer = await http.get(path)
    if status == 200:
        ok(answer)
    else:
        refused(answer, status)


async def test_an_app_key_counts_before_a_token(server: Server, token: str) -> None:
    key = await create_key(server.database, "acme", ["ViewBuyingPolicies"])
    headers = {"X-VTEX-API-AppKey": key.app_key, "X-VTEX-API-AppToken": key.app_token}
    async with server.anonymous(headers | {NAME: token}) as http:
        ok(await http.get(POLICIES))
        assert "this app key lacks" in refused(await http.post(POLICIES, json=dimension()), 403)
    async with server.anonymous(headers | {"X-VTEX-API-AppToken": "x", NAME: token}) as http:
        refused(await http.get(POLICIES), 401)


async def test_a_token_that_stands_for_a_key_is_nobodys_user_token(server: Server) -> None:
    database = server.database
    key = await create_key(database, "acme", ["ViewBuyingPolicies"])
    issuer = KeyTokens(database, AppKeyCache(database, seconds=0))
    issued = await issuer.issue(key.app_key, key.app_token)
    async with server.anonymous({"Authorization": f"Bearer {issued.access_token}"}) as http:
        ok(await http.get(POLICIES))
    async with server.anonymous({"Authorization": f"Bearer {issued.refresh_token}"}) as http:
        refused(await http.get(POLICIES), 401)


ORIGINS: list[tuple[dict[str, str], int]] = [
    ({}, 200),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://placet.test"}, 403),
    ({"Origin": "http://placet.test"}, 200),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "http://placet.test.evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),
]


@pytest.mark.parametrize(("headers", "status"), ORIGINS)
async def test_a_page_of_another_site_changes_nothing_by_cookie(
    server: Server, token: str, headers: dict[str, str], status: int
) -> None:
    body = dimension(unitId="acme-top")
    async with server.anonymous(headers | {"Cookie": f"{NAME}={token}"}) as http:
        ok(await http.get(POLICIES))
        answer = await http.post(POLICIES, json=body)
    if status == 403:
        assert "another site" in refused(answer, 403)
    else:
        ok(answer)
    async with server.anonymous(headers | {NAME: token}) as http:
        ok(await http.post(POLICIES, json=body))


def _filled(value: str, stands_for: dict[str, str]) -> str:
    for letter, token in stands_for.items():
        for before in (" ", "="):
            if value.endswith(f"{before}{letter}") or f"{before}{letter};" in value:
                value = value.replace(f"{before}{letter}", f"{before}{token}", 1)
    return stands_for.get(value, value)
