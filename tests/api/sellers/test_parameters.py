"""Lists of sellers' budgets are filtered."""

from __future__ import annotations

import pytest

from api.sellers.conftest import Calendar
from support.sellers.calls import Sellers, faults, seller_budget

pytestmark = pytest.mark.anyio


async def test_lists_are_filtered(sellers: Sellers, calendar: Calendar) -> None:
    may, june = await sellers.create(seller_budget(), seller_budget("2026-06-01", "2026-06-30"))
    [other] = await sellers.create(seller_budget("2026-05-20", "2026-06-10", seller="2"))
    calendar.set("2026-06-05")
    may, june, other = [await sellers.get(item) for item in (may, june, other)]
    for path, query, expected in (
        ("/budgets", {}, [june, other]),
        ("/budgets", {"status": "Archived"}, [may]),
        ("/budgets", {"endAfterDate": "2026-05-31"}, [may, june, other]),
        ("/budgets", {"endAfterDate": "2026-06-11"}, [june]),
        ("/budgets", {"startBeforeDate": "2026-05-31"}, [other]),
        ("/budgets", {"startBeforeDate": "2026-06-01"}, [june, other]),
        ("/budgets", {"startBeforeDate": "9999-12-31"}, [june, other]),
        ("/budgets", {"startBeforeDate": "0001-01-01"}, []),
        ("/budgets", {"endAfterDate": "0001-01-01"}, [may, june, other]),
        ("/budgets", {"endAfterDate": "9999-12-31"}, []),
        ("/budgets", {"sellerId": "2"}, [other]),
        ("/budgets", {"campaignId": "10001", "type": "Capped"}, [june, other]),
        ("/budgets", {"campaignId": "010001"}, [june, other]),
        ("/budgets", {"campaignId": "9"}, []),
        ("/budgets", {"withSpend": "true"}, []),
        ("/budgets", {"withSpend": "false", "withBalance": "true"}, [june, other]),
        ("/budgets", {"advertiserId": "acme"}, [june, other]),
        ("/budgets", {"advertiserId": "9"}, [june, other]),
        ("/sellers/1/budgets", {}, [june]),
        ("/sellers/1/budgets", {"status": "Archived"}, [may]),
        ("/sellers/9/budgets", {}, []),
        ("/advertisers/acme/budgets", {"budgetId": june["id"]}, [june]),
    ):
        assert await sellers.list(path, **query) == expected, (path, query)
    for query in ({"status": "Old"}, {"endAfterDate": "x"}, {"withSpend": "1"}, {"type": "Daily"}):
        faults(await sellers.call("GET", "/budgets", params=query), 400)
    faults(await sellers.call("GET", "/sellers/1/budgets", params={"stauts": "Archived"}), 400)
    for path in ("/seller-campaigns/9/budgets", "/budgets/9"):
        faults(await sellers.call("GET", path), 404)
