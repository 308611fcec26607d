"""What sellers' budgets must come to, and for which campaigns they are."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from placet.policies.core.seller_settings import SellerSettings, TemplateCampaign

LISTED = SellerSettings.model_validate(
    {
        "minimumPerDay": "1.5",
        "templateCampaigns": [
            {"id": "a", "advertiserId": "x", "minimumPerDay": 3},
            {"id": "b", "advertiserId": "x"},
            {"id": "c"},
        ],
    }
)


def test_without_a_list_any_campaign_is_one() -> None:
    assert SellerSettings().campaign("any") == TemplateCampaign(id="any")
    assert LISTED.campaign("any") is None


@pytest.mark.parametrize(("name", "minimum"), [("a", 30_000), ("b", 15_000), ("c", 15_000)])
def test_an_own_minimum_comes_before_the_general_one(name: str, minimum: int) -> None:
    campaign = LISTED.campaign(name)
    assert campaign is not None
    assert LISTED.minimum(campaign) == minimum


def test_campaigns_are_known_by_whose_they_are() -> None:
    assert LISTED.names_advertisers
    assert not SellerSettings().names_advertisers
    assert (LISTED.campaigns_of("x"), LISTED.campaigns_of("y")) == ({"a", "b"}, frozenset())


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimumPerDay": -1},
        {"minimumPerDay": "much"},
        {"minimumPerDay": "0.00001"},
        {"templateCampaigns": [{"id": "a"}, {"id": "a"}]},
        {"templateCampaigns": [{"id": ""}]},
        {"templateCampaigns": [{}]},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SellerSettings.model_validate(wrong)
