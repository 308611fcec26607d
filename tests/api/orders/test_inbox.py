"""Inboxes: what waits for whom is what the rules say, whatever happens to orders and people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from placet.kit.alarm import Alarm
from placet.orders.service.notices.approval_worker import ApprovalWorker
from placet.orders.store.pending_approval_tables import pending_approval_table
from placet.people.store.units import delete_units
from support.budgets.calls import ON_ONE_STORE
from support.clock import ManualClock
from support.messages.outgoing import outgoing
from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Client, Server, dimension, ok, refused, rule, score
from support.statements import statements

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
DAY = 86_400_000
BUYER, APPROVER = "Buyer", "Order Approver"
TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme", "nowhere": "acme"}
PEOPLE = {
    "boss": ("acme", [APPROVER]),
    "sara": ("sales", [APPROVER, BUYER]),
    "nils": ("north", [BUYER]),
    "dana": ("design", [APPROVER]),
    "cfo": (None, [APPROVER]),
}


def asking(name: str, *authorizers: str, every: bool = True, **more: Any) -> dict[str, Any]:
    """A rule for the orders that name it; authorizers as `unit sales`."""
    pairs = [authorizer.split() for authorizer in authorizers]
    listed = [{"type": kind, "id": id_} for kind, id_ in pairs]
    data = {"authorizationData": {"requireAllApprovals": every, "authorizers": listed}}
    return rule(name, f'"{name}" in asks', **data, **more)


RULES = [
    asking("person", "user cfo"),
    asking("unit", "unit sales"),
    asking("empty unit", "unit north"),
    asking("unknown unit", "unit nowhere"),
    asking("two levels", "unit sales", "user cfo"),
    asking("either", "unit design", "user boss", every=False),
    asking("anybody above"),
    asking("slow", "unit sales", "unit design", escalateAfter="P1D"),
    asking("slow last", "unit sales", escalateAfter="P1D"),
    asking("slow person", "user cfo", escalateAfter="P1D"),
]
NAMES = [item["name"] for item in RULES]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    async with outgoing(database_url, clock) as opened:
        await opened.process.workers.approvals.close()
        people = [person(name, unit, roles) for name, (unit, roles) in PEOPLE.items()]
        await plant(opened.database, TREE, *people)
        yield opened


@dataclass
class World:
    """The app key as `key`, and everybody else by name."""

    server: Server
    clock: ManualClock
    clients: dict[str, Client]

    @property
    def key(self) -> Client:
        return self.clients["key"]

    async def submit(self, order_id: str, *asks: str, **more: Any) -> dict[str, Any]:
        order = {"orderId": order_id, "value": 1, "asks": list(asks)}
        return ok(await self.key.post(PATH, {"order": order, "unitId": "north", **more}))

    async def put(self, name: str, unit: str | None, *roles: str, active: bool = True) -> None:
        body = {"unitId": unit, "roles": list(roles), "active": active}
        ok(await self.key.put(f"/users/{name}", body))

    async def inbox(self, name: str, **params: str) -> list[str]:
        page = ok(await self.clients[name].get(PATH, params={"pending-for": "me", **params}))
        assert page["next"] is None
        return [item["orderId"] for item in page["data"]]

    async def pass_time(self, days: int) -> None:
        self.clock.advance(days * DAY)
        desk = self.server.desks.orders
        worker = ApprovalWorker(
            desk.database,
            desk.policies,
            desk.writes,
            clock=self.clock,
            alarm=Alarm(self.clock),
        )
        while await worker.do_due():
            pass

    async def check(self) -> dict[str, list[str]]:
        """Everybody's inbox, after comparing it with what every single order says."""
        inboxes = {}
        for name, client in self.clients.items():
            inboxes[name] = await self.inbox(name)
            everything = ok(await self.key.get(PATH, params={"limit": "200"}))["data"]
            says = []
            for item in everything:
                answer = await client.get(f"{PATH}/{item['id']}")
                if answer.status_code == 200 and _waits(answer.json()):
                    says.append(item["orderId"])
            assert inboxes[name] == says, name
        return inboxes


def _waits(authorization: dict[str, Any]) -> bool:
    return any(
        asked["isUserNextAuthorizer"]
        for item in authorization["dimensionStatus"]
        for asked in item["ruleCollection"]
    )


