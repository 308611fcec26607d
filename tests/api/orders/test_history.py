"""The history of an authorization: who did what when, page by page, and nobody can change it."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from support.people.calls import calling_as
from support.people.units import person, plant
from support.project import modules
from support.server import Client, Server, ok, refused, score

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"


async def decided(client: Client) -> dict[str, Any]:
    """An order that was submitted, judged again, accepted and cancelled."""
    await client.create_dimension()
    order = await client.submit()
    path = f"{PATH}/{order['id']}"
    ok(await client.post(f"{path}/reevaluation"))
    ok(await client.post(f"{path}/callback", score(order, 100, comment="for the fair")))
    ok(await client.post(f"{path}/cancellation", {"comment": "ordered twice"}))
    return order


async def test_a_line_says_who_what_when_before_and_after_and_by_which_key(
    client: Client,
) -> None:
    order = await decided(client)
    page = ok(await client.get(f"{PATH}/{order['id']}/history"))
    assert page["next"] is None
    key = client.http.headers["X-VTEX-API-AppKey"]
    lines = page["data"]
    assert [(line["place"], line["before"], line["after"]) for line in lines] == [
        (1, None, "pending"),
        (2, "pending", "pending"),
        (3, "pending", "accepted"),
        (4, "accepted", "cancelled"),
    ]
    assert {(line["actorKind"], line["actorId"]) for line in lines} == {("app-key", key)}
    assert [line["note"] for line in lines][2:] == ["for the fair", "ordered twice"]
    assert lines[2]["what"].startswith("accepted rule `Large orders`")
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


async def test_a_person_is_named_by_id(client: Client, server: Server) -> None:
    await plant(server.database, {"acme": None}, person("ana", "acme"))
    await client.create_dimension()
    order = await client.submit()
    async with calling_as(server, "ana") as ana:
        ok(await ana.post(f"{PATH}/{order['id']}/callback", score(order, 0)))
        last = ok(await ana.get(f"{PATH}/{order['id']}/history"))["data"][-1]
    assert (last["actorKind"], last["actorId"], last["after"]) == ("user", "ana", "denied")


async def test_pages_follow_each_other(client: Client) -> None:
    order = await decided(client)
    places: list[int] = []
    after: str | None = "0"
    while after is not None:
        params = {"limit": "3", "after": after}
        page = ok(await client.get(f"{PATH}/{order['id']}/history", params=params))
        places += [line["place"] for line in page["data"]]
        after = page["next"]
    assert places == [1, 2, 3, 4]


@pytest.mark.parametrize("params", [{"limit": "0"}, {"after": "x"}, {"after": "-1"}])
async def test_a_wrong_page_is_refused(client: Client, params: dict[str, str]) -> None:
    order = await decided(client)
    refused(await client.get(f"{PATH}/{order['id']}/history", params=params), 400)


async def test_an_unknown_authorization_has_no_history(client: Client) -> None:
    refused(await client.get(f"{PATH}/unknown/history"), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
async def test_no_request_changes_a_history(client: Client, method: str) -> None:
    order = await decided(client)
    before = ok(await client.get(f"{PATH}/{order['id']}/history"))
    refused(await client.call(method, f"{PATH}/{order['id']}/history"), 405)
    refused(await client.call(method, f"{PATH}/{order['id']}/history/1"), 404)
    assert ok(await client.get(f"{PATH}/{order['id']}/history")) == before


def test_no_statement_changes_or_deletes_a_line() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id in ("update", "delete") and node.args:
                assert "authorization_event_table" not in ast.unparse(node.args[0]), path.name
