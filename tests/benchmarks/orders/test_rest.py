"""Submissions per second over HTTP, next to a bare FastAPI route with the same body and answer.

Run with `pytest -m benchmark tests/benchmarks/orders/test_rest.py -s`.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.schema import upgrade
from support.load import measure, request
from support.process import server_process
from support.server import ALL, Client, rule

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

CONNECTIONS = 256
REQUESTS = 4_000
ROUNDS = 3


def order(number: str, items: int = 3) -> dict[str, Any]:
    """A submission of the usual size."""
    lines = [
        {"id": f"line-{n}", "sku": f"{n}", "price": 1250 + n, "quantity": 2, "sellerId": "1"}
        for n in range(items)
    ]
    return {
        "order": {"orderId": number, "value": 61_250, "items": lines},
        "unitId": "acme",
        "userProfileId": "69c9e480-850b-11f0-b37f-c3162b6f2b91",
    }


async def rate(url: str, headers: dict[str, str]) -> float:
    """The median of several rounds, each with orders of its own."""
    path = "/acme/commercial-authorizations"
    rates = []
    for turn in range(ROUNDS + 1):
        bodies = [json.dumps(order(f"{turn}-{n}")).encode() for n in range(REQUESTS)]
        messages = [request(path, headers, body) for body in bodies]
        rates.append(await measure(url, messages, connections=CONNECTIONS))
    return median(rates[1:])


async def test_submissions_against_a_bare_route(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/placet.sqlite3"
    database = Database(url)
    await upgrade(database)
    key = await create_key(database, "acme", ALL)
    await database.close()
    headers = {
        "Content-Type": "application/json",
        "X-VTEX-API-AppKey": key.app_key,
        "X-VTEX-API-AppToken": key.app_token,
    }
    with server_process(url) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
            client = Client(http, "acme")
            await client.create_dimension(rule(), rule("Small", "value < 10", 1))
            answer = (await client.post("/commercial-authorizations", order("first"))).text
        placet = await rate(server.url, headers)
    monkeypatch.setenv("BARE_ANSWER", answer)
    with server_process(app="support.bare:create_bare") as server:
        bare = await rate(server.url, headers)
    with capsys.disabled():
        print(f"\nsubmissions/s on SQLite: {placet:,.0f}")
        print(f"bare FastAPI route:      {bare:,.0f}")
        print(f"ratio:                   {placet / bare:.2f}")
    assert placet > 0
