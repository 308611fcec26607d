"""The shortest way to a route answers as the app itself would."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from placet.api.direct import DirectRoute
from support.budgets import Budgets, allocation, movement, path_of
from support.server import Client

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
    direct = await client.http.post(path, **more)
    app = client.http._transport.app  # type: ignore[attr-defined]
    # An app below another path answers by its own routes.
    around = httpx.ASGITransport(app, root_path="/placet")
    async with httpx.AsyncClient(
        transport=around, base_url="http://placet.test", headers=client.http.headers
    ) as http:
        indirect = await http.post(f"/placet{path}", **more)
    assert _answer(direct) == _answer(indirect)
    assert direct.headers["X-Request-Id"]
    assert direct.headers["Content-Type"] == indirect.headers["Content-Type"]


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
