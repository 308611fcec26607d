"""Query parameters of lists: none is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from placet.api.people.users import list_users
from placet.api.web.query import parameters_of
from support.server import Client, ok, refused

pytestmark = pytest.mark.anyio

LISTS = ("commercial-authorizations", "users", "delegations")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/commercial-authorizations?pendingFor=me", "did you mean `pending-for`?"),
        ("/commercial-authorizations?unit=sales", "no parameter `unit`: there are `after`,"),
        ("/commercial-authorizations?status=denied&status=pending", "`status` can be given once"),
        ("/users?unitID=sales", "did you mean `unitId`?"),
        ("/users?active=true&active=true", "`active` can be given once"),
        ("/delegations?inforce=true", "did you mean `inForce`?"),
    ],
)
async def test_a_filter_that_would_not_count_is_refused(
    client: Client, path: str, sentence: str
) -> None:
    assert sentence in refused(await client.get(path), 400)


@pytest.mark.parametrize("name", LISTS)
async def test_every_parameter_that_is_described_is_known(client: Client, name: str) -> None:
    paths: dict[str, Any] = ok(await client.http.get("/openapi.json"))["paths"]
    described = paths[f"/{{accountName}}/{name}"]["get"]["parameters"]
    names = [item["name"] for item in described if item["in"] == "query"]
    for parameter in names:
        answer = await client.get(f"/{name}?{parameter}=x")
        assert "no parameter" not in answer.text, parameter
    assert len(names) > 4


async def test_repeatable_parameters_may_be_repeated(client: Client) -> None:
    assert ok(await client.get("/users?unitId=sales&unitId=north"))["data"] == []


def test_parameters_go_by_the_names_that_clients_use() -> None:
    assert {"unitId", "email", "after", "limit"} < parameters_of(list_users)
    assert "request" not in parameters_of(list_users)
