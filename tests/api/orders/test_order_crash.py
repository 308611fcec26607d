"""A server killed while orders spend: what was answered is there, and the money follows it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from support.budgets.calls import Budgets, allocation, path_of
from support.budgets.load import Answered, calling, credentials, difference
from support.process import server_process
from support.server import Client, ok, rule, score, submission

pytestmark = pytest.mark.anyio

ENOUGH = 150
CALLERS = 16
PER_CALLER = 40
# What becomes of the money of an order.
RESERVATION = {
    "pending": "RESERVED",
    "accepted": "CONFIRMED",
    "denied": "CANCELED",
    "cancelled": "CANCELED",
}


def state(authorization: dict[str, Any]) -> str:
    """The status of an authorization, which tells a cancelled one from a denied one."""
    found: str = authorization["additionalInfo"]["state"]
    return found


def _spending(part: dict[str, Any]) -> dict[str, Any]:
    ids = {"budgetId": part["budgetId"], "allocationId": part["id"]}
    return {"spending": [ids | {"amount": 1}]}


def _value(order_id: str) -> int:
    """Every fifth order is small enough to be accepted at once."""
    return 10 if int(order_id.removeprefix("o-")) % 5 == 0 else 100


async def _one_order(client: Client, number: int, part: dict[str, Any], answered: Answered) -> None:
    """Submit an order and bring it to an end in one of the ways there are."""
    order_id, below = f"o-{number}", "/commercial-authorizations"
    made = await client.submit(order_id, _value(order_id), **_spending(part))
    answered.note(order_id, made)
    path = f"{below}/{made['id']}"
    if number % 5 == 1:
        answered.note(order_id, ok(await client.post(f"{path}/callback", score(made, 100))))
    elif number % 5 == 2:
        answered.note(order_id, ok(await client.post(f"{path}/callback", score(made, 0))))
    elif number % 5 == 3:
        answered.note(order_id, ok(await client.post(f"{path}/cancellation", {})))


async def _orders(client: Client, part: dict[str, Any], answered: Answered) -> None:
    async def caller(first: int) -> None:
        try:
            for number in range(first, CALLERS * PER_CALLER, CALLERS):
                await _one_order(client, number, part, answered)
        except httpx.TransportError:
            return

    await asyncio.gather(*(caller(first) for first in range(CALLERS)))


async def _all_orders(client: Client) -> dict[str, str]:
    """The state of every order by authorization id."""
    found: dict[str, str] = {}
    query: dict[str, Any] = {"limit": 100}
    while True:
        listed = ok(await client.get("/commercial-authorizations", params=query))
        found |= {item["id"]: state(item) for item in listed["data"]}
        if listed["next"] is None:
            return found
        query["after"] = listed["next"]


async def _reservations(budgets: Budgets, path: str) -> dict[str, str]:
    """The status of every reservation by its id."""
    found: dict[str, str] = {}
    page, pages = 1, 1
    while page <= pages:
        listed = await budgets.get(f"{path}/reservations", page=page, pageSize=500)
        found |= {item["id"]: item["status"] for item in listed["items"]}
        pages = listed["pagination"]["pages"]
        page += 1
    return found


async def test_orders_and_their_money_survive_a_killed_server(database_url: str) -> None:
    headers = await credentials(database_url)
    answered = Answered(ENOUGH)
    with server_process(database_url) as server:
        async with calling([server.url], headers) as [budgets]:
            client = Client(budgets.http, "acme")
            await client.create_dimension(rule(expression="value > 50"))
            made = await budgets.create(allocation(10_000), amount=10_000, enforcement="HARD")
            [part] = made["allocations"]
            running = asyncio.create_task(_orders(client, part, answered))
            await answered.enough.wait()
            server.kill()
            await running
    assert ENOUGH <= len(answered) < CALLERS * PER_CALLER
    assert await difference(database_url) is None
    with server_process(database_url) as server:
        async with calling([server.url], headers) as [budgets]:
            client = Client(budgets.http, "acme")
            stored = await _all_orders(client)
            for answer in answered.values():
                # A pending order may have been decided without an answer any more.
                assert stored[answer["id"]] == state(answer) or state(answer) == "pending"
            wanted = {id: RESERVATION[status] for id, status in stored.items()}
            assert await _reservations(budgets, path_of(part)) == wanted
            balance = (await budgets.get(path_of(part)))["balance"]
            spent = Counter(wanted.values())
            assert balance["remaining"] == 10_000 - spent["RESERVED"] - spent["CONFIRMED"]
            assert len(spent) == 3
            # Asked again, they get what they have, and pay nothing more.
            for order_id, answer in list(answered.items())[:20]:
                body = submission(order_id, _value(order_id), **_spending(part))
                again = ok(await client.post("/commercial-authorizations", body))
                assert again["id"] == answer["id"]
            assert (await budgets.get(path_of(part)))["balance"] == balance
    assert await difference(database_url) is None
