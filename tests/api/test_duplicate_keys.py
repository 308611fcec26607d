"""A key that comes twice in a JSON body is refused by every route that reads one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.budgets.calls import ON_ONE_STORE
from support.server import Client, Server

pytestmark = [pytest.mark.anyio, ON_ONE_STORE]

TABLE = yaml.safe_load((Path(__file__).parent / "lost_commits.yaml").read_text("utf-8"))
ROUTES = sorted({route for entry in TABLE for route, case in entry.items() if "body" in case})
NESTED = '{"order": {"orderId": "o-1", "items": [{"sku": 1, "sku": 2}]}}'


def path_of(route: str) -> str:
    return re.sub(r"\{\w+\}", "x", route.replace("{accountName}", "acme"))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", ['{"a": 1, "a": 2}', NESTED])
async def test_no_route_takes_a_key_twice(client: Client, route: str, body: str) -> None:
    method, path = path_of(route).split()
    headers = {"Content-Type": "application/json"}
    answer = await client.http.request(method, path, content=body, headers=headers)
    document: Any = answer.json()
    key = "a" if body.startswith('{"a"') else "sku"
    if answer.status_code == 404:
        # Who finds nothing at a path learns that first.
        return
    assert answer.status_code == 400, answer.text
    assert f"`{key}`" in str(document)
    assert "line 1" in str(document) or ":1:" in str(document)


async def test_an_order_document_with_a_key_twice_is_not_stored(
    server: Server, client: Client
) -> None:
    answer = await client.call("POST", "/commercial-authorizations", content=NESTED)
    assert answer.status_code == 400
    assert answer.json() == {
        "message": "the request body is not usable: the key `sku` comes twice in one object,"
        " in line 1, column 51"
    }
    assert (await client.get("/commercial-authorizations/order/o-1")).status_code == 404
