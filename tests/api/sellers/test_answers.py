"""A seller's budget is answered with how it stands."""

from __future__ import annotations

import pytest

from support.sellers.calls import Sellers, seller_budget

pytestmark = pytest.mark.anyio


async def test_a_new_budget_answers_with_how_it_stands(sellers: Sellers) -> None:
    [made] = await sellers.create(seller_budget())
    assert made == {
        "id": made["id"],
        "sellerId": "1",
        "campaignIds": [10001],
        "budgetType": "Capped",
        "amount": 310,
        "startDate": "2026-05-01",
        "endDate": "2026-05-31",
        "isSuspended": False,
        "status": "Current",
        "spend": 0,
        "sellerCampaignId": made["sellerCampaignId"],
        "pacing": {
            "date": "2026-05-01",
            "timeZone": "UTC",
            "daysLeft": 31,
            "allowanceToday": 10,
            "spentToday": 0,
            "remainingToday": 10,
            "ahead": 0,
            "stoppedBy": None,
        },
    }
    assert await sellers.get(made) == made
