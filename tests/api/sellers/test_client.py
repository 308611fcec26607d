"""The generated Python client of the sellers' API, unmodified, against a running server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from placet.access.service.keys import NewKey, create_key
from placet.database.database import Database
from placet.people.core.permissions import Permission
from placet.schema import upgrade
from support.process import server_process

sdk = pytest.importorskip("criteo_api_marketingsolutions_v2027_01")
from criteo_api_marketingsolutions_v2027_01.api.campaign_api import CampaignApi  # noqa: E402
from criteo_api_marketingsolutions_v2027_01.api_client_builder import (  # noqa: E402
    ApiClientBuilder,
)
from criteo_api_marketingsolutions_v2027_01.exceptions import (  # noqa: E402
    ApiException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)
from criteo_api_marketingsolutions_v2027_01.models import (  # noqa: E402
    CreateSellerBudgetMapiMessage,
    UpdateSellerBudgetMessage,
    UpdateSellerBudgetMessageBase,
)

# The client calls `datetime.utcnow`, which newer Pythons advise against.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")


@dataclass
class Marketplace:
    """A server and what calls it."""

    url: str
    api: Any
    viewer: NewKey


async def _keys(url: str) -> tuple[NewKey, NewKey]:
    database = Database(url)
    await upgrade(database)
    keys = (
        await create_key(database, "acme", list(Permission)),
        await create_key(database, "acme", [Permission.VIEW_BUDGET]),
    )
    await database.close()
    return keys


@pytest.fixture(scope="module")
def marketplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    url = f"sqlite:///{tmp_path_factory.mktemp('client')}/placet.db"
    key, viewer = asyncio.run(_keys(url))
    with (
        server_process(url) as server,
        client_of(server.url, key.app_key, key.app_token) as client,
    ):
        yield Marketplace(server.url, CampaignApi(client), viewer)


def client_of(url: str, app_key: str, app_token: str) -> Any:
    return ApiClientBuilder.WithClientCredentials(app_key, app_token, url)


def day(offset: int) -> date:
    """So many days from today."""
    return datetime.now(UTC).date() + timedelta(days=offset)


def wanted(seller: str, first: int, last: int, amount: str = "100.50", **more: Any) -> Any:
    facts = {
        "seller_id": seller,
        "campaign_ids": [10001],
        "budget_type": "Capped",
        "amount": amount,
        "start_date": datetime.combine(day(first), datetime.min.time()),
        "end_date": day(last).isoformat(),
    }
    return CreateSellerBudgetMapiMessage(**(facts | more))


def create(marketplace: Marketplace, *budgets: Any) -> list[Any]:
    created: list[Any] = marketplace.api.create_marketplace_seller_budgets(list(budgets))
    return created


def fields(error: ApiException) -> list[str]:
    """The fields at fault that an error answer names."""
    return [item["source"]["field"] for item in json.loads(error.body)["errors"]]


def test_a_token_is_asked_for_and_refreshed(marketplace: Marketplace) -> None:
    assert marketplace.api.get_marketplace_seller_budgets() == []
    assert marketplace.api.api_client.get_refresh_token()


def test_a_created_budget_has_every_field(marketplace: Marketplace) -> None:
    [made] = create(marketplace, wanted("seller-a", 0, 9))
    assert made.id.isdecimal()
    assert made.seller_id == "seller-a"
    assert made.campaign_ids == [10001]
    assert (made.budget_type, made.amount, made.spend) == ("Capped", 100.5, 0)
    assert (made.start_date, made.end_date) == (day(0), day(9).isoformat())
    assert (made.status.value, made.is_suspended) == ("Current", False)
    assert marketplace.api.get_marketplace_seller_budget(made.id) == made


def test_budgets_are_listed_by_seller_campaign_and_advertiser(marketplace: Marketplace) -> None:
    made = create(marketplace, wanted("b", 0, 9), wanted("b", 10, 19), wanted("b2", 10, 19))
    api = marketplace.api
    assert api.get_marketplace_budgets_by_seller("b") == made[:2]
    assert api.get_marketplace_budgets_by_seller("b", status="Scheduled") == [made[1]]
    midnight = datetime.combine(day(12), datetime.min.time())
    on_day = {"start_before_date": midnight, "end_after_date": midnight}
    assert api.get_marketplace_budgets_by_seller("b", **on_day) == [made[1]]
    assert api.get_marketplace_seller_budgets(seller_id="b2", campaign_id=10001) == [made[2]]
    assert api.get_marketplace_seller_budgets(seller_id="b2", campaign_id=7) == []
    assert api.get_marketplace_budgets_by_seller("b", with_spend=True) == []
    assert api.get_marketplace_budgets_by_seller("b", with_balance=True) == made[:2]
    seller_campaign = made[0]["sellerCampaignId"]
    assert api.get_marketplace_budgets_by_seller_campaign(seller_campaign) == made[:2]
    everything = api.get_marketplace_budgets_by_advertiser("acme")
    assert [item.id for item in everything if item.seller_id.startswith("b")] == [
        item.id for item in made
    ]


def test_a_budget_is_changed_by_id(marketplace: Marketplace) -> None:
    [made] = create(marketplace, wanted("c", 5, 9))
    change = UpdateSellerBudgetMessageBase(
        amount="250.25",
        start_date=datetime.combine(day(3), datetime.min.time()),
        end_date=day(12).isoformat(),
        is_suspended=True,
    )
    for _ in range(2):
        changed = marketplace.api.update_marketplace_seller_budget(made.id, change)
        assert (changed.amount, changed.start_date) == (250.25, day(3))
        assert (changed.end_date, changed.is_suspended) == (day(12).isoformat(), True)
        assert marketplace.api.get_marketplace_seller_budget(made.id) == changed


def test_budgets_are_changed_in_bulk(marketplace: Marketplace) -> None:
    made = create(marketplace, wanted("d", 0, 9), wanted("d", 10, 19))
    changes = [
        UpdateSellerBudgetMessage(budget_id=int(made[0].id), end_date=day(4).isoformat()),
        UpdateSellerBudgetMessage(
            budget_id=int(made[1].id), start_date=datetime.combine(day(5), datetime.min.time())
        ),
    ]
    changed = marketplace.api.update_marketplace_seller_budgets(changes)
    assert [item.id for item in changed] == [item.id for item in made]
    assert (changed[0].end_date, changed[1].start_date) == (day(4).isoformat(), day(5))


def test_errors_name_the_fields_at_fault(marketplace: Marketplace) -> None:
    with pytest.raises(ApiException) as invalid:
        create(
            marketplace,
            wanted("e", 0, 9),
            wanted("e", 9, 8, amount="0", budget_type="Daily"),
            wanted("e", 10, 19, campaign_ids=[1, 2]),
        )
    assert invalid.value.status == 400
    assert fields(invalid.value) == ["[1].budgetType", "[2].campaignIds"]
    with pytest.raises(ApiException) as late:
        create(marketplace, wanted("e", 0, 9), wanted("e", 9, 8, amount="0"))
    assert fields(late.value) == ["[1].amount", "[1].endDate"]
    assert marketplace.api.get_marketplace_budgets_by_seller("e") == []
    create(marketplace, wanted("e", 0, 9))
    with pytest.raises(ApiException) as overlapping:
        create(marketplace, wanted("e", 9, 12))
    assert overlapping.value.status == 409
    assert fields(overlapping.value) == ["[0].startDate"]


def test_what_is_not_there_and_who_may_not(marketplace: Marketplace) -> None:
    with pytest.raises(NotFoundException):
        marketplace.api.get_marketplace_seller_budget("12345")
    viewer = marketplace.viewer
    with client_of(marketplace.url, viewer.app_key, viewer.app_token) as client:
        assert isinstance(CampaignApi(client).get_marketplace_seller_budgets(), list)
        with pytest.raises(ForbiddenException):
            CampaignApi(client).create_marketplace_seller_budgets([wanted("f", 0, 9)])
    with (
        client_of(marketplace.url, viewer.app_key, "wrong") as client,
        pytest.raises(UnauthorizedException),
    ):
        CampaignApi(client).get_marketplace_seller_budgets()
