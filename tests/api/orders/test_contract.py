"""The answers against the published contract of the Buying Policies API, where it is at hand."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support import contract as published
from support.contract import CALLBACK, answer_problems
from support.server import Client, ok, score

pytestmark = pytest.mark.anyio

POLICIES = "/{accountName}/authorization-dimensions"
DIMENSION = f"{POLICIES}/{{dimensionId}}"
RULES = f"{DIMENSION}/rules"
RULE = f"{RULES}/{{ruleId}}"


@pytest.fixture
def contract() -> dict[str, Any]:
    document = published.contract()
    if document is None:
        pytest.skip("the contract is not on this machine")
    return document


def example(contract: dict[str, Any], path: str, method: str) -> Any:
    """The contract's example body of an operation."""
    return contract["paths"][path][method]["requestBody"]["content"]["application/json"]["example"]


def check(contract: dict[str, Any], path: str, method: str, answer: httpx.Response) -> Any:
    """The answer's JSON, after comparing it with the contract's schema for its status."""
    described = contract["paths"][path][method]["responses"][str(answer.status_code)]
    if "content" not in described:
        assert answer.content == b""
        return None
    assert answer_problems(path, method, answer.status_code, answer.json()) == []
    return answer.json()


async def test_the_eight_operations_answer_as_the_contract_says(
    client: Client, contract: dict[str, Any]
) -> None:
    call = client.call
    base = "/authorization-dimensions"
    body = example(contract, POLICIES, "post")
    created = check(contract, POLICIES, "post", await call("POST", base, json=body))
    found = check(contract, POLICIES, "get", await call("GET", base))
    assert found == [created]
    one = f"{base}/{created['id']}"
    body = example(contract, DIMENSION, "put")
    check(contract, DIMENSION, "put", await call("PUT", one, json=body))
    body = example(contract, RULES, "post")
    rule = check(contract, RULES, "post", await call("POST", f"{one}/rules", json=body))
    body = example(contract, RULE, "put")
    check(contract, RULE, "put", await call("PUT", f"{one}/rules/{rule['id']}", json=body))
    body = example(contract, RULES, "put")
    check(contract, RULES, "put", await call("PUT", f"{one}/rules", json=body))
    listed = check(contract, POLICIES, "get", await call("GET", base))
    rule = listed[0]["ruleCollection"][0]
    check(contract, RULE, "delete", await call("DELETE", f"{one}/rules/{rule['id']}"))
    check(contract, DIMENSION, "delete", await call("DELETE", one))


async def test_refusals_have_the_shape_of_the_contract(
    client: Client, contract: dict[str, Any]
) -> None:
    base = "/authorization-dimensions"
    check(contract, POLICIES, "post", await client.call("POST", base, content=b"{"))
    check(contract, DIMENSION, "delete", await client.call("DELETE", f"{base}/unknown"))
    body = example(contract, RULE, "put")
    check(contract, RULE, "put", await client.call("PUT", f"{base}/x/rules/y", json=body))


async def test_a_callback_answers_as_the_contract_says(
    client: Client, contract: dict[str, Any]
) -> None:
    body = example(contract, POLICIES, "post")
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
        check(contract, CALLBACK, "post", answer)
