"""Every route of the app: who may use it, tried with every permission and with every role.

The table names all routes, so that a new one without an entry fails here.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi.routing import iter_route_contexts

from placet.access.service.tokens import create_token
from placet.people.core.permissions import Permission
from placet.people.core.roles import Role, permissions_of
from support.budgets.calls import Budgets, movement, reservation
from support.people.units import person, plant
from support.server import Client, Server, ok

pytestmark = pytest.mark.anyio

TABLE = yaml.safe_load((Path(__file__).parent / "permission_matrix.yaml").read_text("utf-8"))
NEEDED: dict[str, frozenset[str]] = {
    operation: frozenset(entry["needs"]) for entry in TABLE for operation in entry["operations"]
}
KEYS_NEED: dict[str, frozenset[str]] = NEEDED | {
    operation: frozenset(entry["keys_need"])
    for entry in TABLE
    if "keys_need" in entry
    for operation in entry["operations"]
}
GUARDED = {operation: needs for operation, needs in NEEDED.items() if needs}
PARAMETER = re.compile(r"\{(\w+)\}")
# What a path says where nothing of the account is meant.
NOWHERE = {"accountName": "acme", "contextType": "UNIT", "version": "2024-01"}
WRONG_KEY = {"X-VTEX-API-AppKey": "placet-acme-AAAAAAAAAAAA", "X-VTEX-API-AppToken": "secret"}
WRONG_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJwbGFjZXQifQ.c2lnbmF0dXJl"
UNKNOWN: dict[str, dict[str, str]] = {
    "no credentials": {},
    "wrong key": WRONG_KEY,
    "half a key": {"X-VTEX-API-AppKey": "placet-acme-AAAAAAAAAAAA"},
    "wrong token": {"VtexIdclientAutCookie": WRONG_TOKEN},
    "empty token": {"VtexIdclientAutCookie": ""},
    "wrong bearer": {"Authorization": f"Bearer {WRONG_TOKEN}"},
    "wrong cookie": {"Cookie": f"VtexIdclientAutCookie={WRONG_TOKEN}"},
    "basic": {"Authorization": "Basic YW5hOnNlY3JldA=="},
}


@pytest.fixture
def database_kind() -> str:
    """One store is enough: what is tried here is decided before anything is looked up."""
    return "sqlite"


@dataclass(frozen=True)
class Tried:
    """An operation as it was called, and what came of it."""

    operation: str
    answer: httpx.Response

    def refused_with(self, status: int) -> str:
        """The message of an error in the shape of the operation's family."""
        assert self.answer.status_code == status, (self.operation, self.answer.text)
        body, path = self.answer.json(), self.operation.split()[1]
        if "marketing-solutions" in path:
            [told] = body["errors"]
            message: str = told["detail"]
        else:
            [(name, message)] = body.items()
            assert name == ("error" if path.startswith("/api/budgets") else "message")
        assert "Traceback" not in message
        return message


async def tried(
    http: httpx.AsyncClient, ids: Mapping[str, str], operations: Mapping[str, Any] = GUARDED
) -> list[Tried]:
    """Each operation called without a body, with `ids` in its path or else with ids of nothing."""
    answers = []
    for operation in operations:
        method, path = operation.split()
        url = PARAMETER.sub(lambda found: (NOWHERE | dict(ids)).get(found[1], "x"), path)
        answers.append(Tried(operation, await http.request(method, url)))
    return answers


def served(server: Server) -> Iterator[str]:
    """Every operation of the app, whether it is in the API's description or not."""
    for route in iter_route_contexts(server.app.routes):
        for method in (route.methods or set()) - {"HEAD"}:
            yield f"{method} {(route.path or '').replace(':path}', '}')}"


async def test_the_table_names_every_route_of_the_app(server: Server) -> None:
    assert sorted(served(server)) == sorted(NEEDED)


async def test_the_api_description_states_the_same_permissions(server: Server) -> None:
    described = server.app.openapi()["paths"]
    for path, operations in described.items():
        for method, operation in operations.items():
            stated = operation.get("x-placet-permissions", [])
            needs = NEEDED[f"{method.upper()} {path}"]
            assert set(stated) == needs, (method, path)
            if needs:
                schemes = {name for way in operation["security"] for name in way}
                assert {"appKey", "appToken", "VtexIdclientAutCookie"} <= schemes
                assert all(f"`{permission}`" in operation["description"] for permission in stated)


@pytest.mark.parametrize("permission", Permission)
async def test_an_app_key_may_what_its_permission_says(
    server: Server, permission: Permission
) -> None:
    async with server.client(permissions=[permission]) as client:
        check_allowed(await tried(client.http, {}), {permission}, KEYS_NEED)