@pytest.fixture
async def world(server: Server, clock: ManualClock) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(calling_as(server, name)) for name in PEOPLE
        }
        clients["key"] = await stack.enter_async_context(server.client())
        body = dimension(*RULES, requireAllRulesAcceptance=True)
        ok(await clients["key"].post("/authorization-dimensions", body))
        # A unit that is gone, however it could go.
        async with server.database.write() as connection:
            await delete_units(connection, "acme", ["nowhere"])
        yield World(server, clock, clients)


async def test_inboxes_say_what_every_order_says_through_all_that_can_happen(world: World) -> None:
    for number, name in enumerate(NAMES):
        await world.submit(f"o-{number}", name)
    await world.submit("several", "person", "unit", "two levels")
    own = await world.submit("own", "unit", "anybody above", userProfileId="sara")
    before = await world.check()
    assert before["cfo"] == ["several", "o-9", "o-0"]
    assert "o-2" in before["sara"]
    assert "own" not in before["sara"]
    assert before["nils"] == []
    # a level is accepted, an order decided, another cancelled
    several = ok(await world.key.get(f"{PATH}/order/several"))
    for name, order in (("sara", "o-4"), ("dana", "o-5")):
        pending = ok(await world.clients[name].get(f"{PATH}/order/{order}"))
        ok(await world.clients[name].post(f"{PATH}/{pending['id']}/callback", score(pending, 100)))
    ok(await world.key.post(f"{PATH}/{several['id']}/callback", score(several, 0)))
    ok(await world.key.post(f"{PATH}/{own['id']}/cancellation", {}))
    after = await world.check()
    assert "o-4" in after["cfo"]
    assert not {"several", "own", "o-5"} & {order for found in after.values() for order in found}
    # nobody is left in sales: its decisions and those of north fall to acme
    await world.put("sara", "sales", APPROVER, active=False)
    del world.clients["sara"]
    assert {"o-1", "o-2"} <= set((await world.check())["boss"])
    # north gets an approver of its own, then moves below design and loses the approver again
    await world.put("nils", "north", BUYER, APPROVER)
    assert "o-2" in (await world.check())["nils"]
    path = "/api/organization-units/v1/north/path"
    ok(await world.key.http.put(path, json={"parentId": "design"}))
    await world.put("nils", "north", BUYER)
    assert "o-2" in (await world.check())["dana"]
    # boss goes away and lets dana stand in; levels take too long
    now = world.clock.now_ms()
    dates = [datetime.fromtimestamp(at / 1000, UTC).isoformat() for at in (now, now + 9 * DAY)]
    body = {"delegateId": "dana", "from": dates[0], "until": dates[1]}
    ok(await world.clients["boss"].post("/delegations", body))
    assert "o-1" in (await world.check())["dana"]
    await world.pass_time(2)
    late = await world.check()
    assert {"o-7", "o-8", "o-9"} <= set(late["dana"])
    await world.pass_time(8)
    assert "o-1" not in (await world.check())["dana"]


async def test_an_order_judged_again_or_edited_leaves_no_trace_in_old_inboxes(
    world: World,
) -> None:
    await world.submit("o-1", "person")
    await world.submit("o-1", "unit")
    assert (await world.check())["cfo"] == []
    pending = ok(await world.key.get(f"{PATH}/order/o-1"))
    dimensions = ok(await world.key.get("/authorization-dimensions"))
    for item in dimensions:
        await world.key.delete(f"/authorization-dimensions/{item['id']}")
    ok(await world.key.post(f"{PATH}/{pending['id']}/reevaluation"))
    assert set(map(len, (await world.check()).values())) == {0}
    async with world.server.database.read() as connection:
        query = select(func.count()).select_from(pending_approval_table)
        assert await connection.scalar(query) == 0


async def test_orders_of_a_units_only_approver_wait_for_the_nearest_above_with_another(
    world: World,
) -> None:
    mine = await world.submit("mine", "unit", "slow last", userProfileId="sara")
    await world.submit("other", "unit", userProfileId="nils")
    inboxes = await world.check()
    assert (inboxes["sara"], inboxes["boss"]) == (["other"], ["mine"])
    answer = await world.clients["sara"].post(f"{PATH}/{mine['id']}/callback", score(mine, 100))
    assert "requester" in refused(answer, 403)
    # another approver of the unit comes and goes
    await world.put("nils", "sales", APPROVER)
    inboxes = await world.check()
    assert (inboxes["nils"], inboxes["boss"]) == (["mine"], [])
    await world.put("nils", "north", BUYER)
    assert (await world.check())["boss"] == ["mine"]
    # those above it are its own people once the level is escalated, if there are any
    await world.put("boss", None, APPROVER)
    assert (await world.check())["boss"] == []
    await world.put("boss", "acme", APPROVER)
    await world.pass_time(2)
    assert (await world.check())["boss"] == ["mine"]
    ok(await world.key.http.patch("/acme/settings", json={"requesterMayDecide": True}))
    await world.submit("allowed", "unit", userProfileId="sara")
    inboxes = await world.check()
    assert (inboxes["sara"], inboxes["boss"]) == (["allowed", "other"], ["mine"])


