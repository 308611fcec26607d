"""The request bodies of sellers' budgets, and what they mean to the use cases."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictBool, WithJsonSchema

from placet.budgets.service.input import checked_segment, checked_text
from placet.errors import InvalidRequest
from placet.kit.money import parse_amount
from placet.kit.wire_model import WireModel
from placet.sellers.core.model import SellerPair
from placet.sellers.service.seller_budgets import NewSellerBudget, SellerBudgetChange

MAX_SELLER_ID: Final = 100
_DIGITS: Final = 18
# The time of day, where a client sends one, does not matter.
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ][\d:.,]*(?:[Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)
_EXAMPLE: Final = "2026-05-01"


def parse_day(text: str) -> date:
    """The day that a text names. Raises ValueError."""
    match = _DAY.fullmatch(text.strip())
    if match is not None:
        try:
            return date.fromisoformat(match[1])
        except ValueError:
            match = None
    raise ValueError(f"must be a date such as `{_EXAMPLE}`, not `{text[:50]}`")


def normal_campaign_id(text: str) -> str:
    """A campaign's id, which may come as a number: digits without leading zeros."""
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return str(int(text))
    return text


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("must be a string")
    try:
        return checked_text("id", str(value), MAX_SELLER_ID)
    except InvalidRequest as error:
        raise ValueError(error.details[0].message) from None


def _seller_id(value: Any) -> str:
    try:
        return checked_segment("sellerId", _id(value))
    except InvalidRequest as error:
        raise ValueError(error.details[0].message) from None


def _campaign_id(value: Any) -> str:
    return normal_campaign_id(_id(value))


def _amount(value: Any) -> int:
    try:
        return parse_amount(value)
    except InvalidRequest as error:
        raise ValueError(error.details[0].message) from None


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise ValueError(f"must be a date such as `{_EXAMPLE}`")
    return parse_day(value)


def _one(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(ids) != 1:
        raise ValueError("must hold exactly one campaign")
    return ids


_ID_SCHEMA: Final[dict[str, Any]] = {
    "type": ["string", "integer"], "minLength": 1, "maxLength": MAX_SELLER_ID,
}  # fmt: skip
_Id = Annotated[str, BeforeValidator(_id), WithJsonSchema(_ID_SCHEMA)]
_SellerId = Annotated[str, BeforeValidator(_seller_id), WithJsonSchema(_ID_SCHEMA)]
_CampaignId = Annotated[str, BeforeValidator(_campaign_id), WithJsonSchema(_ID_SCHEMA)]
_Campaigns = Annotated[
    tuple[_CampaignId, ...],
    AfterValidator(_one),
    WithJsonSchema(
        {
            "type": "array",
            "items": _ID_SCHEMA,
            "minItems": 1,
            "maxItems": 1,
            "description": "The template campaign.",
        }
    ),
]
_Amount = Annotated[
    int,
    BeforeValidator(_amount),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "In units of the currency, at most four decimals: `100.50` or 100.5.",
        }
    ),
]
_Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A day of the account's time zone; a time of day is ignored.",
            "examples": [_EXAMPLE],
        }
    ),
]


class _Body(WireModel):
    """A body in which every field means something."""

    model_config = ConfigDict(extra="forbid")


class NewSellerBudgetBody(_Body):
    """A new budget."""

    seller_id: Annotated[_SellerId, Field(description="The seller.")]
    campaign_ids: _Campaigns
    budget_type: Literal["Capped"]
    amount: _Amount
    start_date: _Day
    end_date: _Day
    is_suspended: StrictBool = False

    def to_input(self) -> NewSellerBudget:
        """What the use case works with."""
        pair = SellerPair(self.seller_id, self.campaign_ids[0])
        return NewSellerBudget(pair, self.amount, self.start_date, self.end_date, self.is_suspended)


class SellerBudgetChangeBody(_Body):
    """New facts of a budget; what is left out or null stays as it is."""

    budget_id: Annotated[_Id | None, Field(description="Where given, that of the path.")] = None
    campaign_ids: Annotated[
        _Campaigns | None, Field(description="Cannot be changed; where given, it must be as it is.")
    ] = None
    amount: _Amount | None = None
    start_date: _Day | None = None
    end_date: _Day | None = None
    is_suspended: StrictBool | None = None

    def to_input(self, budget_id: str) -> SellerBudgetChange:
        """What the use case works with."""
        campaign = None if self.campaign_ids is None else self.campaign_ids[0]
        return SellerBudgetChange(
            budget_id, campaign, self.amount, self.start_date, self.end_date, self.is_suspended
        )


class NamedSellerBudgetChangeBody(SellerBudgetChangeBody):
    """New facts of the budget that the body names."""

    budget_id: Annotated[_Id, Field(description="The budget.")]
