"""The server as a process: what it answered survives SIGKILL, and slow rules hold up only
themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.schema import upgrade
from support.documented import CHECKED
from support.process import server_process
from support.server import ALL, Client, ok, rule, submission

pytestmark = pytest.mark.anyio

ORDERS = "/commercial-authorizations"
IN_FLIGHT = 200
BACKTRACK = f"$contains('{'a' * 60}!', /^(a|aa)+$/)"
SPIN = "($f := function($n) { $f($n + 1) }; $f(0) = 1)"


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/placet.sqlite3"
    database = Database(url)
    await upgrade(database)
    await database.close()
    return url


@pytest.fixture
async def headers(sqlite_url: str) -> dict[str, str]:
    """Credentials for the account `acme`."""
    database = Database(sqlite_url)
    key = await create_key(database, "acme", ALL)
    await database.close()
    return {"X-VTEX-API-AppKey": key.app_key, "X-VTEX-API-AppToken": key.app_token}


def connect(url: str, headers: dict[str, str]) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=IN_FLIGHT)
    return httpx.AsyncClient(
        base_url=url, headers=headers, limits=limits, timeout=30, event_hooks=CHECKED
    )


async def test_every_answered_order_survives_sigkill(
    sqlite_url: str, headers: dict[str, str]
) -> None:
    answered: dict[str, Any] = {}
    with server_process(sqlite_url) as server:
        async with connect(server.url, headers) as http:
            client = Client(http, "acme")
            await client.create_dimension()

            async def submit(order_id: str) -> None:
                answer = await client.submit(order_id)
                answered[order_id] = answer
                if len(answered) == 1:
                    server.kill()

            calls: list[Coroutine[Any, Any, None]] = [submit(f"o-{n}") for n in range(IN_FLIGHT)]
            results = await asyncio.gather(*calls, return_exceptions=True)
    lost = [result for result in results if isinstance(result, httpx.TransportError)]
    assert len(answered) + len(lost) == IN_FLIGHT
    assert answered
    assert lost
    with server_process(sqlite_url) as server:
        async with connect(server.url, headers) as http:
            client = Client(http, "acme")
            for order_id, answer in answered.items():
                assert ok(await client.get(f"{ORDERS}/order/{order_id}")) == answer
            again = await asyncio.gather(*(client.submit(f"o-{n}") for n in range(IN_FLIGHT)))
            assert all(answer == answered.get(answer["orderId"], answer) for answer in again)
            assert len({answer["id"] for answer in again}) == IN_FLIGHT


HOSTILE = [
    SPIN,
    "$sum([1..1e9]) = 1",
    "$count($map([1..10000000], function($n) { $n })) = 1",
    BACKTRACK,
    f"$count($split('{'a' * 60}!', /(a|aa)+$/)) = 0",
]


@pytest.mark.parametrize("expression", HOSTILE)
async def test_a_hostile_rule_is_a_rule_error_within_its_time(
    client: Client, expression: str
) -> None:
    await client.create_dimension(rule(expression=expression, effect=1))
    answer = await client.submit()
    assert answer["status"] == "pending"
    explanation = ok(await client.get(f"{ORDERS}/{answer['id']}/explanation"))
    [found] = explanation["dimensions"][0]["rules"]
    assert found["manualReview"]
    assert found["error"]["code"]


@pytest.mark.parametrize("expression", [SPIN, BACKTRACK])
async def test_a_slow_rule_holds_up_only_its_own_orders(
    sqlite_url: str, headers: dict[str, str], expression: str
) -> None:
    settings = {"rule_timeout_ms": 10_000, "decision_timeout_ms": 60_000}
    with server_process(sqlite_url, **settings) as server:
        async with connect(server.url, headers) as http:
            client = Client(http, "acme")
            await client.create_dimension(rule(expression=expression), unitId="slow")
            slow = [
                asyncio.create_task(client.submit(f"slow-{n}", unitId="slow")) for n in range(2)
            ]
            for number in range(5):
                # Rules are written and compiled meanwhile, too.
                await client.create_dimension(rule(effect=1), unitId=f"quick-{number}")
                quick = await client.submit(f"quick-{number}", unitId=f"quick-{number}")
                assert quick["status"] == "denied"
            assert [task.result() for task in slow if task.done()] == []
            server.kill()
            await asyncio.gather(*slow, return_exceptions=True)


async def test_too_many_slow_orders_are_told_to_come_back(
    sqlite_url: str, headers: dict[str, str]
) -> None:
    settings = {"slow_decisions": 1, "slow_decision_queue": 2, "rule_timeout_ms": 200}
    with server_process(sqlite_url, **settings) as server:
        async with connect(server.url, headers) as http:
            client = Client(http, "acme")
            await client.create_dimension(rule(expression=SPIN))
            # The first loads the policy, so that the rest meet at the evaluation.
            await client.submit("o")
            answers = await asyncio.gather(
                *(client.post(ORDERS, submission(f"o-{n}")) for n in range(10))
            )
            assert {answer.status_code for answer in answers} == {200, 503}
