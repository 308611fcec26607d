"""Nothing waits for nobody: whatever becomes of those who are asked, somebody can decide, or who
looks is told that nobody can.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from support.budgets import ON_ONE_STORE
from support.clock import ManualClock
from support.outgoing import outgoing
from support.people import calling_as
from support.server import Client, Server, ok, refused, rule, score
from support.statements import statements
from support.units import person, plant

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
UNITS = "/api/organization-units/v1"
MEMBERS = "/api/vtexid/organization-units"
APPROVER, BUYER = "Order Approver", "Buyer"
TREE = {"acme": None, "sales": "acme", "lab": "sales", "annex": "acme"}
PEOPLE = {
    "lab1": ("lab", [APPROVER]),
    "buyer": ("lab", [BUYER]),
    "sara": ("sales", [APPROVER]),
    "boss": ("acme", [APPROVER]),
    "sub1": (None, [APPROVER]),
}


def asking(*authorizers: str, every: bool = True, **more: Any) -> dict[str, Any]:
    pairs = [authorizer.split() for authorizer in authorizers]
    listed = [{"type": kind, "id": id_} for kind, id_ in pairs]
    return rule(authorizationData={"requireAllApprovals": every, "authorizers": listed}, **more)


@dataclass
class World:
    """The app key as `key`, and everybody else by name."""

    server: Server
    clock: ManualClock
    clients: dict[str, Client]

    @property
    def key(self) -> Client:
        return self.clients["key"]

    async def submit(self, order_id: str = "o-1", **more: Any) -> dict[str, Any]:
        return await self.key.submit(order_id, unitId="lab", **more)

    async def inbox(self, name: str) -> list[str]:
        answer = await self.clients[name].get(PATH, params={"pending-for": "me"})
        # Who is inactive is nobody.
        page = {"data": []} if answer.status_code == 401 else ok(answer)
        return [item["orderId"] for item in page["data"]]

    async def who(self, order: dict[str, Any]) -> set[str]:
        """Who may decide an order now, after making sure that everything says the same."""
        found = set()
        for name, client in self.clients.items():
            if name == "key":
                continue
            asked = order["orderId"] in await self.inbox(name)
            answer = await client.get(f"{PATH}/{order['id']}")
            told = answer.status_code == 200 and any(
                item["isUserNextAuthorizer"]
                for dimension in answer.json()["dimensionStatus"]
                for item in dimension["ruleCollection"]
            )
            assert asked == told, name
            if asked:
                listed = ok(await client.get(PATH, params={"orderId": order["orderId"]}))
                assert len(listed["data"]) == 1
                found.add(name)
        return found

    async def levels(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """What the explanation says of the levels that are up."""
        told = ok(await self.key.get(f"{PATH}/{order['id']}/explanation"))
        return [
            level
            for dimension in told["dimensions"]
            for item in dimension["rules"]
            for level in item.get("waitsFor", {}).get("levels", [])
        ]

    async def decide(self, name: str, order: dict[str, Any], points: float = 100) -> httpx.Response:
        pending = ok(await self.key.get(f"{PATH}/{order['id']}"))
        return await self.clients[name].post(
            f"{PATH}/{order['id']}/callback", score(pending, points)
        )

    async def stuck(self, **params: str) -> list[str]:
        page = ok(await self.key.get(PATH, params={"waitsFor": "nobody", **params}))
        return [item["orderId"] for item in page["data"]]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    clock = ManualClock()
    async with outgoing(database_url, clock) as server, AsyncExitStack() as stack:
        await server.service.approvals.close()
        people = [
            person(name, unit, roles, email=f"{name}@acme.example")
            for name, (unit, roles) in PEOPLE.items()
        ]
        await plant(server.service.database, TREE, *people)
        clients = {
            name: await stack.enter_async_context(calling_as(server, name)) for name in PEOPLE
        }
        clients["key"] = await stack.enter_async_context(server.client())
        yield World(server, clock, clients)


def told(answer: httpx.Response) -> tuple[str, str]:
    headers = answer.headers
    return headers["X-Placet-Waiting-Orders"], headers["X-Placet-Stuck-Orders"]


async def leave(world: World, how: str) -> httpx.Response:
    """lab1 cannot decide any more."""
    key = world.key
    if how == "deactivated":
        return await key.delete("/users/lab1")
    if how == "without the role":
        return await key.put("/users/lab1", {"unitId": "lab", "roles": [BUYER]})
    return await key.put("/users/lab1", {"unitId": "lab", "roles": [APPROVER], "active": False})


@pytest.mark.parametrize("how", ["deactivated", "without the role", "inactive"])
async def test_whoever_cannot_act_is_stood_in_for_in_waiting_and_new_orders(
    world: World, how: str
) -> None:
    await world.key.create_dimension(asking("user lab1", "user boss"), unitId="lab")
    waiting = await world.submit("waiting", userProfileId="buyer")
    other = await world.submit("other", userProfileId="buyer")
    assert await world.who(waiting) == {"lab1"}
    [level] = await world.levels(waiting)
    assert (level["heldBy"], level["because"]) == ({"type": "user", "id": "lab1"}, None)
    answer = await leave(world, how)
    assert told(answer) == ("2", "0")
    if how != "deactivated":
        body = ok(answer)
        assert (body["waitingOrders"], body["stuckOrders"]) == (2, 0)
        assert body["warnings"] == ["2 orders wait for others now, who stand in"]
    new = await world.submit("new", userProfileId="buyer")
    for order in (waiting, other, new):
        assert await world.who(order) == {"sara"}
        shown = ok(await world.key.get(f"{PATH}/{order['id']}"))
        [asked] = shown["dimensionStatus"][0]["ruleCollection"]
        assert asked["authorizedEmails"] == ["boss@acme.example", "sara@acme.example"]
        [level] = await world.levels(order)
        assert level["heldBy"] == {"type": "unit", "id": "sales"}
        assert level["because"].startswith("the approvers of unit `Sales` stand in: user `lab1` ")
        assert "lab1" in level["because"]
    assert (await world.decide("lab1", new)).status_code in (401, 403)
    refused(await world.decide("boss", waiting), 403)
    done = ok(await world.decide("sara", waiting))
    assert done["status"] == "pending"
    assert await world.who(waiting) == {"boss"}
    assert ok(await world.decide("boss", waiting))["status"] == "accepted"
    # back again, what nobody has decided is for lab1 as before
    back = await world.key.put(
        "/users/lab1", {"unitId": "lab", "roles": [APPROVER], "active": True}
    )
    assert told(back) == ("0", "0")
    assert "warnings" not in ok(back)
    assert await world.who(other) == {"lab1"}


async def test_many_are_decided_at_once_by_who_stands_in(world: World) -> None:
    await world.key.create_dimension(asking("user lab1"), unitId="lab")
    orders = [await world.submit(f"o-{number}") for number in range(3)]
    ok(await leave(world, "inactive"))
    body = {"items": [{"id": order["id"], "score": 100} for order in orders]}
    results = ok(await world.clients["sara"].post(f"{PATH}/callbacks", body))["results"]
    assert [item["code"] for item in results] == [200, 200, 200]


@pytest.mark.parametrize("by", ["user lab1", "unit lab"])
async def test_a_requester_who_alone_is_asked_is_stood_in_for(world: World, by: str) -> None:
    await world.key.create_dimension(asking(by), unitId="lab")
    order = await world.submit(userProfileId="lab1")
    assert await world.who(order) == {"sara"}
    assert "requester" in refused(await world.decide("lab1", order), 403)
    assert ok(await world.decide("sara", order))["status"] == "accepted"


async def test_a_buyer_who_becomes_the_units_approver_does_not_get_the_own_orders(
    world: World,
) -> None:
    await world.key.create_dimension(asking("unit lab"), unitId="lab")
    order = await world.submit(userProfileId="buyer")
    ok(await leave(world, "without the role"))
    assert await world.who(order) == {"sara"}
    ok(await world.key.put("/users/buyer", {"unitId": "lab", "roles": [BUYER, APPROVER]}))
    assert await world.who(order) == {"sara"}
    ok(await world.key.put("/users/lab1", {"unitId": "lab", "roles": [APPROVER]}))
    assert await world.who(order) == {"lab1"}


async def test_a_member_who_leaves_and_a_unit_that_moves_are_told_of(world: World) -> None:
    await world.key.create_dimension(asking("unit lab"), unitId="lab")
    order = await world.submit()
    left = await world.key.http.request(
        "DELETE", f"{MEMBERS}/lab/users", json={"userIds": ["lab1"]}
    )
    assert (left.status_code, told(left)) == (200, ("1", "0"))
    assert await world.who(order) == {"sara"}
    moved = await world.key.http.put(f"{UNITS}/lab/path", json={"parentId": "annex"})
    assert told(moved) == ("1", "0")
    assert ok(moved)["warnings"] == ["1 order waits for others now, who stand in"]
    assert await world.who(order) == {"boss"}
    taken = await world.key.http.post(
        f"{MEMBERS}/sales/users?force=true", json={"userIds": ["boss"]}
    )
    # Nobody is left above lab where it is now, so those who were when it was judged stand in.
    assert told(taken) == ("1", "0")
    assert await world.who(order) == {"sara", "boss"}


async def test_a_unit_that_orders_wait_for_is_not_deleted_and_says_how_many(world: World) -> None:
    made = await world.key.create_dimension(asking("unit annex"), unitId="lab")
    for number in range(2):
        await world.submit(f"o-{number}")
    ok(await world.key.put(f"/authorization-dimensions/{made['id']}/rules", [asking("unit lab")]))
    answer = await world.key.http.delete(f"{UNITS}/annex")
    assert "2 orders such as `o-" in refused(answer, 409)


FILE = """
account: acme
units:
  - {id: acme, name: Acme, children: [{id: sales, name: Sales, children: [{id: lab, name: Lab}]}]}
