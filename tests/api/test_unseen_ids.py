"""Whoever does not reach a thing cannot find out that there is one: every answer about it is the
answer about nothing, whatever else is wrong with the request.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from placet.access.service.tokens import create_token
from placet.people.core.roles import Role
from support.budgets.calls import ON_ONE_STORE
from support.furnished import furnish
from support.people.units import person, plant
from support.server import Client, Server, dimension, rule

pytestmark = [pytest.mark.anyio, ON_ONE_STORE]

TABLE = yaml.safe_load((Path(__file__).parent / "lost_commits.yaml").read_text("utf-8"))
PARAMETER = re.compile(r"\{(\w+)\}")
# An id that is free is taken by this request, so it cannot but tell.
CREATES = {"PUT /{accountName}/users/{userId}"}
ROUTES = sorted(
    {
        route
        for entry in TABLE
        for route in entry
        if set(PARAMETER.findall(route)) - {"accountName"} and route not in CREATES
    }
)
BODIES: list[Any] = [
    None,
    {},
    [],
    dimension(unitId="nowhere"),
    dimension(rule(expression="((")),
    rule(expression="(("),
    [rule(expression="((")],
    {"name": "x", "parentId": "nowhere", "userIds": ["nobody"], "status": "?", "amount": -1},
]


def _without_ids(answer: httpx.Response, ids: dict[str, str]) -> str:
    text = f"{answer.status_code} {answer.text}"
    for name, value in sorted(ids.items(), key=lambda item: -len(item[1])):
        text = text.replace(value, f"<{name}>")
    return text


@pytest.mark.parametrize("route", ROUTES)
async def test_what_is_out_of_reach_is_answered_like_nothing(
    server: Server, client: Client, route: str
) -> None:
    ids = await furnish(server, client)
    # The same kinds of ids, of nothing at all.
    free = {name: f"{value[:-4]}{value[-4:][::-1]}0"[-36:] for name, value in ids.items()}
    free["accountName"] = ids["accountName"]
    await plant(server.database, {"north": None}, person("eve", "north", list(Role)))
    made = await create_token(server.database, "acme", "eve")
    method, path = route.split()
    async with server.anonymous({"VtexIdclientAutCookie": made.token}) as http:
        for body in BODIES:
            told = []
            for known in (ids, free):
                url = PARAMETER.sub(lambda found, known=known: known[found[1]], path)
                answer = await http.request(method, url, json=body)
                assert answer.status_code >= 400, answer.text
                told.append(_without_ids(answer, known))
            assert told[0] == told[1]