async def test_filters_and_pages_narrow_an_inbox(world: World) -> None:
    for number in range(5):
        await world.submit(f"o-{number}", "unit" if number % 2 else "two levels")
    await world.submit("other", "unit", unitId="design")
    rules = ok(await world.key.get(f"{PATH}/order/o-0"))["dimensionStatus"][0]
    unit_rule = next(item["id"] for item in rules["ruleCollection"] if item["name"] == "unit")
    assert await world.inbox("sara", ruleId=unit_rule) == ["other", "o-3", "o-1"]
    assert await world.inbox("sara", dimensionId=rules["id"], unitId="design") == ["other"]
    assert await world.inbox("sara", dimensionId="unknown") == []
    assert await world.inbox("sara", orderId="o-2") == ["o-2"]
    assert await world.inbox("sara", status="accepted") == []
    assert await world.inbox("sara", olderThan="PT1H") == []
    assert await world.inbox("sara", createdBefore="2000-01-01") == []
    world.clock.advance(2 * DAY)
    assert len(await world.inbox("sara", olderThan="P1D", waitsLongerThan="PT36H")) == 6
    assert await world.inbox("sara", waitsLongerThan="P3D") == []
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        params = {"pending-for": "me", "limit": "4", **after}
        page = ok(await world.clients["sara"].get(PATH, params=params))
        found += [item["orderId"] for item in page["data"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == ["other", *(f"o-{number}" for number in (4, 3, 2, 1, 0))]


async def test_a_rule_can_be_asked_for_without_an_inbox(world: World) -> None:
    await world.submit("o-1", "person")
    await world.submit("o-2", "unit")
    rules = ok(await world.key.get(f"{PATH}/order/o-2"))["dimensionStatus"][0]["ruleCollection"]
    unit_rule = next(item["id"] for item in rules if item["name"] == "unit")
    page = ok(await world.key.get(PATH, params={"ruleId": unit_rule}))
    assert [item["orderId"] for item in page["data"]] == ["o-2"]


async def test_a_page_of_own_orders_is_short_and_says_that_more_follow(world: World) -> None:
    await world.put("sven", "sales", APPROVER)
    for number in range(60):
        await world.submit(f"o-{number}", "unit", userProfileId="sara" if number else None)
    params = {"pending-for": "me", "limit": "5"}
    seen, after = [], {}
    for _ in range(10):
        page = ok(await world.clients["sara"].get(PATH, params={**params, **after}))
        seen += [item["orderId"] for item in page["data"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == ["o-0"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"pending-for": "you"}, "`pending-for` must be `me`"),
        ({"pending-for": ""}, "`pending-for` must be `me`"),
        ({"olderThan": "2 days"}, "`olderThan` must be an ISO 8601 duration"),
        ({"waitsLongerThan": "P1M"}, "`waitsLongerThan` must be an ISO 8601 duration"),
    ],
)
async def test_a_wrong_question_is_refused(
    client: Client, query: dict[str, str], words: str
) -> None:
    assert words in refused(await client.get(PATH, params=query), 400)


async def test_a_key_without_the_permission_to_approve_has_an_empty_inbox(
    world: World, server: Server
) -> None:
    await world.submit("o-1", "person")
    async with server.client(permissions=["ViewBuyingPolicies"]) as viewer:
        page = ok(await viewer.get(PATH, params={"pending-for": "me"}))
    assert page == {"data": [], "next": None}


# PostgreSQL chooses by statistics that small tables do not have.
@ON_ONE_STORE
async def test_finding_an_inbox_scans_no_table(world: World) -> None:
    await world.submit("o-1", "unit")
    with statements() as seen:
        assert await world.inbox("sara") == ["o-1"]
    found = [item for item in seen if item.reads and "pending_approvals" in item.sql]
    assert found
    async with world.server.database.read() as connection:
        for statement, parameters in found:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines = [row[3] for row in plan]
            assert not any(line.startswith("SCAN pending") for line in lines), lines
            assert any("approver=?" in line for line in lines), lines
