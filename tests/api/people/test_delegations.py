"""Delegations over HTTP: who may make, see and end them, and what they let the stand-in do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from placet.access.service.tokens import create_token
from placet.kit.timestamps import timestamp
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.delegation import Delegation, DelegationEvent
from placet.people.core.roles import Role
from placet.people.service.delegations import MAX_DELEGATORS, stand_ins, standing_in
from placet.people.store.delegations import insert_delegation
from placet.people.store.users import put_users
from placet.settings import Settings
from support.budgets.calls import ON_ONE_STORE
from support.clock import ManualClock
from support.people.units import person, plant
from support.server import Client, Server, ok, refused, rule, running, score

pytestmark = pytest.mark.anyio

DAY = 86_400_000
PATH = "/delegations"
PEOPLE = {
    "ana": person("ana", "managers"),
    "bea": person("bea", "sales"),
    "cora": person("cora", "sales"),
    "dan": person("dan", "sales", [Role.BUYER]),
    "eve": person("eve", "sales", active=False),
}
BY_MANAGERS = {
    "requireAllApprovals": True,
    "authorizers": [{"type": "unit", "id": "managers"}],
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with running(settings, clock=clock) as opened:
        units = {"acme": None, "managers": "acme", "sales": "acme"}
        await plant(opened.database, units, *PEOPLE.values())
        yield opened


@asynccontextmanager
async def calls_of(server: Server, user_id: str) -> AsyncIterator[Client]:
    """The calls of a person."""
    made = await create_token(server.database, "acme", user_id)
    async with server.anonymous({"VtexIdclientAutCookie": made.token}) as http:
        yield Client(http, "acme")


@pytest.fixture
async def ana(server: Server) -> AsyncIterator[Client]:
    async with calls_of(server, "ana") as calls:
        yield calls


@pytest.fixture
async def bea(server: Server) -> AsyncIterator[Client]:
    async with calls_of(server, "bea") as calls:
        yield calls


def delegation(
    clock: ManualClock, delegate: str = "bea", first: int = 0, last: int = 7, **more: Any
) -> dict[str, Any]:
    """A delegation as clients send it, from so many days after now until so many days after."""
    now = clock.now_ms()
    return {
        "delegateId": delegate,
        "from": timestamp(now + first * DAY),
        "until": timestamp(now + last * DAY),
        **more,
    }


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


@pytest.fixture
async def rivals(server: Server) -> None:
    """Another buyer beside `acme`, and people who manage policies here and there."""
    manager = [Role.BUYING_POLICY_MANAGER]
    await plant(
        server.database,
        {"rival": None},
        person("rita", "rival"),
        person("max", "sales", manager),
        person("mona", "acme", manager),
        person("mick", "rival", manager),
        person("drifter", None, manager),
    )


@pytest.mark.usefixtures("rivals")
async def test_managers_see_delegations_of_people_of_their_units_only(
    server: Server, client: Client, clock: ManualClock
) -> None:
    pairs = [("ana", "bea"), ("rita", "dan"), ("rita", "ana"), ("cora", "drifter")]
    made = [
        ok(await client.post(PATH, delegation(clock, delegate, delegatorId=delegator)))
        for delegator, delegate in pairs
    ]
    seen = {"max": [0, 1, 3], "mona": [0, 1, 2, 3], "mick": [1, 2], "drifter": [3], "dan": [1]}
    for who, places in seen.items():
        async with calls_of(server, who) as calls:
            listed: list[Any] = []
            after: dict[str, str] = {}
            while True:
                page = ok(await calls.get(PATH, params={"limit": "1", **after}))
                listed = [*page["data"], *listed]
                if page["next"] is None:
                    break
                after = {"after": page["next"]}
            assert listed == [made[place] for place in places], who
            for place, item in enumerate(made):
                answer = await calls.get(f"{PATH}/{item['id']}")
                assert answer.status_code == (200 if place in places else 404), (who, place)
            assert ok(await calls.get(PATH, params={"delegatorId": "rita"}))["data"] == [
                made[place] for place in (2, 1) if place in places
            ]


# Who delegates for whom to whom: the field that is refused, if any is.
FOR_OTHERS = [
    ("max", "bea", "cora", None),
    ("max", "ana", "bea", "delegatorId"),
    ("max", "bea", "ana", "delegateId"),
    ("mona", "ana", "bea", None),
    ("mona", "rita", "bea", "delegatorId"),
    ("mona", "bea", "rita", "delegateId"),
    ("mick", "ana", "rita", "delegatorId"),
    ("drifter", "ana", "bea", "delegatorId"),
]


@ON_ONE_STORE
@pytest.mark.usefixtures("rivals")
async def test_managers_delegate_for_people_of_their_units_only(
    server: Server, clock: ManualClock
) -> None:
    for who, delegator, delegate, field in FOR_OTHERS:
        async with calls_of(server, who) as calls:
            answer = await calls.post(PATH, delegation(clock, delegate, delegatorId=delegator))
        if field is None:
            assert ok(answer)["delegatorId"] == delegator
        else:
            name = {"delegatorId": delegator, "delegateId": delegate}[field]
            told = f"`{field}`: there is no active person `{name}`"
            assert refused(answer, 400) == told, (who, delegator)


@pytest.mark.usefixtures("rivals")
async def test_managers_end_delegations_by_people_of_their_units_only(
    server: Server, client: Client, clock: ManualClock
) -> None:
    made = ok(await client.post(PATH, delegation(clock, "dan", delegatorId="rita")))
    path = f"{PATH}/{made['id']}"
    for who, status in (("drifter", 404), ("max", 403), ("mona", 403), ("mick", 200)):
        async with calls_of(server, who) as calls:
            assert (await calls.delete(path)).status_code == status, who


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
