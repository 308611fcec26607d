"""Two servers on one PostgreSQL, and approvers who decide the same orders at once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from placet.access.service.tokens import create_token
from placet.database.database import Database
from placet.people.core.user import User
from placet.people.store.users import put_users
from support.budgets.calls import allocation, path_of
from support.budgets.load import calling, credentials, difference
from support.documented import CHECKED
from support.process import server_process
from support.server import Client, ok, rule, score

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
APPROVERS = ["ann", "bob", "cid", "dee"]
SCORES = [100, 0, 7, 100]
ORDERS = 100


async def tokens_of_approvers(url: str) -> list[str]:
    """Tokens of four people of the unit `acme` who may approve orders."""
    database = Database(url)
    people = [
        User(account="acme", user_id=name, unit_id="acme", roles=frozenset({"Order Approver"}))
        for name in APPROVERS
    ]
    async with database.write() as connection:
        await put_users(connection, people)
    made = [await create_token(database, "acme", name) for name in APPROVERS]
    await database.close()
    return [token.token for token in made]


async def decide_at_once(
    approvers: list[Client], pending: dict[str, Any], order: random.Random
) -> list[httpx.Response]:
    """What all approvers are answered who decide one order at the same time."""
    said = list(zip(approvers, SCORES, strict=True))
    order.shuffle(said)
    path = f"{PATH}/{pending['id']}/callback"
    return await asyncio.gather(
        *(client.post(path, score(pending, points)) for client, points in said)
    )


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_four_racing_approvers_leave_one_outcome_per_order(database_url: str) -> None:
    headers = await credentials(database_url)
    tokens = await tokens_of_approvers(database_url)
    with server_process(database_url) as one, server_process(database_url) as other:
        async with AsyncExitStack() as stack, calling([one.url, other.url], headers) as budgets:
            made = await budgets[0].create(allocation(10_000), amount=10_000)
            [part] = made["allocations"]
            path = path_of(part)
            checkout = Client(budgets[0].http, "acme")
            await checkout.create_dimension(rule("Ask", "true"))
            approvers = [
                Client(
                    await stack.enter_async_context(
                        httpx.AsyncClient(
                            base_url=url,
                            headers={"VtexIdclientAutCookie": token},
                            timeout=60,
                            event_hooks=CHECKED,
                        )
                    ),
                    "acme",
                )
                for token, url in zip(tokens, [one.url, other.url] * 2, strict=True)
            ]
            dice = random.Random(5)
            line = {"budgetId": made["id"], "allocationId": part["id"], "amount": 2}
            pending = [
                await checkout.submit(f"o-{number}", spending=[line]) for number in range(ORDERS)
            ]
            outcomes: Counter[str] = Counter()
            for start in range(0, ORDERS, 10):
                races = await asyncio.gather(
                    *(decide_at_once(approvers, item, dice) for item in pending[start : start + 10])
                )
                for item, answers in zip(pending[start : start + 10], races, strict=True):
                    outcomes[await outcome(checkout, item, answers)] += 1
            assert outcomes.total() == ORDERS
            spent = 2 * outcomes["accepted"]
            assert await budgets[1].remaining(path) == 10_000 - spent
    assert await difference(database_url) is None


async def outcome(checkout: Client, pending: dict[str, Any], answers: list[httpx.Response]) -> str:
    """What became of an order, after making sure that all who were answered were told the same."""
    assert {answer.status_code for answer in answers} <= {200, 409}
    agreed = [answer.json()["status"] for answer in answers if answer.status_code == 200]
    final = ok(await checkout.get(f"{PATH}/{pending['id']}"))
    assert agreed == [final["status"]]
    explanation = ok(await checkout.get(f"{PATH}/{pending['id']}/explanation"))
    [approval] = explanation["approvals"]
    assert approval["actorId"] in APPROVERS
    before_and_after = [(line["before"], line["after"]) for line in explanation["history"]]
    assert before_and_after == [(None, "pending"), ("pending", final["status"])]
    debited = {"transactionId" in held for held in final["additionalInfo"]["holds"]}
    assert debited == ({True} if final["status"] == "accepted" else set())
    status: str = final["status"]
    return status
