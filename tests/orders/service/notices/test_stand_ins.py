"""Nothing waits for nobody: whatever becomes of those who are asked, somebody can decide, or who
looks is told that nobody can.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from support.budgets.calls import ON_ONE_STORE
from support.orders.asked import APPROVER, BUYER, PATH, World, asking, open_world
from support.people.calls import calling_as
from support.server import ok, refused
from support.statements import statements

pytestmark = pytest.mark.anyio

UNITS = "/api/organization-units/v1"
MEMBERS = "/api/vtexid/organization-units"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with open_world(database_url) as opened:
        yield opened


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


async def test_a_rule_file_that_leaves_a_unit_out_is_refused_while_orders_wait_for_it(
    world: World,
) -> None:
    await world.key.create_dimension(asking("unit annex", "user boss"), unitId="lab")
    order = await world.submit()
    assert await world.who(order) == {"boss"}
    answer = await world.key.call(
        "PUT",
        "/rule-file",
        content=FILE,
        params={"delete": "true"},
        headers={"content-type": "application/yaml"},
    )
    assert "the unit `annex`, but the order `o-1` waits for it" in refused(answer, 409)
    assert await world.who(order) == {"boss"}


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
