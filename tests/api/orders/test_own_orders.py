"""What people may see, place and take back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from placet.people.core.roles import Role
from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Client, Server, ok, refused, rule, score, submission

pytestmark = pytest.mark.anyio

ORDERS = "/commercial-authorizations"
BUYER = [Role.BUYER]
PEOPLE = [
    person("ana", "sales", BUYER),
    person("ben", "sales", BUYER),
    person("zoe", "abroad", BUYER),
    person("nomad", None, BUYER),
    person("gone", "sales", BUYER, active=False),
    person("app", "acme", [Role.ORDER_APPROVER]),
    person("boss", "acme", [Role.BUYER, Role.ORDER_APPROVER]),
    replace(person("desk", "acme", [Role.BUYER, Role.ORDER_APPROVER]), can_impersonate=True),
    replace(person("lost", None, BUYER), can_impersonate=True),
]


@pytest.fixture(autouse=True)
async def people(server: Server) -> None:
    """Two trees of units with people in them."""
    units = {"acme": None, "sales": "acme", "abroad": None}
    await plant(server.database, units, *PEOPLE)


@pytest.fixture
async def ana(server: Server) -> AsyncIterator[Client]:
    async with calling_as(server, "ana") as opened:
        yield opened


def own(order_id: str, **more: object) -> dict[str, object]:
    """An order that says neither buyer nor unit."""
    body = submission(order_id, **more)
    return {name: value for name, value in body.items() if name != "unitId" or "unitId" in more}


async def test_an_order_is_its_persons_and_of_the_persons_unit(ana: Client, client: Client) -> None:
    placed = ok(await ana.post(ORDERS, own("o-1")))
    assert (placed["userProfileId"], placed["units"][0]) == ("ana", "sales")
    same = {"userProfileId": "ana", "unitId": "sales"}
    assert ok(await ana.post(ORDERS, own("o-1", **same)))["id"] == placed["id"]
    assert ok(await client.get(f"{ORDERS}/order/o-1"))["userProfileId"] == "ana"


# Who submits, for whom, from which unit, and whose order it then is, or how it is refused.
SUBMISSIONS = [
    ("ana", "ben", None, 403),
    ("ana", "nobody", None, 403),
    ("ana", None, "acme", 403),
    ("ana", None, "abroad", 403),
    ("ana", None, "unknown", 403),
    ("nomad", None, None, 400),
    ("nomad", None, "sales", 403),
    ("boss", "ana", None, 403),
    ("desk", None, None, ("desk", "acme")),
    ("desk", "ana", None, ("ana", "sales")),
    ("desk", "ana", "sales", ("ana", "sales")),
    ("desk", "ana", "acme", 403),
    ("desk", "zoe", None, 403),
    ("desk", "nomad", None, 403),
    ("desk", "gone", None, 403),
    ("desk", "nobody", None, 403),
    ("lost", "ana", None, 403),
]


async def test_nobody_submits_for_others_without_the_right_to(
    server: Server, client: Client
) -> None:
    for number, (who, buyer, unit, expected) in enumerate(SUBMISSIONS):
        told = {"userProfileId": buyer, "unitId": unit}
        body = own(f"o-{number}", **{key: value for key, value in told.items() if value})
        async with calling_as(server, who) as caller:
            answer = await caller.post(ORDERS, body)
        if isinstance(expected, int):
            refused(answer, expected)
            refused(await client.get(f"{ORDERS}/order/o-{number}"), 404)
        else:
            placed = ok(answer)
            assert (placed["userProfileId"], placed["units"][0]) == expected, (who, buyer)


async def test_a_buyer_sees_the_own_orders_and_no_others(
    server: Server, ana: Client, client: Client
) -> None:
    mine = ok(await ana.post(ORDERS, own("o-ana")))
    async with calling_as(server, "ben") as ben:
        theirs = ok(await ben.post(ORDERS, own("o-ben")))
        await client.submit("o-machine")
        for path in (theirs["id"], "order/o-ben", f"{theirs['id']}/explanation"):
            ok(await ben.get(f"{ORDERS}/{path}"))
            refused(await ana.get(f"{ORDERS}/{path}"), 404)
        refused(await ana.get(f"{ORDERS}/{theirs['id']}/history"), 404)
        unknown = refused(await ana.get(f"{ORDERS}/order/o-nothing"), 404)
        hidden = refused(await ana.get(f"{ORDERS}/order/o-ben"), 404)
        assert hidden.replace("o-ben", "o-nothing") == unknown
    listed = ok(await ana.get(ORDERS))["data"]
    assert [entry["id"] for entry in listed] == [mine["id"]]
    assert ok(await ana.get(f"{ORDERS}?orderId=o-ben"))["data"] == []
    assert len(ok(await ana.get(f"{ORDERS}?userProfileId=ana"))["data"]) == 1
    refused(await ana.get(f"{ORDERS}?userProfileId=ben"), 403)
    async with calling_as(server, "app") as approver:
        assert len(ok(await approver.get(ORDERS))["data"]) == 3


async def test_a_buyer_takes_back_only_the_own_orders(
    server: Server, ana: Client, client: Client
) -> None:
    await client.create_dimension(rule(), unitId="sales")
    mine = ok(await ana.post(ORDERS, own("o-1")))
    for who, status in (("ben", 404), ("boss", 403), ("desk", 403)):
        async with calling_as(server, who) as other:
            refused(await other.post(f"{ORDERS}/{mine['id']}/cancellation", {}), status)
            refused(await other.post(f"{ORDERS}/{mine['id']}/reevaluation"), status)
    assert ok(await ana.post(f"{ORDERS}/{mine['id']}/reevaluation"))["status"] == "pending"
    ok(await ana.post(f"{ORDERS}/{mine['id']}/cancellation", {}))
    assert "cancelled" in ok(await ana.get(f"{ORDERS}/{mine['id']}/history"))["data"][-1]["after"]


async def test_nobody_replaces_the_order_of_somebody_else(
    server: Server, ana: Client, client: Client
) -> None:
    mine = ok(await ana.post(ORDERS, own("o-1", value=1)))
    await client.submit("o-machine", 1)
    async with calling_as(server, "ben") as ben:
        for order_id in ("o-1", "o-machine"):
            refused(await ben.post(ORDERS, own(order_id, value=2)), 403)
    assert ok(await ana.get(f"{ORDERS}/order/o-1"))["id"] == mine["id"]
    assert ok(await ana.post(ORDERS, own("o-1", value=3)))["id"] != mine["id"]


async def test_of_two_people_racing_for_an_order_id_one_gets_it(server: Server) -> None:
    async with calling_as(server, "ana") as ana, calling_as(server, "ben") as ben:
        for number in range(5):
            bodies = [own(f"o-{number}", value=value) for value in (1, 2)]
            answers = await asyncio.gather(ana.post(ORDERS, bodies[0]), ben.post(ORDERS, bodies[1]))
            assert sorted(answer.status_code for answer in answers) == [200, 403]


async def test_who_submits_for_somebody_does_not_approve_it(server: Server, client: Client) -> None:
    await client.create_dimension(rule(), unitId="sales")
    async with calling_as(server, "desk") as desk, calling_as(server, "boss") as boss:
        placed = ok(await desk.post(ORDERS, own("o-1", userProfileId="ana")))
        callback = f"{ORDERS}/{placed['id']}/callback"
        assert "requester" in refused(await desk.post(callback, score(placed, 100)), 403)
        assert ok(await boss.post(callback, score(placed, 100)))["status"] == "accepted"
