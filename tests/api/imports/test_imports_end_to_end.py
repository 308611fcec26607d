"""After an import its people approve, and its cost centers have budgets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from placet.access.service.tokens import create_token
from placet.people.core.roles import Role
from placet.people.store.users import load_user_by_email
from placet.settings import Settings
from support.budgets.calls import Budgets, allocation, budget
from support.server import Server, ok, rule, running, score, submission
from support.workbooks import file_of, member, organization

pytestmark = pytest.mark.anyio

IMPORTS = "/api/b2b/import/buyer-orgs"
ORDERS = "/acme/commercial-authorizations"


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[Server]:
    """A server that works on imports only when the test says so."""
    settings = Settings(database_url=database_url, key_cache_seconds=0, import_worker=False)
    async with running(settings) as opened:
        yield opened


async def person(server: Server, email: str) -> dict[str, str]:
    """The headers of an imported person."""
    async with server.database.read() as connection:
        user = await load_user_by_email(connection, "acme", email)
    assert user is not None
    new = await create_token(server.database, "acme", user.user_id, life_ms=3_600_000)
    return {"VtexIdclientAutCookie": new.token}


async def test_an_imported_member_approves_an_order_of_the_imported_cost_center(
    server: Server,
) -> None:
    people = [
        member(1, roleId=Role.ORDER_APPROVER.guid),
        member(2, roleId=Role.BUYER.guid),
    ]
    content = file_of([organization(1)], [], people).getvalue()
    async with server.client() as client:
        http = client.http
        made = ok(await http.post(IMPORTS, files={"file": ("orgs.xlsx", content)}))
        for path in (f"validate/{made['importId']}", made["importId"]):
            assert (await http.post(f"{IMPORTS}/{path}")).status_code == 204
            assert await server.process.workers.imports.work()
        authorizers: dict[str, Any] = {
            "requireAllApprovals": True,
            "authorizers": [{"type": "unit", "id": "cc-1"}],
        }
        await client.create_dimension(rule(authorizationData=authorizers), unitId="org-1")
        linked = {"linkedEntity": {"id": "cc-1", "type": "CostCenter"}}
        made = await Budgets(http, "cc-1").post(
            "", budget(1000, enforcement="HARD", allocations=[allocation(500, **linked)])
        )
        made_budget = {"budgetId": made["id"], "allocationId": made["allocations"][0]["id"]}
    buyer = await person(server, "member-2@example.com")
    approver = await person(server, "member-1@example.com")
    async with server.anonymous() as http:
        order = {key: value for key, value in submission().items() if key != "unitId"}
        order["spending"] = [made_budget | {"amount": 120}]
        waiting = ok(await http.post(ORDERS, json=order, headers=buyer))
        assert waiting["status"] == "pending"
        assert waiting["units"] == ["cc-1", "org-1"]
        [mine] = ok(await http.get(f"{ORDERS}?pending-for=me", headers=approver))["data"]
        assert mine["id"] == waiting["id"]
        [held] = waiting["additionalInfo"]["holds"]
        assert held["amount"] == 120
        decided = await http.post(
            f"{ORDERS}/{waiting['id']}/callback", json=score(waiting, 100), headers=approver
        )
        assert ok(decided)["status"] == "accepted"
