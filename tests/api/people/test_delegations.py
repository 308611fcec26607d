"""Delegations over HTTP: who may make, see and end them, and what they let the stand-in do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from placet.kit.timestamps import timestamp
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.delegation import Delegation, DelegationEvent
from placet.people.core.roles import Role
from placet.people.service.delegations import MAX_DELEGATORS, stand_ins, standing_in
from placet.people.store.delegations import insert_delegation
from placet.people.store.users import put_users
from support.budgets.calls import ON_ONE_STORE
from support.clock import ManualClock
from support.people.delegations import DAY, PATH, PEOPLE, calls_of, delegation, opened
from support.people.units import person
from support.server import Client, Server, ok, refused, rule, score

pytestmark = pytest.mark.anyio

BY_MANAGERS = {
    "requireAllApprovals": True,
    "authorizers": [{"type": "unit", "id": "managers"}],
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    async with opened(database_url, clock) as server:
        yield server


@pytest.fixture
async def ana(server: Server) -> AsyncIterator[Client]:
    async with calls_of(server, "ana") as calls:
        yield calls


@pytest.fixture
async def bea(server: Server) -> AsyncIterator[Client]:
    async with calls_of(server, "bea") as calls:
        yield calls


async def test_people_delegate_their_own_approvals(ana: Client, clock: ManualClock) -> None:
    body = delegation(clock)
    made = ok(await ana.post(PATH, body))
    assert {key: made[key] for key in body} == body
    assert (made["delegatorId"], made["endedAt"], made["inForce"]) == ("ana", None, True)
    assert [(line["who"], line["what"]) for line in made["record"]] == [("user ana", "delegated")]
    assert ok(await ana.get(f"{PATH}/{made['id']}")) == made
    assert ok(await ana.get(PATH)) == {"data": [made], "next": None}


async def test_delegating_for_others_needs_the_right_to_manage_policies(
    bea: Client, client: Client, clock: ManualClock
) -> None:
    body = delegation(clock, "cora", delegatorId="ana")
    assert "`ManageBuyingPolicies`" in refused(await bea.post(PATH, body), 403)
    made = ok(await client.post(PATH, body))
    [line] = made["record"]
    assert (line["actorKind"], made["delegatorId"]) == ("app-key", "ana")


@ON_ONE_STORE
async def test_nobody_becomes_a_stand_in_by_the_own_hand(
    server: Server, clock: ManualClock
) -> None:
    boss = person("boss", "acme", [Role.BUYING_POLICY_MANAGER, Role.ORDER_APPROVER])
    async with server.database.write() as connection:
        await put_users(connection, [boss])
    async with calls_of(server, "boss") as calls:
        refused(await calls.post(PATH, delegation(clock, "boss", delegatorId="ana")), 403)
        ok(await calls.post(PATH, delegation(clock, "bea", delegatorId="ana")))


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"delegateId": "ana"}, "`delegateId` must be another person than the delegator"),
        ({"delegateId": "nobody"}, "`delegateId`: there is no active person `nobody`"),
        ({"delegateId": "eve"}, "`delegateId`: there is no active person `eve`"),
        ({"delegatorId": "eve"}, "`delegatorId`: there is no active person `eve`"),
        ({"delegatorId": None}, "`delegatorId` is required when an app key delegates"),
        ({"delegateId": None}, "`delegateId` must be a string"),
        ({"until": "2020-01-01T00:00:00Z"}, "`until` must be later than `from`"),
        ({"from": "2020-01-01", "until": "2020-01-02"}, "`until` must be later than now"),
        ({"until": "2999-01-01T00:00:00Z"}, "a delegation can last 366 days at most"),
        ({"from": "tomorrow"}, "`from`: `tomorrow` is no instant like"),
        ({"untill": "2999-01-01T00:00:00Z"}, "`untill` is not known here"),
    ],
)
async def test_a_delegation_that_cannot_be_is_refused(
    client: Client, clock: ManualClock, changes: dict[str, Any], sentence: str
) -> None:
    body = delegation(clock, delegatorId="ana") | changes
    assert sentence in refused(await client.post(PATH, body), 400)
    assert ok(await client.get(PATH))["data"] == []


async def test_two_people_have_one_delegation_at_a_time(
    ana: Client, client: Client, clock: ManualClock
) -> None:
    body = delegation(clock)
    answers = await asyncio.gather(
        *(one.post(PATH, body | {"delegatorId": "ana"}) for one in (ana, client) * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert "stands in for `ana` until" in refused(await ana.post(PATH, body), 409)
    ok(await ana.post(PATH, delegation(clock, first=7, last=8)))
    ok(await ana.post(PATH, delegation(clock, "cora")))


async def test_nobody_stands_in_too_often(server: Server, ana: Client, clock: ManualClock) -> None:
    now = clock.now_ms()
    people = [person(f"p-{number}", "managers") for number in range(MAX_DELEGATORS)]
    async with server.database.write() as connection:
        await put_users(connection, people)
        for number, one in enumerate(people):
            made = Delegation(
                account="acme", delegation_id=f"d-{number}", delegator_id=one.user_id,
                delegate_id="bea", from_at=now, until_at=now + DAY, created_at=now,
            )  # fmt: skip
            event = DelegationEvent.by(Actor(ActorKind.USER, one.user_id), now, "delegated")
            await insert_delegation(connection, made, event)
        assert len(await standing_in(connection, "acme", "bea", now)) == MAX_DELEGATORS
    body = delegation(clock)
    assert "50 times already" in refused(await ana.post(PATH, body), 409)
    clock.advance(DAY)
    ok(await ana.post(PATH, body))


async def test_a_delegation_is_ended_once_and_stays_on_record(
    ana: Client, bea: Client, clock: ManualClock
) -> None:
    made = ok(await ana.post(PATH, delegation(clock)))
    path = f"{PATH}/{made['id']}"
    refused(await bea.delete(path), 403)
    clock.advance(DAY)
    ended = ok(await ana.delete(path))
    assert (ended["inForce"], ended["endedAt"]) == (False, timestamp(clock.now_ms()))
    assert [line["what"] for line in ended["record"]] == ["delegated", "ended"]
    clock.advance(DAY)
    assert ok(await ana.delete(path)) == ended == ok(await bea.get(path))


async def test_people_see_what_concerns_them(
    server: Server, ana: Client, bea: Client, client: Client, clock: ManualClock
) -> None:
    first = ok(await ana.post(PATH, delegation(clock)))
    other = ok(await client.post(PATH, delegation(clock, "cora", delegatorId="ana")))
    everything = ok(await client.get(PATH))["data"]
    assert everything == [other, first]
    assert ok(await bea.get(PATH))["data"] == [first]
    refused(await bea.get(f"{PATH}/{other['id']}"), 404)
    refused(await bea.delete(f"{PATH}/{other['id']}"), 404)
    async with server.client(permissions=["ApproveOrders"]) as key:
        assert "an app key has no delegations" in refused(await key.get(PATH), 403)
    async with server.client("globex") as stranger:
        refused(await stranger.get(f"{PATH}/{first['id']}"), 404)
        assert ok(await stranger.get(PATH))["data"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["cora", "bea", "dan"]),
        ({"delegateId": "bea"}, ["bea"]),
        ({"delegatorId": "ana"}, ["cora", "bea"]),
        ({"delegatorId": "cora"}, ["dan"]),
        ({"inForce": "true"}, ["bea", "dan"]),
        ({"inForce": "false"}, ["cora", "bea", "dan"]),
        ({"delegatorId": "ana", "delegateId": "dan"}, []),
    ],
)
async def test_filters_must_all_match(
    client: Client, clock: ManualClock, query: dict[str, str], expected: list[str]
) -> None:
    ok(await client.post(PATH, delegation(clock, "dan", delegatorId="cora")))
    ok(await client.post(PATH, delegation(clock, "bea", delegatorId="ana")))
    ok(await client.post(PATH, delegation(clock, "cora", 3, 5, delegatorId="ana")))
    found = ok(await client.get(PATH, params=query))["data"]
    assert [item["delegateId"] for item in found] == expected


async def test_pages_follow_each_other(client: Client, clock: ManualClock) -> None:
    for week in range(5):
        ok(await client.post(PATH, delegation(clock, "bea", week, week + 1, delegatorId="ana")))
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = ok(await client.get(PATH, params={"limit": "2", **after}))
        seen += [item["from"] for item in page["data"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


async def decide(calls: Client, order: dict[str, Any]) -> int:
    """The status of a callback that accepts."""
    path = f"/commercial-authorizations/{order['id']}/callback"
    return (await calls.post(path, score(order, 100))).status_code


async def test_a_stand_in_decides_in_the_time_of_the_delegation_only(
    ana: Client, bea: Client, client: Client, clock: ManualClock
) -> None:
    await client.create_dimension(rule(authorizationData=BY_MANAGERS))
    orders = [await client.submit(f"o-{number}") for number in range(3)]
    ok(await ana.post(PATH, delegation(clock, first=1, last=3)))
    assert await decide(bea, orders[0]) == 404
    clock.advance(DAY)
    assert await decide(bea, orders[0]) == 200
    path = f"/commercial-authorizations/{orders[0]['id']}/explanation"
    [approval] = ok(await client.get(path))["approvals"]
    assert (approval["actorId"], approval["onBehalfOf"]) == ("bea", "ana")
    clock.advance(2 * DAY - 1)
    assert await decide(bea, orders[1]) == 200
    clock.advance(1)
    assert await decide(bea, orders[2]) == 404


async def test_an_ended_delegation_lets_nobody_decide(
    ana: Client, bea: Client, client: Client, clock: ManualClock
) -> None:
    await client.create_dimension(rule(authorizationData=BY_MANAGERS))
    order = await client.submit()
    made = ok(await ana.post(PATH, delegation(clock)))
    ok(await ana.delete(f"{PATH}/{made['id']}"))
    assert await decide(bea, order) == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [({"active": False}, 403), ({"roles": frozenset()}, 403), ({"unit_id": "sales"}, 404)],
)
async def test_what_the_delegator_may_do_counts_when_it_is_done(
    server: Server,
    ana: Client,
    bea: Client,
    client: Client,
    clock: ManualClock,
    change: dict[str, Any],
    status: int,
) -> None:
    await client.create_dimension(rule(authorizationData=BY_MANAGERS))
    order = await client.submit()
    ok(await ana.post(PATH, delegation(clock)))
    async with server.database.write() as connection:
        # Somebody else has to be left, or the unit above would stand in for the whole unit.
        await put_users(connection, [replace(PEOPLE["ana"], **change), person("fay", "managers")])
    assert await decide(bea, order) == status


async def test_what_was_delegated_is_not_handed_on(
    server: Server, ana: Client, bea: Client, client: Client, clock: ManualClock
) -> None:
    await client.create_dimension(rule(authorizationData=BY_MANAGERS))
    order = await client.submit()
    ok(await ana.post(PATH, delegation(clock)))
    ok(await bea.post(PATH, delegation(clock, "cora")))
    async with calls_of(server, "cora") as cora:
        assert await decide(cora, order) == 404


@pytest.mark.parametrize(("requester", "status"), [("ana", 404), ("bea", 403)])
async def test_nobody_decides_an_order_of_either_of_the_two(
    ana: Client, bea: Client, client: Client, clock: ManualClock, requester: str, status: int
) -> None:
    await client.create_dimension(rule(authorizationData=BY_MANAGERS))
    order = await client.submit(userProfileId=requester)
    ok(await ana.post(PATH, delegation(clock)))
    assert await decide(bea, order) == status


async def test_stand_ins_are_found_from_both_sides(
    server: Server, ana: Client, bea: Client, clock: ManualClock
) -> None:
    ok(await ana.post(PATH, delegation(clock)))
    ok(await ana.post(PATH, delegation(clock, "cora")))
    ok(await bea.post(PATH, delegation(clock, "cora")))
    now = clock.now_ms()
    async with server.database.read() as connection:
        people = await stand_ins(connection, "acme", ["ana", "bea", "dan"], now)
        delegators = await standing_in(connection, "acme", "cora", now)
        assert await standing_in(connection, "globex", "cora", now) == ()
    assert people == {"ana": ("bea", "cora"), "bea": ("cora",)}
    assert [(item.user_id, item.unit_ids) for item in delegators] == [
        ("ana", frozenset({"managers"})),
        ("bea", frozenset({"sales"})),
    ]