dimensions: []
"""


async def test_a_rule_file_that_leaves_a_unit_out_tells_what_waited_for_it(world: World) -> None:
    await world.key.create_dimension(asking("unit annex", "user boss"), unitId="lab")
    order = await world.submit()
    assert await world.who(order) == {"boss"}
    published = ok(
        await world.key.call(
            "PUT", "/rule-file", content=FILE, headers={"content-type": "application/yaml"}
        )
    )
    assert published["warnings"] == ["1 order waits for others now, who stand in"]
    assert await world.who(order) == {"lab1"}


async def test_a_substitute_of_who_may_not_decide_any_more_is_told_so(world: World) -> None:
    await world.key.create_dimension(asking("user lab1"), unitId="lab")
    now = world.clock.now_ms()
    times = [datetime.fromtimestamp(at / 1000, UTC).isoformat() for at in (now, now + 86_400_000)]
    body = {"delegateId": "sub1", "from": times[0], "until": times[1]}
    ok(await world.clients["lab1"].post("/delegations", body))
    order = await world.submit()
    assert await world.who(order) == {"lab1", "sub1"}
    await leave(world, "deactivated")
    assert await world.who(order) == {"sara"}
    sentence = refused(await world.decide("sub1", order), 403)
    assert sentence == (
        "user sub1 stands in for lab1@acme.example, who may not decide orders any more: level 1 of"
        " rule `Large orders` is for the approvers of unit `Sales`"
    ).replace("user sub1", "sub1@acme.example")
    # whose delegation is over cannot see it either
    world.clock.advance(2 * 86_400_000)
    assert (await world.decide("sub1", order)).status_code == 404


async def test_what_is_stuck_is_listed_and_a_key_decides_it(world: World) -> None:
    await world.key.create_dimension(asking("user lab1", "unit lab"), unitId="lab")
    orders = [await world.submit(f"o-{number}") for number in range(5)]
    assert await world.stuck() == []
    for name in ("sara", "boss"):
        await world.key.delete(f"/users/{name}")
        assert await world.stuck() == []
    answer = await world.key.delete("/users/lab1")
    assert told(answer) == ("5", "5")
    assert await world.stuck() == ["o-4", "o-3", "o-2", "o-1", "o-0"]
    first = ok(await world.key.get(PATH, params={"waitsFor": "nobody", "limit": "2"}))
    assert [item["orderId"] for item in first["data"]] == ["o-4", "o-3"]
    assert await world.stuck(limit="50", after=first["next"]) == ["o-2", "o-1", "o-0"]
    assert await world.stuck(userProfileId="nobody") == []
    [level] = await world.levels(orders[0])
    assert level["heldBy"] is None
    assert "nobody can decide it: user `lab1` is inactive" in level["because"]
    for _ in range(2):
        done = ok(await world.decide("key", orders[0]))
    assert done["status"] == "accepted"
    assert "o-0" not in await world.stuck()
    ok(await world.key.put("/users/boss", {"unitId": "acme", "roles": [APPROVER], "active": True}))
    assert await world.stuck() == []
    assert await world.who(orders[1]) == {"boss"}


async def test_rules_that_list_nobody_can_be_stuck_too(world: World) -> None:
    await world.key.create_dimension(asking(), unitId="sales")
    order = await world.submit(userProfileId="sara")
    assert await world.who(order) == {"boss"}
    await world.key.delete("/users/boss")
    assert await world.stuck() == ["o-1"]


async def test_what_somebody_can_decide_by_another_seat_is_not_stuck(world: World) -> None:
    await world.key.create_dimension(asking("user boss", "user lab1", every=False), unitId="sales")
    await world.submit("either")
    for name in ("sara", "boss"):
        await world.key.delete(f"/users/{name}")
    # nobody stands in for boss, and lab1 is enough
    assert await world.stuck() == []


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"waitsFor": "me"}, "`waitsFor` must be `nobody`, not `me`"),
        ({"waitsFor": "nobody", "pending-for": "me"}, "leave out one of both"),
    ],
)
async def test_who_is_waited_for_is_nobody_or_left_out(
    world: World, params: dict[str, str], sentence: str
) -> None:
    assert sentence in refused(await world.key.get(PATH, params=params), 400)


async def test_an_order_without_units_waits_for_all_approvers_of_the_account(
    world: World,
) -> None:
    body = {
        "name": "Everywhere",
        "priority": 1,
        "requireAllRulesAcceptance": False,
        "ruleCollection": [asking("user ghost")],
    }
    text = {"account": "globex", "dimensions": [body]}
    async with world.server.client("globex") as key:
        published = ok(await key.call("PUT", "/rule-file", json=text))
        assert published["warnings"] == [
            "rule `Large orders` asks user `ghost`, who is not on record: others stand in"
        ]
        order = {"order": {"orderId": "o-1", "value": 61250}}
        ok(await key.post(PATH, order))
        stuck = {"waitsFor": "nobody"}
        assert len(ok(await key.get(PATH, params=stuck))["data"]) == 1
        added = await key.put("/users/ann", {"roles": [APPROVER]})
        assert told(added) == ("0", "0")
        assert ok(await key.get(PATH, params=stuck))["data"] == []
        async with calling_as(world.server, "ann", account="globex") as ann:
            assert len(ok(await ann.get(PATH, params={"pending-for": "me"}))["data"]) == 1
        assert told(await key.delete("/users/ann")) == ("1", "1")


async def test_units_that_rules_name_must_exist_and_people_had_better(world: World) -> None:
    key = world.key
    unknown = asking("unit slaes", "unit lab", "unit elsewhere")
    path = "/authorization-dimensions"
    field = "ruleCollection[0].authorizationData.authorizers[0].id"
    answer = await key.post(path, {**_dimension(unknown), "unitId": "lab"})
    assert refused(answer, 400) == (
        f"`{field}`: there is no unit `slaes`; did you mean `sales`? (2 fields name unknown units)"
    )
    assert "`unitId`: there is no unit `labb`" in refused(
        await key.post(path, {**_dimension(asking("unit lab")), "unitId": "labb"}), 400
    )
    assert ok(await key.get(path)) == []
    people = asking("user ghost", "user lab1", "user buyer")
    made = ok(await key.post(path, {**_dimension(people), "unitId": "lab"}))
    assert made["warnings"] == [
        "rule `Large orders` asks user `ghost`, who is not on record: others stand in",
        "rule `Large orders` asks user `buyer`, who has no role with `ApproveOrders`: others stand"
        " in",
    ]
    rules = f"{path}/{made['id']}/rules"
    first = f"{rules}/{made['ruleCollection'][0]['id']}"
    for answer in (
        await key.post(rules, unknown),
        await key.put(rules, [asking("unit lab"), unknown]),
        await key.put(first, unknown),
        await key.put(f"{path}/{made['id']}", {**_dimension(unknown), "unitId": "lab"}),
    ):
        assert "there is no unit `slaes`; did you mean `sales`?" in refused(answer, 400)
    assert [item["name"] for item in ok(await key.get(path))[0]["ruleCollection"]] == [
        "Large orders"
    ]
    ghost = asking("user ghost", name="Ghost", priority=2)
    assert len(ok(await key.post(rules, ghost))["warnings"]) == 1
    assert len(ok(await key.put(first, ghost))["warnings"]) == 1
    [only] = ok(await key.put(rules, [ghost]))
    assert len(only["warnings"]) == 1
    assert "warnings" not in ok(await key.put(f"{rules}/{only['id']}", asking("user lab1")))
    changed = await key.put(f"{path}/{made['id']}", {**_dimension(ghost), "unitId": "lab"})
    assert len(ok(changed)["warnings"]) == 1


async def test_rule_files_without_units_name_known_ones_too(world: World) -> None:
    file = {"account": "acme", "dimensions": [_dimension(asking("unit slaes"))]}
    answer = await world.key.call("PUT", "/rule-file", json=file)
    sentence = refused(answer, 400)
    assert "there is no unit `slaes`; did you mean `sales`?" in sentence
    assert "dimensions[0].ruleCollection[0]" in sentence


def _dimension(*rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Asking",
        "priority": 1,
        "requireAllRulesAcceptance": False,
        "ruleCollection": list(rules),
    }


async def test_an_account_without_units_names_what_it_likes(world: World) -> None:
    async with world.server.client("globex") as key:
        made = await key.create_dimension(asking("unit anywhere"), unitId="somewhere")
        assert "warnings" not in made


async def test_a_change_of_people_asks_no_more_of_the_database_for_more_orders(
    world: World,
) -> None:
    await world.key.create_dimension(asking("user lab1", "unit lab"), unitId="lab")
    counts = []
    for number in range(12):
        await world.submit(f"o-{number}", userProfileId="buyer")
        if number in (0, 11):
            with statements() as seen:
                assert told(await leave(world, "inactive"))[0] == str(number + 1)
            counts.append(len(seen))
            ok(
                await world.key.put(
                    "/users/lab1", {"unitId": "lab", "roles": [APPROVER], "active": True}
                )
            )
    assert counts[0] == counts[1]


async def test_one_person_signs_one_level_however_often_and_fast(world: World) -> None:
    await world.key.create_dimension(asking("user lab1", "unit lab"), unitId="lab")
    order = await world.submit()
    body = score(order, 100)
    path = f"{PATH}/{order['id']}/callback"
    answers = await asyncio.gather(*(world.clients["lab1"].post(path, body) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    shown = ok(await world.key.get(f"{PATH}/{order['id']}"))
    assert [item["who"] for item in shown["additionalInfo"]["approvals"]] == ["lab1@acme.example"]
    # lab has nobody else: sales stands in
    assert await world.who(order) == {"sara"}
    [level] = await world.levels(order)
    assert level["because"].startswith("the approvers of unit `Sales` stand in: nobody of unit")
    wrong = {"params": body["params"] | {"level": 1}}
    sentence = refused(await world.clients["sara"].post(path, wrong), 409)
    assert sentence == "level 1 of rule `Large orders` has accepted already: level 2 is up"
    right = {"params": body["params"] | {"level": 2}}
    assert ok(await world.clients["sara"].post(path, right))["status"] == "accepted"


async def test_where_the_account_asks_for_one_person_only_one_word_is_enough(world: World) -> None:
    assert ok(await world.key.get("/settings"))["onePersonOneLevel"] is True
    ok(await world.key.call("PATCH", "/settings", json={"onePersonOneLevel": False}))
    await world.key.create_dimension(asking("user lab1", "unit lab", "user lab1"), unitId="lab")
    order = await world.submit()
    done = ok(await world.decide("lab1", order))
    assert done["status"] == "accepted"
    told_of = [item["who"] for item in done["additionalInfo"]["approvals"]]
    assert told_of == ["lab1@acme.example"] * 2


@ON_ONE_STORE
@pytest.mark.parametrize("level", [0, 6, 1.5, "1", True])
async def test_a_level_is_a_number_of_one(world: World, level: Any) -> None:
    await world.key.create_dimension(asking("user lab1"), unitId="lab")
    order = await world.submit()
    body = score(order, 100)
    body["params"]["level"] = level
    answer = await world.key.post(f"{PATH}/{order['id']}/callback", body)
    assert "`params.level`" in refused(answer, 400)


@ON_ONE_STORE
async def test_working_time_is_chosen_and_counted(world: World) -> None:
    chosen = {
        "timeZone": "Europe/Berlin",
        "workingDays": ["MO", "TU", "WE", "TH", "FR"],
        "workingHours": {"from": "09:00", "to": "17:00"},
        "holidays": ["2026-12-07"],
    }
    shown = ok(await world.key.call("PATCH", "/settings", json=chosen))
    assert {name: shown[name] for name in chosen} == chosen
    await world.key.create_dimension(asking("user lab1", escalateAfter="P1D"), unitId="lab")
    friday = int(datetime(2026, 12, 4, 15, tzinfo=UTC).timestamp() * 1000)
    world.clock.advance(friday - world.clock.now_ms())
    order = await world.submit()
    following = ok(await world.key.get(f"{PATH}/{order['id']}/explanation"))["next"]
    assert (following["what"], following["at"]) == ("escalate", "2026-12-08T15:00:00.0000000Z")
    reset = {"workingDays": None, "workingHours": None, "holidays": None}
    shown = ok(await world.key.call("PATCH", "/settings", json=reset))
    assert (shown["workingDays"], shown["workingHours"], shown["holidays"]) == (None, None, [])


async def test_two_dimensions_of_one_unit_are_told_apart(world: World) -> None:
    await world.key.create_dimension(
        asking("user lab1"), unitId="lab", name="Special approvals", priority=1
    )
    await world.key.create_dimension(asking("user lab1"), unitId="lab", name="Lab", priority=2)
    order = await world.submit()
    place = "`Special approvals` of `Acme / Sales / Lab`"
    assert f"rule `Large orders` of {place}" in order["additionalInfo"]["reason"]
    told_why = ok(await world.key.get(f"{PATH}/{order['id']}/explanation"))
    [first, second] = told_why["dimensions"]
    assert second["notReachedBecause"] == f"{place} decided before it"
    assert (first["name"], first["sharesUnit"], second["sharesUnit"]) == (
        "Special approvals", True, True
    )  # fmt: skip
    done = ok(await world.decide("lab1", order))
    assert f"at rule `Large orders` of {place}" in done["additionalInfo"]["reason"]
