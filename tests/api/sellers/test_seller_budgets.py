"""Sellers' budgets over HTTP: created, found, changed, and refused."""

from __future__ import annotations

from typing import Any

import pytest

from api.sellers.conftest import Calendar
from support.budgets.calls import ON_ONE_STORE
from support.sellers.calls import Sellers, faults, seller_budget
from support.server import Client, Server, ok

pytestmark = pytest.mark.anyio

MAY, JUNE = seller_budget(), seller_budget("2026-06-01", "2026-06-30")


async def test_the_first_budget_makes_the_seller_campaign(sellers: Sellers) -> None:
    made = await sellers.create(MAY, JUNE, seller_budget(seller="2"))
    [later] = await sellers.create(seller_budget(campaignIds=["7"]))
    campaigns = [budget["sellerCampaignId"] for budget in [*made, later]]
    assert campaigns[0] == campaigns[1]
    assert len(set(campaigns)) == 3
    assert await sellers.list(f"/seller-campaigns/{campaigns[0]}/budgets") == made[:2]
    assert await sellers.list(f"/seller-campaigns/{campaigns[3]}/budgets") == [later]


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"budgetType": "Daily"}, ["[0].budgetType"]),
        ({"budgetType": "Uncapped"}, ["[0].budgetType"]),
        ({"campaignIds": []}, ["[0].campaignIds"]),
        ({"campaignIds": ["1", "2"]}, ["[0].campaignIds"]),
        ({"campaignIds": [1.5]}, ["[0].campaignIds[0]"]),
        ({"sellerId": " "}, ["[0].sellerId"]),
        ({"sellerId": "x" * 101}, ["[0].sellerId"]),
        ({"sellerId": None}, ["[0].sellerId"]),
        ({"sellerId": "a/b"}, ["[0].sellerId"]),
        ({"sellerId": ".."}, ["[0].sellerId"]),
        ({"amount": "ten"}, ["[0].amount"]),
        ({"amount": "1.23456"}, ["[0].amount"]),
        ({"amount": "-1"}, ["[0].amount"]),
        ({"amount": 0}, ["[0].amount"]),
        ({"amount": "NaN"}, ["[0].amount"]),
        ({"endDate": ""}, ["[0].endDate"]),
        ({"endDate": "2026-02-30"}, ["[0].endDate"]),
        ({"endDate": "2026-04-30"}, ["[0].endDate"]),
        ({"startDate": "2026-04-01", "endDate": "2026-04-30"}, ["[0].endDate"]),
        ({"startDate": "01/05/2026"}, ["[0].startDate"]),
        ({"startDate": "0001-01-01"}, ["[0].startDate"]),
        ({"endDate": "9999-12-31"}, ["[0].endDate"]),
        ({"isSuspended": "no"}, ["[0].isSuspended"]),
        ({"dailyAmount": 1}, ["[0].dailyAmount"]),
        ({"amount": "x", "endDate": "y"}, ["[0].amount", "[0].endDate"]),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    sellers: Sellers, change: dict[str, Any], fields: list[str]
) -> None:
    answer = await sellers.call("POST", "/budgets", [MAY | change])
    assert faults(answer, 400) == fields
    assert await sellers.list(endAfterDate="2000-01-01") == []


async def test_ids_are_kept_as_they_are_written(sellers: Sellers) -> None:
    odd = seller_budget(seller="007", campaignIds=["sale-7"])
    number = seller_budget(seller="7", campaignIds=[7])
    made = await sellers.create(odd, number | {"sellerId": 7})
    assert [item["sellerId"] for item in made] == ["007", "7"]
    assert [item["campaignIds"] for item in made] == [["sale-7"], [7]]
    assert await sellers.list("/sellers/007/budgets", campaignId="sale-7") == made[:1]


@ON_ONE_STORE
@pytest.mark.parametrize("body", [{}, [], "x", MAY, [MAY] * 2001, [1]])
async def test_the_body_is_an_array_of_budgets(sellers: Sellers, body: Any) -> None:
    faults(await sellers.call("POST", "/budgets", body), 400)


async def test_all_or_none_are_created(sellers: Sellers) -> None:
    other = seller_budget(seller="2")
    answer = await sellers.call("POST", "/budgets", [MAY, other | {"endDate": "2026-04-30"}, JUNE])
    assert faults(answer, 400) == ["[1].endDate"]
    answer = await sellers.call("POST", "/budgets", [other, MAY, JUNE, MAY])
    assert faults(answer, 409) in (["[1].startDate"], ["[3].startDate"])
    assert await sellers.list() == []


async def test_active_periods_of_a_seller_and_campaign_do_not_overlap(sellers: Sellers) -> None:
    [may] = await sellers.create(MAY)
    last_day = seller_budget("2026-05-31", "2026-06-30")
    answer = await sellers.call("POST", "/budgets", [last_day])
    assert faults(answer, 409) == ["[0].startDate"]
    assert may["id"] in answer.text
    await sellers.create(JUNE, last_day | {"campaignIds": ["2"]}, last_day | {"sellerId": "2"})
    [suspended] = await sellers.create(last_day | {"isSuspended": True})
    refused = await sellers.call("PATCH", f"/budgets/{suspended['id']}", {"isSuspended": False})
    assert faults(refused, 409) == ["startDate"]
    refused = await sellers.call("PATCH", f"/budgets/{may['id']}", {"endDate": "2026-06-01"})
    assert faults(refused, 409) == ["startDate"]
    await sellers.change(may, isSuspended=True)
    await sellers.change(may, endDate="2026-06-15")
    assert (await sellers.get(may))["endDate"] == "2026-06-15"


