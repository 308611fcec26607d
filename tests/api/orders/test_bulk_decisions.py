"""Many decisions in one request, each for itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Client, Server, ok, refused, rule, score

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
BULK = f"{PATH}/callbacks"
LEVELS = {
    "requireAllApprovals": True,
    "authorizers": [{"type": "user", "id": "ana"}, {"type": "user", "id": "cfo"}],
}


async def decide(client: Client, *items: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = ok(await client.post(BULK, {"items": list(items)}))["results"]
    return results


@pytest.fixture
async def ana(server: Server, client: Client) -> AsyncIterator[Client]:
    """Ana, the first of two levels of every large order."""
    people = [person("ana", None), person("cfo", None)]
    await plant(server.database, {"acme": None}, *people)
    await client.create_dimension(rule(authorizationData=LEVELS))
    async with calling_as(server, "ana") as opened:
        yield opened


async def test_each_item_has_a_result_of_its_own_in_order(client: Client, ana: Client) -> None:
    orders = [await client.submit(f"o-{n}") for n in range(3)]
    cancelled, decided, own = orders
    ok(await client.post(f"{PATH}/{cancelled['id']}/cancellation", {}))
    own = await client.submit("own", userProfileId="ana")
    small = await client.submit("small", 1)
    results = await decide(
        ana,
        {"id": orders[1]["id"], "score": 100, "comment": "fine"},
        {"id": "unknown", "score": 100},
        {"id": cancelled["id"], "score": 100},
        {"id": own["id"], "score": 100},
        {"id": small["id"], "score": 100},
        {"id": orders[2]["id"], "score": 0},
        {"id": decided["id"], "score": 100, "dimensionId": "unknown", "ruleId": "unknown"},
    )
    assert [(item["code"], item["status"], item["state"]) for item in results] == [
        (200, "pending", "pending"),
        (404, None, None),
        (409, None, None),
        (403, None, None),
        (404, None, None),
        (200, "denied", "denied"),
        (404, None, None),
    ]
    assert [item["id"] for item in results][:2] == [orders[1]["id"], "unknown"]
    assert all((item["message"] is None) == (item["code"] == 200) for item in results)
    assert "fine" in str(ok(await client.get(f"{PATH}/{orders[1]['id']}/explanation")))


async def test_the_rule_meant_is_the_first_that_waits_for_the_caller(
    client: Client, ana: Client
) -> None:
    order = await client.submit()
    [first] = await decide(ana, {"id": order["id"], "score": 100})
    assert first["state"] == "pending"
    # sent again it is answered as before, and never decides the next person's level
    assert await decide(ana, {"id": order["id"], "score": 100}) == [first]
    [refusal] = await decide(ana, {"id": order["id"], "score": 0})
    assert refusal["code"] == 403
    [by_key] = await decide(client, {"id": order["id"], "score": 100})
    assert by_key["status"] == "accepted"
    assert await decide(client, {"id": order["id"], "score": 100}) == [by_key]
    [late] = await decide(client, {"id": order["id"], "score": 0})
    assert (late["code"], "was accepted by" in late["message"]) == (409, True)


async def test_decisions_about_one_order_are_made_one_after_the_other(client: Client) -> None:
    await client.create_dimension(
        rule("One"), rule("Two", priority=2), requireAllRulesAcceptance=True
    )
    order = await client.submit()
    results = await decide(client, *[{"id": order["id"], "score": 100}] * 2)
    assert [item["state"] for item in results] == ["pending", "accepted"]


async def test_a_request_sent_again_under_its_key_decides_nothing_more(client: Client) -> None:
    await client.create_dimension(rule(authorizationData=LEVELS))
    orders = [await client.submit("o-1"), await client.submit("o-2")]
    body = {"items": [{"id": order["id"], "score": 100} for order in (*orders, orders[0])]}
    key = {"Idempotency-Key": "monday"}
    first = ok(await client.post(BULK, body, headers=key))
    assert [item["state"] for item in first["results"]] == ["pending", "pending", "accepted"]
    again = ok(await client.post(BULK, body, headers=key))["results"]
    assert [item["state"] for item in again] == ["accepted", "pending", "accepted"]
    body["items"][1]["score"] = 0
    changed = ok(await client.post(BULK, body, headers=key))["results"]
    assert [item["code"] for item in changed] == [200, 409, 200]
    assert ok(await client.get(f"{PATH}/{orders[1]['id']}"))["status"] == "pending"


async def test_a_full_request_decides_everything_and_racing_ones_agree(client: Client) -> None:
    await client.create_dimension()
    orders = await asyncio.gather(*(client.submit(f"o-{n}") for n in range(100)))
    items = [{"id": order["id"], "score": 100} for order in orders]
    answers = await asyncio.gather(decide(client, *items), decide(client, *items))
    assert answers[0] == answers[1]
    assert {item["state"] for item in answers[0]} == {"accepted"}
    path = f"{PATH}/{orders[0]['id']}/callback"
    assert ok(await client.post(path, score(orders[0], 100)))["status"] == "accepted"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "`items`"),
        ({"items": []}, "`items`"),
        ({"items": [{"id": "x", "score": 1}] * 101}, "`items`"),
        ({"items": [{"score": 1}]}, "`items[0].id`"),
        ({"items": [{"id": "x"}]}, "`items[0].score`"),
        ({"items": [{"id": "x", "score": "100"}]}, "`items[0].score`"),
        ([], "object"),
    ],
)
async def test_a_malformed_request_decides_nothing(client: Client, body: Any, words: str) -> None:
    assert words in refused(await client.post(BULK, body), 400)
