"""People act on the budgets and policies of their own unit and below it, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from placet.access.service.tokens import create_token
from placet.people.core.roles import Role
from support.budgets.calls import ON_ONE_STORE, Budgets, budget
from support.people.units import person, plant
from support.server import Client, Server, dimension, ok, refused, rule

pytestmark = [pytest.mark.anyio, ON_ONE_STORE]

POLICIES = "/acme/authorization-dimensions"
SELLERS = "/2026-01/marketing-solutions/marketplace-performance-outcomes/budgets"
BUYERS = {"north": None, "north-lab": "north", "south": None}


@asynccontextmanager
async def admin(
    server: Server, unit_id: str | None, units: dict[str, str | None]
) -> AsyncIterator[httpx.AsyncClient]:
    database = server.database
    roles = [Role.ORGANIZATIONAL_UNIT_ADMIN]
    await plant(database, units, person("ana", unit_id, roles))
    made = await create_token(database, "acme", "ana")
    async with server.anonymous({"VtexIdclientAutCookie": made.token}) as http:
        yield http


def on_unit(unit_id: str | None, name: str) -> dict[str, Any]:
    return {**dimension(rule(name)), "name": name, "unitId": unit_id}


async def test_budgets_of_other_buyers_are_out_of_reach(server: Server) -> None:
    async with admin(server, "north", BUYERS) as http:
        for unit in ("north", "north-lab"):
            made = ok(await http.post(f"/api/budgets/UNIT/{unit}", json=budget()))
            assert made["contextId"] == unit
        for unit in ("south", "unknown", "seller:1"):
            for method, path in (("POST", ""), ("GET", ""), ("POST", "/allocations/query")):
                answer = await http.request(method, f"/api/budgets/UNIT/{unit}{path}", json={})
                assert answer.status_code == 404
                assert answer.json() == {"error": f"there is no organization unit `{unit}`"}
    async with server.client() as key:
        assert ok(await key.http.get("/api/budgets/UNIT/south"))["items"] == []


async def test_people_spend_from_budgets_of_their_unit_and_above(
    server: Server, client: Client
) -> None:
    paths = {unit: await Budgets(client.http, unit).create_path() for unit in BUYERS}
    await plant(server.database, BUYERS, person("ben", "north-lab", [Role.BUYER]))
    made = await create_token(server.database, "acme", "ben")
    async with server.anonymous({"VtexIdclientAutCookie": made.token}) as http:
        for unit, path in paths.items():
            _, budget_id, _, allocation_id = path.split("/")
            line = {"budgetId": budget_id, "allocationId": allocation_id, "amount": 1}
            body = {"order": {"orderId": f"o-{unit}"}, "spending": [line]}
            answer = await http.post("/acme/commercial-authorizations", json=body)
            if unit == "south":
                assert refused(answer, 400) == f"`spending`: the budget `{budget_id}` was not found"
            else:
                assert ok(answer)["status"] == "accepted"
    assert await Budgets(client.http, "south").remaining(paths["south"]) == 100


async def test_policies_of_other_buyers_are_out_of_reach(server: Server, client: Client) -> None:
    theirs = await client.create_dimension(**on_unit("south", "theirs"))
    below = await client.create_dimension(**on_unit("north-lab", "below"))
    async with admin(server, "north-lab", BUYERS) as http:
        own = ok(await http.post(POLICIES, json=dimension(rule("own")) | {"unitId": "north-lab"}))
        shown = [each["id"] for each in ok(await http.get(POLICIES))]
        assert set(shown) == {own["id"], below["id"]}
        refused(await http.post(POLICIES, json=on_unit("south", "new")), 404)
        refused(await http.post(POLICIES, json=on_unit("north", "new")), 404)
        refused(await http.put(f"{POLICIES}/{own['id']}", json=on_unit("south", "moved")), 404)
        ok(await http.put(f"{POLICIES}/{below['id']}", json=on_unit("north-lab", "changed")))
        there = f"{POLICIES}/{theirs['id']}"
        known = f"{there}/rules/{theirs['ruleCollection'][0]['id']}"
        for method, path, body in (
            ("PUT", there, on_unit("south", "taken")),
            ("DELETE", there, None),
            ("POST", f"{there}/rules", rule("extra")),
            ("PUT", f"{there}/rules", []),
            ("PUT", known, rule("extra")),
            ("DELETE", known, None),
        ):
            message = refused(await http.request(method, path, json=body), 404)
            assert message == f"there is no dimension `{theirs['id']}`"
    [kept] = ok(await client.get("/authorization-dimensions?unitId=south"))
    assert kept == theirs


async def test_what_concerns_the_whole_account_takes_a_key_where_there_are_several_buyers(
    server: Server,
) -> None:
    async with admin(server, "north", BUYERS) as http:
        file = {"account": "acme", "dimensions": []}
        for method, path, body in (
            ("PUT", "/acme/rule-file", file),
            ("PATCH", "/acme/settings", {"requesterMayDecide": True}),
        ):
            message = refused(await http.request(method, path, json=body), 403)
            assert message.startswith("access denied: this concerns the whole account")
        assert (await http.get(SELLERS)).status_code == 403
        assert (await http.post(SELLERS, json=[])).status_code == 403


async def test_settings_are_shown_to_whoever_may_see_policies(server: Server) -> None:
    async with admin(server, "north", BUYERS) as http:
        assert ok(await http.get("/acme/settings"))["requesterMayDecide"] is False


async def test_whoever_belongs_to_the_unit_above_all_acts_for_the_whole_account(
    server: Server,
) -> None:
    async with admin(server, "hq", {"hq": None, "plant": "hq"}) as http:
        assert ok(await http.patch("/acme/settings", json={"requesterMayDecide": True}))
        assert ok(await http.put("/acme/rule-file", json={"account": "acme", "dimensions": []}))
        assert ok(await http.get(SELLERS)) == []
        assert ok(await http.get("/api/budgets/UNIT/plant"))["items"] == []


async def test_a_person_without_a_unit_reaches_nothing(server: Server, client: Client) -> None:
    await client.create_dimension(**on_unit("south", "theirs"))
    async with admin(server, None, BUYERS) as http:
        refused(await http.patch("/acme/settings", json={}), 403)
        assert ok(await http.get(POLICIES)) == []
        assert (await http.get("/api/budgets/UNIT/north")).status_code == 404