@pytest.mark.parametrize("roles", [[], *([role] for role in Role), list(Role)], ids=str)
async def test_a_person_may_what_the_roles_say(server: Server, roles: list[Role]) -> None:
    async with someone(server, roles) as http:
        check_allowed(await tried(http, {}), permissions_of(roles), NEEDED)


def check_allowed(
    answers: list[Tried],
    permissions: frozenset[str] | set[Permission],
    needed: Mapping[str, frozenset[str]],
) -> None:
    """Those with a permission get to know what is wrong with the empty request, others get 403."""
    for answer in answers:
        if needed[answer.operation].isdisjoint(permissions):
            message = answer.refused_with(403)
            named = [f"`{permission}`" in message for permission in needed[answer.operation]]
            assert any(named), (answer.operation, message)
        else:
            status = answer.answer.status_code
            assert status not in (401, 403), (answer.operation, answer.answer.text)
            assert status < 500, (answer.operation, answer.answer.text)


@pytest.mark.parametrize("headers", UNKNOWN.values(), ids=UNKNOWN)
async def test_without_good_credentials_everything_is_401(
    server: Server, headers: dict[str, str]
) -> None:
    async with server.anonymous(headers) as http:
        for answer in await tried(http, {}):
            answer.refused_with(401)
            assert answer.answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("kind", ["app key", "person"])
async def test_no_path_leads_into_another_account(server: Server, kind: str) -> None:
    await plant(server.database, {}, account="other")
    callers = server.client() if kind == "app key" else someone(server, list(Role))
    named = {
        operation: needs for operation, needs in GUARDED.items() if "{accountName}" in operation
    }
    assert named
    async with callers as caller:
        http = caller.http if isinstance(caller, Client) else caller
        for account in ("other", "nowhere"):
            for answer in await tried(http, {"accountName": account}, named):
                assert f"`{account}`" in answer.refused_with(403)


@pytest.mark.parametrize("kind", ["app key", "person"])
async def test_what_another_account_has_does_not_exist(server: Server, kind: str) -> None:
    async with server.client() as owner:
        ids = await filled(server, owner)
        before = await seen(owner, ids)
        assert all(before.values())
        strangers = (
            server.client("other")
            if kind == "app key"
            else someone(server, list(Role), account="other")
        )
        async with strangers as stranger:
            http = stranger.http if isinstance(stranger, Client) else stranger
            for answer in await tried(http, ids | {"accountName": "other"}):
                status, needs = answer.answer.status_code, GUARDED[answer.operation]
                assert status != 401, answer.operation
                assert status != 403 or (kind == "person" and needs == {"B2BBulkImport"})
                assert status < 500, answer.operation
                if status < 300:
                    assert not any(value in answer.answer.text for value in ids.values())
        assert await seen(owner, ids) == before


@asynccontextmanager
async def someone(
    server: Server, roles: list[Role], *, account: str = "acme"
) -> AsyncIterator[httpx.AsyncClient]:
    """The calls of a person with these roles, at the top of the account's only tree of units."""
    database, top = server.database, f"top-of-{account}"
    await plant(
        database, {top: None}, person("somebody", top, roles, account=account), account=account
    )
    made = await create_token(database, account, "somebody")
    async with server.anonymous({"VtexIdclientAutCookie": made.token}) as http:
        yield http


async def filled(server: Server, owner: Client) -> dict[str, str]:
    """One of everything in the account: the ids by the names of path parameters."""
    await plant(server.database, {"unit-of-acme": None}, person("ana-of-acme", "unit-of-acme"))
    created = await owner.create_dimension(unitId="unit-of-acme")
    pending = await owner.submit("order-of-acme", unitId="unit-of-acme")
    budgets = Budgets(owner.http, "unit-of-acme")
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/transactions", movement())
    held = await budgets.post(f"{path}/reservations", reservation())
    return {
        "organizationUnitId": "unit-of-acme",
        "contextId": "unit-of-acme",
        "userId": "ana-of-acme",
        "dimensionId": created["id"],
        "ruleId": created["ruleCollection"][0]["id"],
        "orderAuthId": pending["id"],
        "orderId": "order-of-acme",
        "budgetId": path.split("/")[1],
        "allocationId": path.split("/")[3],
        "transactionId": made["id"],
        "reservationId": held["id"],
    }


async def seen(owner: Client, ids: dict[str, str]) -> dict[str, Any]:
    """What the owner reads of these things."""
    paths = [
        operation.split()[1]
        for operation in GUARDED
        if operation.startswith("GET ")
        and "marketing-solutions" not in operation
        and PARAMETER.findall(operation)
        and set(PARAMETER.findall(operation)) <= ids.keys() | {"accountName", "contextType"}
    ]
    read = {}
    for path in paths:
        url = PARAMETER.sub(lambda found: (NOWHERE | ids)[found[1]], path)
        read[path] = ok(await owner.http.get(url))
    return {
        path: body for path, body in read.items() if body not in ([], {"data": [], "next": None})
    }
