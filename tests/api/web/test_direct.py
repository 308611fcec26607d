"""The shortest way to a route answers as the app itself would."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from placet.api.web.direct import DirectRoute
from support.budgets.calls import Budgets, allocation, movement, path_of
from support.server import Client, Server, score, submission

pytestmark = pytest.mark.anyio


@pytest.fixture
async def path(client: Client) -> str:
    created = await Budgets(client.http).create(allocation())
    return f"/api/budgets/UNIT/acme-sales{path_of(created['allocations'][0])}/transactions"


def _answer(response: httpx.Response) -> tuple[int, Any]:
    body = response.json()
    for made_up in ("id", "date"):
        body.pop(made_up, None)
    return response.status_code, body


REQUESTS: dict[str, dict[str, Any]] = {
    "good": {"json": movement(1)},
    "no body": {},
    "no JSON": {"content": b"{"},
    "a field is missing": {"json": {}},
    "no such token": {"json": movement(1), "headers": {"X-VTEX-API-AppToken": "no"}},
    "a bad header": {"json": movement(1), "headers": {"Idempotency-Key": "a b"}},
}


@pytest.mark.parametrize("more", REQUESTS.values(), ids=list(REQUESTS))
async def test_both_ways_answer_alike(client: Client, path: str, more: dict[str, Any]) -> None:
    direct, indirect = await _both_ways(client, path, more)
    assert _answer(direct) == _answer(indirect)


ORDERS = "/acme/commercial-authorizations"
ORDER_REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "an order": (ORDERS, {"json": submission("o-2")}),
    "an order without a body": (ORDERS, {}),
    "an order that is no JSON": (ORDERS, {"content": b"{"}),
    "an order that lacks fields": (ORDERS, {"json": {}}),
    "an order for another account": ("/globex/commercial-authorizations", {}),
    "an order by nobody": (ORDERS, {"headers": {"X-VTEX-API-AppToken": "no"}}),
    "a score": (f"{ORDERS}/ID/callback", {"json": "SCORE"}),
    "a score without account": ("/commercial-authorizations/ID/callback", {"json": "SCORE"}),
    "a score without a body": (f"{ORDERS}/ID/callback", {}),
    "a score for no order": (f"{ORDERS}/none/callback", {"json": "SCORE"}),
    "a score in another account": ("/globex/commercial-authorizations/ID/callback", {}),
    "a score by nobody": (f"{ORDERS}/ID/callback", {"headers": {"X-VTEX-API-AppToken": "no"}}),
}


@pytest.mark.parametrize(("path", "more"), ORDER_REQUESTS.values(), ids=list(ORDER_REQUESTS))
async def test_both_ways_answer_alike_about_orders(
    client: Client, path: str, more: dict[str, Any]
) -> None:
    await client.create_dimension()
    order = await client.submit()
    if more.get("json") == "SCORE":
        more = {"json": score(order, 100)}
    direct, indirect = await _both_ways(client, path.replace("ID", order["id"]), more)
    assert direct.status_code == indirect.status_code
    assert direct.json() == indirect.json()


async def test_the_short_way_to_orders_asks_for_the_same_permission(server: Server) -> None:
    async with server.client() as client:
        await client.create_dimension()
        order = await client.submit()
    async with server.client(permissions=("ViewBuyingPolicies",)) as client:
        for path, body in (("", submission()), (f"/{order['id']}/callback", score(order, 100))):
            direct, indirect = await _both_ways(client, f"{ORDERS}{path}", {"json": body})
            assert (direct.status_code, indirect.status_code) == (403, 403)
            assert direct.json() == indirect.json()


async def _both_ways(
    client: Client, path: str, more: dict[str, Any]
) -> tuple[httpx.Response, httpx.Response]:
    direct = await client.http.post(path, **more)
    app = client.http._transport.app  # type: ignore[attr-defined]
    # An app below another path answers by its own routes.
    around = httpx.ASGITransport(app, root_path="/placet")
    async with httpx.AsyncClient(
        transport=around, base_url="http://placet.test", headers=client.http.headers
    ) as http:
        indirect = await http.post(f"/placet{path}", **more)
    assert direct.headers["X-Request-Id"]
    assert direct.headers["Content-Type"] == indirect.headers["Content-Type"]
    return direct, indirect


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/a/1/b", {"x": "1"}),
        ("/a/1/b/", None),
        ("/a//b", None),
        ("/a/1/2/b", None),
        ("/a/1/b\n", None),
    ],
)
def test_a_parameter_is_one_part_of_the_path(path: str, found: dict[str, str] | None) -> None:
    async def nobody(_request: Any) -> Any:
        raise NotImplementedError

    match = DirectRoute.of("GET", "/a/{x}/b", nobody).path.fullmatch(path)
    assert (match and match.groupdict()) == found
