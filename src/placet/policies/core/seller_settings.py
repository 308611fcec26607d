"""What an account chose for the budgets of its sellers, and the time zone its days begin in."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from placet.errors import InvalidRequest
from placet.kit.money import amount_text, parse_amount
from placet.kit.time_zones import known_time_zone
from placet.kit.wire_model import Document, Identifier, WireModel

MAX_CAMPAIGNS: Final = 10_000


def _amount(value: Any) -> str:
    try:
        amount = parse_amount(value)
    except InvalidRequest as error:
        raise ValueError(error.details[0].message) from None
    if amount < 0:
        raise ValueError("must not be negative")
    return amount_text(amount)


TimeZone = Annotated[StrictStr, AfterValidator(known_time_zone)]
# Decimal text, so that no binary fraction comes between.
_SCHEMA: Final[Document] = {"type": ["number", "string"], "minimum": 0}
_Amount = Annotated[str, BeforeValidator(_amount), WithJsonSchema(_SCHEMA)]


class TemplateCampaign(WireModel):
    """A campaign that sellers may have budgets for; without an own minimum the general one holds.

    `advertiser_id` is whose campaign it is; None: the account's own.
    """

    id: Identifier
    advertiser_id: Identifier | None = None
    minimum_per_day: _Amount | None = None


class SellerSettings(WireModel):
    """What a budget must come to per day at least, and the template campaigns.

    Where none are listed, there may be budgets for any campaign.
    """

    minimum_per_day: _Amount = "0"
    template_campaigns: Annotated[
        tuple[TemplateCampaign, ...], Field(max_length=MAX_CAMPAIGNS)
    ] = ()

    @model_validator(mode="after")
    def _campaigns_differ(self) -> Self:
        ids = [campaign.id for campaign in self.template_campaigns]
        if len(set(ids)) < len(ids):
            raise ValueError("templateCampaigns must have different ids")
        return self

    def campaign(self, campaign_id: str) -> TemplateCampaign | None:
        """The template campaign; None where campaigns are listed, but not this one."""
        for campaign in self.template_campaigns:
            if campaign.id == campaign_id:
                return campaign
        return None if self.template_campaigns else TemplateCampaign(id=campaign_id)

    def minimum(self, campaign: TemplateCampaign) -> int:
        """What a budget for the campaign must come to per day, in 1/10,000 unit."""
        return parse_amount(campaign.minimum_per_day or self.minimum_per_day)

    @property
    def names_advertisers(self) -> bool:
        """Whether any template campaign says whose it is."""
        return any(item.advertiser_id is not None for item in self.template_campaigns)

    def campaigns_of(self, advertiser_id: str) -> frozenset[str]:
        """The ids of the advertiser's template campaigns."""
        return frozenset(
            item.id for item in self.template_campaigns if item.advertiser_id == advertiser_id
        )


def time_zone_schema() -> Document:
    """The JSON Schema of a time zone."""
    return {
        "description": "The IANA time zone in which the days of sellers' budgets and the periods of"
        " new budgets begin, such as Europe/Paris.",
        "type": "string",
        "default": "UTC",
    }


def seller_settings_schema() -> Document:
    """The JSON Schema of an account's settings for sellers' budgets."""
    name = {"type": "string", "minLength": 1, "maxLength": 250}
    campaign = {
        "description": "A campaign that sellers may have budgets for.",
        "type": "object",
        "additionalProperties": False,
        "required": ["id"],
        "properties": {
            "id": name | {"description": "What budgets name in campaignIds."},
            "advertiserId": name | {"description": "Whose campaign it is; the account's own."},
            "minimumPerDay": _SCHEMA | {"description": "Instead of the general minimum."},
        },
    }
    return {
        "description": "What sellers' budgets must come to, and for which campaigns they are.",
        "type": "object",
        "additionalProperties": False,
        "required": [],
        "properties": {
            "minimumPerDay": _SCHEMA
            | {"description": "What a budget must come to for each of its days.", "default": 0},
            "templateCampaigns": {
                "description": "The campaigns; where none are listed, any is allowed.",
                "type": "array",
                "maxItems": MAX_CAMPAIGNS,
                "items": campaign,
            },
        },
    }
