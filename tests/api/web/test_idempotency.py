"""Callbacks that are sent again under the key of the first time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from support.server import Client, ok, refused, rule, score

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
KEY = {"Idempotency-Key": "first-time"}
LEVELS = {
    "requireAllApprovals": True,
    "authorizers": [{"type": "user", "id": name} for name in ("ana", "bea", "cfo")],
}


@pytest.fixture
async def order(client: Client) -> dict[str, Any]:
    """An order that three levels must accept, each of which an app key may act for."""
    await client.create_dimension(rule(authorizationData=LEVELS))
    return await client.submit()


def accepted(authorization: dict[str, Any]) -> int:
    return len(authorization["additionalInfo"]["approvals"])


async def test_a_callback_sent_again_under_its_key_decides_no_further_level(
    client: Client, order: dict[str, Any]
) -> None:
    path, body = f"{PATH}/{order['id']}/callback", score(order, 100, comment="fine")
    first = ok(await client.post(path, body, headers=KEY))
    assert ok(await client.post(path, body, headers=KEY)) == first
    assert ok(await client.http.post(path, json=body, headers=KEY)) == first
    second = ok(await client.post(path, body, headers={"Idempotency-Key": "second-time"}))
    assert (accepted(first), accepted(second)) == (1, 2)
    assert ok(await client.post(path, body, headers=KEY)) == second
    history = ok(await client.get(f"{PATH}/{order['id']}/history"))["data"]
    keys = [(line["score"], line["idempotencyKey"]) for line in history]
    assert keys == [(None, None), (100, "first-time"), (100, "second-time")]


async def test_racing_callbacks_under_one_key_decide_one_level(
    client: Client, order: dict[str, Any]
) -> None:
    path, body = f"{PATH}/{order['id']}/callback", score(order, 100)
    answers = await asyncio.gather(*(client.post(path, body, headers=KEY) for _ in range(8)))
    assert [accepted(ok(answer)) for answer in answers] == [1] * 8


@pytest.mark.parametrize("change", [{"points": 0}, {"points": 100, "comment": "no"}])
async def test_a_key_is_not_taken_for_another_decision(
    client: Client, order: dict[str, Any], change: dict[str, Any]
) -> None:
    path = f"{PATH}/{order['id']}/callback"
    first = ok(await client.post(path, score(order, 100), headers=KEY))
    answer = await client.post(path, score(order, **change), headers=KEY)
    assert "`first-time` was used for another decision" in refused(answer, 409)
    assert ok(await client.get(f"{PATH}/{order['id']}")) == first


async def test_a_key_is_remembered_when_the_order_was_judged_again_or_has_ended(
    client: Client, order: dict[str, Any]
) -> None:
    path, body = f"{PATH}/{order['id']}/callback", score(order, 100)
    ok(await client.post(path, body, headers=KEY))
    fresh = ok(await client.post(f"{PATH}/{order['id']}/reevaluation"))
    assert ok(await client.post(path, body, headers=KEY)) == fresh
    ended = ok(await client.post(f"{PATH}/{order['id']}/cancellation", {}))
    assert ok(await client.post(path, body, headers=KEY)) == ended


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 251])
async def test_a_key_that_cannot_be_is_refused(
    client: Client, order: dict[str, Any], key: str
) -> None:
    answer = await client.post(
        f"{PATH}/{order['id']}/callback", score(order, 100), headers={"Idempotency-Key": key}
    )
    assert "1 to 250 visible ASCII characters" in refused(answer, 400)
    assert ok(await client.get(f"{PATH}/{order['id']}"))["additionalInfo"]["approvals"] == []


async def test_the_key_is_described(client: Client) -> None:
    document = ok(await client.http.get("/openapi.json"))
    for path in ("callback", "callbacks"):
        found = [route for route in document["paths"] if route.endswith(f"/{path}")]
        for route in found:
            names = [item["name"] for item in document["paths"][route]["post"]["parameters"]]
            assert "Idempotency-Key" in names, route
