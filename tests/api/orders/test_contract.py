"""The answers against the published contract of the Buying Policies API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support.contract import CALLBACK, answer_problems, contract
from support.contract import body as body_for
from support.server import Client, ok, score

pytestmark = pytest.mark.anyio

POLICIES = "/{accountName}/authorization-dimensions"
DIMENSION = f"{POLICIES}/{{dimensionId}}"
RULES = f"{DIMENSION}/rules"
RULE = f"{RULES}/{{ruleId}}"


API = "buying-policies"


def check(path: str, method: str, answer: httpx.Response) -> Any:
    """The answer's JSON, after comparing it with what the contract says of its status."""
    if contract(API)["paths"][path][method]["answers"][answer.status_code] is None:
        assert answer.content == b""
        return None
    assert answer_problems(API, path, method, answer.status_code, answer.json()) == []
    return answer.json()


async def test_the_eight_operations_answer_as_the_contract_says(client: Client) -> None:
    call = client.call
    base = "/authorization-dimensions"
    body = body_for(API, POLICIES, "post")
    created = check(POLICIES, "post", await call("POST", base, json=body))
    found = check(POLICIES, "get", await call("GET", base))
    assert found == [created]
    one = f"{base}/{created['id']}"
    body = body_for(API, DIMENSION, "put")
    check(DIMENSION, "put", await call("PUT", one, json=body))
    body = body_for(API, RULES, "post")
    rule = check(RULES, "post", await call("POST", f"{one}/rules", json=body))
    body = body_for(API, RULE, "put")
    check(RULE, "put", await call("PUT", f"{one}/rules/{rule['id']}", json=body))
    body = body_for(API, RULES, "put")
    check(RULES, "put", await call("PUT", f"{one}/rules", json=body))
    listed = check(POLICIES, "get", await call("GET", base))
    rule = listed[0]["ruleCollection"][0]
    check(RULE, "delete", await call("DELETE", f"{one}/rules/{rule['id']}"))
    check(DIMENSION, "delete", await call("DELETE", one))


async def test_refusals_have_the_shape_of_the_contract(client: Client) -> None:
    base = "/authorization-dimensions"
    check(POLICIES, "post", await client.call("POST", base, content=b"{"))
    check(DIMENSION, "delete", await client.call("DELETE", f"{base}/unknown"))
    body = body_for(API, RULE, "put")
    check(RULE, "put", await client.call("PUT", f"{base}/x/rules/y", json=body))


async def test_a_callback_answers_as_the_contract_says(client: Client) -> None:
    body = body_for(API, POLICIES, "post")
    ok(await client.post("/authorization-dimensions", body))
    for text in ("pending", "sequential-approval"):
        order = {
            "orderId": f"o-{text}",
            "value": 3399,
            "openTextField": {"value": text},
            "items": [{"id": "1", "sku": "88", "price": 33.99, "quantity": 1}],
        }
        pending = ok(
            await client.post(
                "/commercial-authorizations",
                {
                    "order": order,
                    "unitId": body["unitId"],
                    "userProfileId": "69c9e480-850b-11f0-b37f-c3162b6f2b91",
                    "callbackEndpoint": "https://shop.example/callback",
                },
            )
        )
        assert pending["status"] == "pending"
        path = CALLBACK.format(orderAuthId=pending["id"])
        answer = await client.http.post(path, json=score(pending, 100))
        check(CALLBACK, "post", answer)