async def test_a_bulk_change_may_move_two_periods_past_each_other(sellers: Sellers) -> None:
    first, second = await sellers.create(
        seller_budget("2026-05-10", "2026-05-19"), seller_budget("2026-05-20", "2026-05-29")
    )
    changes = [
        {"budgetId": first["id"], "startDate": "2026-05-20", "endDate": "2026-05-29"},
        {"budgetId": int(second["id"]), "startDate": "2026-05-10", "endDate": "2026-05-19"},
    ]
    for _ in range(2):
        changed = ok(await sellers.call("PATCH", "/budgets", changes))
        assert [item["startDate"] for item in changed] == ["2026-05-20", "2026-05-10"]


async def test_all_or_none_are_changed(sellers: Sellers) -> None:
    may, june = await sellers.create(MAY, JUNE)
    good = {"budgetId": may["id"], "amount": "400"}
    for bad, status, field in (
        ({"budgetId": "1"}, 404, "[1].budgetId"),
        ({"budgetId": may["id"]}, 400, "[1].budgetId"),
        ({"amount": 1}, 400, "[1].budgetId"),
        ({"budgetId": june["id"], "campaignIds": [3]}, 400, "[1].campaignIds"),
        ({"budgetId": june["id"], "sellerId": "1"}, 400, "[1].sellerId"),
        ({"budgetId": june["id"], "endDate": "2026-04-01"}, 400, "[1].endDate"),
        ({"budgetId": june["id"], "startDate": "2026-04-01"}, 409, "[1].startDate"),
        ({"budgetId": june["id"], "startDate": "2026-05-31"}, 409, ""),
    ):
        answer = await sellers.call("PATCH", "/budgets", [good, bad])
        assert faults(answer, status)[-1].endswith(field)
    assert [await sellers.get(item) for item in (may, june)] == [may, june]


async def test_one_object_can_be_changed_without_an_array(sellers: Sellers) -> None:
    [may] = await sellers.create(MAY)
    body = {"budgetId": may["id"], "campaignIds": ["10001"], "amount": 620}
    [changed] = ok(await sellers.call("PATCH", "/budgets", body))
    assert changed["pacing"]["allowanceToday"] == 20
    assert faults(await sellers.call("PATCH", "/budgets", body | {"amount": -1}), 400) == ["amount"]
    other = await sellers.call("PATCH", f"/budgets/{may['id']}", {"budgetId": "7"})
    assert faults(other, 400) == ["budgetId"]


async def test_days_decide_the_status_and_what_can_change(
    sellers: Sellers, calendar: Calendar
) -> None:
    may, june = await sellers.create(MAY, JUNE)
    assert [may["status"], june["status"]] == ["Current", "Scheduled"]
    calendar.set("2026-06-01T00:00")
    may, june = await sellers.get(may), await sellers.get(june)
    assert [may["status"], june["status"]] == ["Archived", "Current"]
    assert may["pacing"]["stoppedBy"] == "Ended"
    for budget, change, field in (
        (june, {"startDate": "2026-06-02"}, "startDate"),
        (june, {"endDate": "2026-05-31"}, "endDate"),
        (may, {"amount": 1, "endDate": "2026-05-30"}, "endDate"),
    ):
        answer = await sellers.call("PATCH", f"/budgets/{budget['id']}", change)
        assert field in faults(answer, 409 if field != "endDate" or budget is may else 400)
    await sellers.change(may, isSuspended=True)
    answer = await sellers.call("PATCH", f"/budgets/{may['id']}", {"isSuspended": False})
    assert faults(answer, 409) == ["isSuspended"]


async def test_an_account_sets_its_time_zone_minimum_and_campaigns(
    sellers: Sellers, client: Client, calendar: Calendar
) -> None:
    campaigns = [
        {"id": "10001", "advertiserId": "77"},
        {"id": "10002", "minimumPerDay": "20"},
    ]
    settings = {
        "timeZone": "Asia/Tokyo",
        "sellerBudgets": {"minimumPerDay": 10, "templateCampaigns": campaigns},
    }
    ok(await client.call("PATCH", "/settings", json=settings))
    answer = await sellers.call("POST", "/budgets", [MAY | {"amount": "309.9999"}])
    assert faults(answer, 400) == ["[0].amount"]
    assert "`310`: `10` for each of 31 days" in answer.text
    cheap = MAY | {"campaignIds": [10002]}
    assert faults(await sellers.call("POST", "/budgets", [cheap]), 400) == ["[0].amount"]
    unknown = await sellers.call("POST", "/budgets", [MAY | {"campaignIds": [3]}])
    assert faults(unknown, 400) == ["[0].campaignIds"]
    one, other = await sellers.create(MAY, cheap | {"amount": 620})
    assert one["pacing"]["timeZone"] == "Asia/Tokyo"
    assert await sellers.list("/advertisers/77/budgets") == [one]
    assert await sellers.list("/advertisers/acme/budgets") == [other]
    assert await sellers.list(advertiserId="9") == []
    faults(await sellers.call("GET", "/advertisers/9/budgets"), 404)
    calendar.set("2026-05-31T14:59:59")
    assert (await sellers.get(one))["status"] == "Current"
    calendar.set("2026-05-31T15:00")
    assert (await sellers.get(one))["status"] == "Archived"


async def test_accounts_do_not_see_each_other(sellers: Sellers, seller_server: Server) -> None:
    [made] = await sellers.create(MAY)
    async with seller_server.client("other") as client:
        stranger = Sellers(client.http)
        assert await stranger.list() == []
        faults(await stranger.call("GET", f"/budgets/{made['id']}"), 404)
        faults(await stranger.call("PATCH", f"/budgets/{made['id']}", {"amount": 1}), 404)
        path = f"/seller-campaigns/{made['sellerCampaignId']}/budgets"
        faults(await stranger.call("GET", path), 404)
        await stranger.create(MAY)
    assert await sellers.list() == [made]
