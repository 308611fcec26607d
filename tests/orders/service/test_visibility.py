"""Which orders of others people see: those within their reach, and those they are asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from placet.kit.timestamps import timestamp
from placet.people.core.roles import Role
from placet.people.core.user import User
from placet.people.store.users import put_users
from support.budgets.calls import ON_ONE_STORE
from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Client, Server, dimension, ok, refused, rule, score
from support.statements import statements

pytestmark = pytest.mark.anyio

ORDERS = "/commercial-authorizations"
UNITS = {"north": None, "lab": "north", "south": None, "shop": "south", "desk": "shop"}
BUYER, APPROVER, ADMIN = [Role.BUYER], [Role.ORDER_APPROVER], [Role.ORGANIZATIONAL_UNIT_ADMIN]
PEOPLE = {
    each.user_id: each
    for each in (
        person("nora", "north", ADMIN),
        person("nils", "north", APPROVER),
        person("lena", "lab", [Role.BUYING_POLICY_MANAGER]),
        person("leo", "lab", BUYER),
        person("lou", "lab", [Role.BUYER, Role.BUDGET_MANAGER]),
        person("sam", "south", APPROVER),
        person("sue", "south", ADMIN),
        person("dot", "desk", APPROVER),
        person("dan", "desk", APPROVER),
        person("cfo", None, APPROVER),
        person("aid", None, APPROVER),
        person("free", None, APPROVER),
        person("lost", None, ADMIN),
    )
}


def asking(name: str, *authorizers: str, priority: int) -> dict[str, Any]:
    """A rule for the orders that name it; authorizers as `unit desk`."""
    pairs = [authorizer.split() for authorizer in authorizers]
    listed = [{"type": kind, "id": id_} for kind, id_ in pairs]
    data = {"requireAllApprovals": True, "authorizers": listed}
    return rule(name, f'"{name}" in asks', priority=priority, authorizationData=data)


RULES = [
    asking("cfo", "user cfo", priority=1),
    asking("desk", "unit desk", priority=2),
    asking("levels", "user sam", "user cfo", priority=3),
    asking("above", priority=4),
]
# The orders: their ids, units, buyers, and what they ask for.
PLACED: dict[str, tuple[str | None, str | None, str]] = {
    "o-north": ("north", None, "nothing"),
    "o-lab": ("lab", "leo", "above"),
    "o-lab-cfo": ("lab", "lou", "cfo"),
    "o-lab-desk": ("lab", None, "desk"),
    "o-south": ("south", "leo", "above"),
    "o-shop": ("shop", None, "levels"),
    "o-loose": (None, None, "nothing"),
    "o-anyone": (None, None, "above"),
    "o-unknown": ("unheard", None, "nothing"),
}
NORTH = ["o-north", "o-lab", "o-lab-cfo", "o-lab-desk"]
SOUTH = ["o-south", "o-shop"]
# Who sees what, beside the order that anyone may decide.
SEEN = {
    "nora": NORTH,
    "nils": [*NORTH, "o-anyone"],
    "lena": NORTH[1:],
    "leo": ["o-lab", "o-south"],
    "lou": ["o-lab-cfo"],
    "sam": [*SOUTH, "o-anyone"],
    "sue": SOUTH,
    "dot": ["o-lab-desk", "o-anyone"],
    "cfo": ["o-lab-cfo", "o-anyone"],
    "aid": ["o-lab-cfo", "o-anyone"],
    "free": ["o-anyone"],
    "lost": [],
}
# Asked after somebody else, the second level finds an order by its id before it is up.
LATER = {"cfo": ["o-shop"], "aid": ["o-shop"]}


class Company:
    """The app key as `key`, everybody else by name, and the orders by their ids."""

    def __init__(self, server: Server, clients: dict[str, Client]) -> None:
        self.server = server
        self.clients = clients
        self.orders: dict[str, dict[str, Any]] = {}

    @property
    def key(self) -> Client:
        return self.clients["key"]

    async def submit(self, order_id: str, unit: str | None, buyer: str | None, ask: str) -> None:
        body: dict[str, Any] = {"order": {"orderId": order_id, "asks": [ask]}}
        given = {"unitId": unit, "userProfileId": buyer}
        body |= {name: value for name, value in given.items() if value is not None}
        self.orders[order_id] = ok(await self.key.post(ORDERS, body))

    async def delegate(self, delegator: str, delegate: str) -> str:
        now = self.server.desks.orders.clock.now_ms()
        span = {"from": timestamp(now), "until": timestamp(now + 86_400_000)}
        body = {"delegatorId": delegator, "delegateId": delegate, **span}
        delegation_id: str = ok(await self.key.post("/delegations", body))["id"]
        return delegation_id

    async def listed(self, who: str, limit: int = 200, **query: str) -> list[str]:
        """What the pages of a list show, oldest first."""
        found: list[str] = []
        after: dict[str, str] = {}
        while True:
            asked = {"limit": str(limit), **query, **after}
            page = ok(await self.clients[who].get(ORDERS, params=asked))
            found += [item["orderId"] for item in page["data"]]
            if page["next"] is None:
                return found[::-1]
            assert len(page["data"]) == limit
            after = {"after": page["next"]}

    async def shown(self, who: str) -> list[str]:
        """The orders that are shown when asked for one by one, in all the ways there are."""
        found = []
        for order_id, order in self.orders.items():
            paths = [f"order/{order_id}", order["id"]]
            paths += [f"{order['id']}/explanation", f"{order['id']}/history"]
            answers = [await self.clients[who].get(f"{ORDERS}/{path}") for path in paths]
            [status] = {answer.status_code for answer in answers}
            assert status in (200, 404)
            if status == 200:
                found.append(order_id)
            else:
                unknown = await self.clients[who].get(f"{ORDERS}/no-such-one")
                told = refused(unknown, 404).replace("no-such-one", order["id"])
                assert [refused(answer, 404) for answer in answers[1:]] == [told] * 3
        return found

    async def decide(self, who: str, order_id: str, points: float = 100) -> int:
        order = self.orders[order_id]
        path = f"{ORDERS}/{order['id']}/callback"
        return (await self.clients[who].post(path, score(order, points))).status_code

    async def change(self, *people: User) -> None:
        async with self.server.database.write() as connection:
            await put_users(connection, people)


@pytest.fixture
async def company(server: Server) -> AsyncIterator[Company]:
    """Two buyers with their units, and people beside them."""
    await plant(server.database, UNITS, *PEOPLE.values())
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(calling_as(server, name)) for name in PEOPLE
        }
        clients["key"] = await stack.enter_async_context(server.client())
        everywhere = {name: of for name, of in dimension(*RULES).items() if name != "unitId"}
        settings = {"ordersWithoutUnit": "accepted", "unknownUnit": "accepted"}
        file = {"account": "acme", "settings": settings, "dimensions": [everywhere]}
        ok(await clients["key"].put("/rule-file", file))
        yield Company(server, clients)


@pytest.fixture
async def placed(company: Company) -> Company:
    """The orders are placed, and `aid` stands in for `cfo`."""
    for order_id, (unit, buyer, ask) in PLACED.items():
        await company.submit(order_id, unit, buyer, ask)
    await company.delegate("cfo", "aid")
    return company


async def test_people_see_what_is_within_their_reach_or_waits_for_them(placed: Company) -> None:
    assert await placed.listed("key") == await placed.shown("key") == list(PLACED)
    for who, seen in SEEN.items():
        in_order = [order_id for order_id in PLACED if order_id in seen]
        assert await placed.listed(who) == in_order, who
        found = {*seen, *LATER.get(who, ())}
        assert await placed.shown(who) == [item for item in PLACED if item in found], who


async def test_pages_of_any_size_lose_and_repeat_nothing(company: Company) -> None:
    for number in range(24):
        unit, buyer, ask = list(PLACED.values())[number % len(PLACED)]
        await company.submit(f"o-{number}", unit, buyer, ask)
    for who in ("nils", "leo", "dot", "cfo", "lost"):
        everything = await company.listed(who)
        assert (who == "lost") == (not everything)
        for limit in (1, 2, 3, 5):
            assert await company.listed(who, limit) == everything, (who, limit)


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("who", "query", "expected"),
    [
        ("nils", {"unitId": "lab"}, NORTH[1:]),
        ("nils", {"unitId": "south"}, []),
        ("nils", {"status": "pending"}, [*NORTH[1:], "o-anyone"]),
        ("nils", {"orderId": "o-south"}, []),
        ("nils", {"userProfileId": "leo"}, ["o-lab"]),
        ("leo", {"userProfileId": "leo"}, ["o-lab", "o-south"]),
        ("nora", {"dimensionId": "acme"}, NORTH[1:]),
        ("cfo", {"dimensionId": "acme"}, ["o-lab-cfo", "o-anyone"]),
        ("cfo", {"pending-for": "me"}, ["o-lab-cfo", "o-anyone"]),
        ("sue", {"pending-for": "me"}, []),
    ],
)
async def test_filters_narrow_what_people_see(
    placed: Company, who: str, query: dict[str, str], expected: list[str]
) -> None:
    assert await placed.listed(who, **query) == expected
    assert await placed.listed(who, 1, **query) == expected


async def test_who_has_acted_goes_on_seeing_the_order(placed: Company) -> None:
    for who, order_id in (("dot", "o-lab-desk"), ("aid", "o-lab-cfo")):
        assert await placed.decide(who, order_id) == 200
    # Those who could have decided still find it, but their list shows no more of it.
    assert "o-lab-desk" in await placed.shown("dan")
    assert "o-lab-desk" not in await placed.listed("dan")
    await placed.change(
        replace(PEOPLE["dot"], unit_id="south", roles=frozenset({Role.BUYER})),
        replace(PEOPLE["aid"], roles=frozenset({Role.BUYER})),
        replace(PEOPLE["cfo"], roles=frozenset({Role.BUYER})),
        replace(PEOPLE["dan"], unit_id="south", roles=frozenset({Role.BUYER})),
    )
    seen = {"dot": ["o-lab-desk"], "aid": ["o-lab-cfo"], "cfo": ["o-lab-cfo"], "dan": []}
    for who, expected in seen.items():
        assert await placed.listed(who) == await placed.shown(who) == expected


async def test_what_nobody_may_see_any_more_is_gone_at_once(placed: Company) -> None:
    assert "o-lab-cfo" in await placed.shown("aid")
    [delegation] = ok(await placed.clients["aid"].get("/delegations"))["data"]
    ok(await placed.key.delete(f"/delegations/{delegation['id']}"))
    assert await placed.listed("aid") == await placed.shown("aid") == ["o-anyone"]
    await placed.change(replace(PEOPLE["nils"], unit_id="lab"))
    assert "o-north" not in await placed.listed("nils")
    assert "o-north" not in await placed.shown("nils")


async def test_the_impersonated_buyer_and_who_impersonates_see_the_order(
    company: Company,
) -> None:
    await company.change(replace(PEOPLE["lou"], unit_id="north", can_impersonate=True))
    body = {"order": {"orderId": "o-1"}, "userProfileId": "leo"}
    company.orders["o-1"] = ok(await company.clients["lou"].post(ORDERS, body))
    for who, seen in (("lou", ["o-1"]), ("leo", ["o-1"]), ("sam", [])):
        assert await company.listed(who) == await company.shown(who) == seen


# What managers may do with orders of others: what they do not see does not exist for them.
MANAGED = [
    ("nora", "o-north", 409),
    ("nora", "o-lab", 200),
    ("nora", "o-south", 404),
    ("nora", "o-anyone", 404),
    ("nora", "o-unknown", 404),
    ("lena", "o-lab", 200),
    ("lena", "o-north", 404),
    ("sue", "o-shop", 200),
    ("sue", "o-lab-cfo", 404),
    ("lost", "o-lab", 404),
    ("leo", "o-lab", 200),
    ("leo", "o-lab-cfo", 404),
]


async def test_managers_end_and_reevaluate_orders_of_their_units_only(placed: Company) -> None:
    buying = frozenset({Role.BUYER})
    await placed.change(
        *(replace(PEOPLE[who], roles=PEOPLE[who].roles | buying) for who, _, _ in MANAGED)
    )
    for who, order_id, status in MANAGED:
        path = f"{ORDERS}/{placed.orders[order_id]['id']}"
        answer = await placed.clients[who].post(f"{path}/reevaluation")
        assert answer.status_code == status, (who, order_id)
        if status == 404:
            answer = await placed.clients[who].post(f"{path}/cancellation", {})
            assert answer.status_code == 404, (who, order_id)
    cancelled = f"{ORDERS}/{placed.orders['o-north']['id']}/cancellation"
    ok(await placed.clients["nora"].post(cancelled, {}))


@ON_ONE_STORE
async def test_an_order_out_of_sight_cannot_be_told_from_none(placed: Company) -> None:
    unknown = {**placed.orders["o-shop"], "id": "no-such-one"}
    bodies = [score(placed.orders["o-shop"], 100), {"params": {"score": 1, "ruleId": "x"}}]
    for order in (placed.orders["o-shop"], unknown):
        answer = await placed.clients["nils"].post(f"{ORDERS}/{order['id']}/callback", bodies[0])
        told = refused(answer, 404)
        assert told == f"there is no authorization `{order['id']}`"
        items = {"items": [{"id": order["id"], "score": 100}]}
        [result] = ok(await placed.clients["nils"].post(f"{ORDERS}/callbacks", items))["results"]
        assert (result["code"], result["message"]) == (404, told)
    assert await placed.decide("cfo", "o-shop") == 403


@ON_ONE_STORE
async def test_who_belongs_to_the_unit_above_all_sees_all(server: Server) -> None:
    people = [person("hugo", "hq", ADMIN), person("hans", "hq", APPROVER), person("bob", "hq")]
    people[2] = replace(people[2], roles=frozenset({Role.BUYER}))
    await plant(server.database, {"hq": None, "plant": "hq"}, *people)
    async with server.client() as key, AsyncExitStack() as stack:
        clients = {
            each.user_id: await stack.enter_async_context(calling_as(server, each.user_id))
            for each in people
        }
        settings = {"ordersWithoutUnit": "accepted", "unknownUnit": "accepted"}
        ok(await key.call("PATCH", "/settings", json=settings))
        company = Company(server, {"key": key, **clients})
        for order_id, unit in (("o-1", "plant"), ("o-2", None), ("o-3", "unheard")):
            await company.submit(order_id, unit, None, "nothing")
        for who, seen in (("hugo", ["o-1", "o-2", "o-3"]), ("bob", [])):
            assert await company.listed(who) == await company.shown(who) == seen
        assert await company.listed("hans") == ["o-1", "o-2", "o-3"]
        cancelled = f"{ORDERS}/{company.orders['o-3']['id']}/reevaluation"
        refused(await clients["hugo"].post(cancelled), 409)
        # Beside a second tree, the unit is not above all any more.
        await plant(server.database, {"rival": None})
        assert await company.listed("hugo") == await company.shown("hugo") == ["o-1"]


# PostgreSQL chooses by statistics that small tables do not have.
@ON_ONE_STORE
async def test_a_list_is_found_without_scanning_the_orders(placed: Company) -> None:
    with statements() as seen:
        await placed.listed("key")
    assert seen
    assert not any("authorization_people" in statement.sql for statement in seen)
    with statements() as seen:
        for who in ("nils", "cfo", "leo"):
            await placed.listed(who)
    found = [item for item in seen if item.reads and "authorization_people" in item.sql]
    assert len(found) == 3
    async with placed.server.database.read() as connection:
        for statement, parameters in found:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines = [row[3] for row in plan]
            tables = ("authorizations", "authorization_people", "pending_approvals", "units")
            scans = [line for line in lines if line.split()[:1] == ["SCAN"]]
            assert not any(line.split()[1] in tables for line in scans), lines
