"""Two servers on one PostgreSQL: however they race, no two active periods overlap."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from support.budgets.load import calling, credentials, difference, each
from support.process import server_process
from support.sellers.calls import Sellers, overlapping, seller_budget

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_kind", ["postgresql"])]

EVERYTHING = {"endAfterDate": "2000-01-01"}


def days(first: int, last: int, **more: Any) -> dict[str, Any]:
    """A budget from so many days after today to so many."""
    today = datetime.now(UTC).date()
    return seller_budget(
        (today + timedelta(days=first)).isoformat(), (today + timedelta(days=last)).isoformat(),
        **more,
    )  # fmt: skip


@asynccontextmanager
async def two_servers(url: str) -> AsyncIterator[list[Sellers]]:
    headers = await credentials(url)
    with server_process(url) as one, server_process(url) as other:
        async with calling([one.url, other.url], headers) as budgets:
            yield [Sellers(item.http) for item in budgets]


async def test_of_overlapping_periods_one_is_created(database_url: str) -> None:
    async with two_servers(database_url) as sellers:
        answers = await each(
            partial(sellers[number % 2].call, "POST", "/budgets", [days(number % 7, 9)])
            for number in range(48)
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 47}
        assert len(await sellers[0].list(**EVERYTHING)) == 1
        answers = await each(
            partial(sellers[number % 2].call, "POST", "/budgets", [days(0, 9, seller=str(number))])
            for number in range(2, 26)
        )
        assert Counter(answer.status_code for answer in answers) == {200: 24}
        campaigns = {item["sellerCampaignId"] for item in await sellers[1].list()}
        assert len(campaigns) == 25
    assert await difference(database_url) is None


async def test_of_suspended_budgets_of_one_time_one_is_resumed(database_url: str) -> None:
    async with two_servers(database_url) as sellers:
        made = [(await sellers[0].create(days(0, 9, isSuspended=True)))[0] for _ in range(12)]
        answers = await each(
            partial(
                sellers[number % 2].call, "PATCH", f"/budgets/{item['id']}", {"isSuspended": False}
            )
            for number, item in enumerate(made)
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 11}
        active = [item for item in await sellers[1].list() if not item["isSuspended"]]
        assert len(active) == 1


async def test_a_random_race_never_leaves_an_overlap(database_url: str) -> None:
    chance = random.Random(7)
    async with two_servers(database_url) as sellers:
        made = [
            (await sellers[0].create(days(4 * n, 4 * n + 3, seller=str(n % 2))))[0]
            for n in range(8)
        ]

        async def step(number: int) -> httpx.Response:
            caller, item = sellers[number % 2], chance.choice(made)
            start = chance.randrange(1, 40)
            facts = days(start, start + chance.randrange(8))
            window = {name: facts[name] for name in ("startDate", "endDate")}
            match chance.randrange(4):
                case 0:
                    seller = {"sellerId": chance.choice("01")}
                    return await caller.call("POST", "/budgets", [facts | seller])
                case 1:
                    change = {"isSuspended": chance.random() < 0.4}
                    return await caller.call("PATCH", f"/budgets/{item['id']}", change)
                case 2:
                    return await caller.call("PATCH", f"/budgets/{item['id']}", window)
            both = [{"budgetId": one["id"]} | window for one in chance.sample(made, 2)]
            return await caller.call("PATCH", "/budgets", both)

        answers = await each(partial(step, number) for number in range(240))
        assert {answer.status_code for answer in answers} == {200, 409}
        assert overlapping(await sellers[0].list(**EVERYTHING)) == []
    assert await difference(database_url) is None
