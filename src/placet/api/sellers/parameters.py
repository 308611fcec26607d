"""The parameters of lists of sellers' budgets."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request

from placet.api.sellers.schemas import normal_campaign_id, parse_day
from placet.api.web.query import OptionalText, flag, only, parameters_of
from placet.budgets.core.seller import SellerStatus
from placet.errors import Detail, InvalidRequest
from placet.sellers.service.queries import SellerBudgetQuery

_TYPES: Final = ("Capped",)

SellerId = Annotated[str, Path(alias="sellerId", description="The seller.")]
SellerCampaignId = Annotated[str, Path(alias="sellerCampaignId", description="Its own id.")]
AdvertiserId = Annotated[
    str,
    Path(alias="advertiserId", description="One that template campaigns name, or the account."),
]
BudgetId = Annotated[str, Path(alias="budgetId", description="The budget.")]


def _query(alias: str, description: str, **schema: Any) -> Any:
    return Query(alias=alias, description=description, json_schema_extra=schema or None)


async def _asked(
    request: Request,
    *,
    budget_id: Annotated[OptionalText, _query("budgetId", "Only this budget.")] = None,
    seller_id: Annotated[OptionalText, _query("sellerId", "Only this seller's.")] = None,
    campaign_id: Annotated[
        OptionalText, _query("campaignId", "Only for this template campaign.")
    ] = None,
    advertiser_id: Annotated[
        OptionalText, _query("advertiserId", "Only for its campaigns.")
    ] = None,
    kind: Annotated[OptionalText, _query("type", "There are no others.", enum=list(_TYPES))] = None,
    status: Annotated[
        OptionalText,
        _query("status", "Where its days lie.", enum=[item.value for item in SellerStatus]),
    ] = None,
    start_before: Annotated[
        OptionalText, _query("startBeforeDate", "Started on this day or before.", format="date")
    ] = None,
    end_after: Annotated[
        OptionalText,
        _query(
            "endAfterDate",
            "Ends on this day or after. Without it and without `status`, no budgets that are over.",
            format="date",
        ),
    ] = None,
    with_balance: Annotated[
        OptionalText, _query("withBalance", "Whether anything of it is left.", type="boolean")
    ] = None,
    with_spend: Annotated[
        OptionalText, _query("withSpend", "Whether anything of it is spent.", type="boolean")
    ] = None,
) -> SellerBudgetQuery:
    only(request, _PARAMETERS)
    if kind is not None and kind not in _TYPES:
        raise InvalidRequest(f"`type` must be `Capped`, not `{kind[:50]}`")
    return SellerBudgetQuery(
        budget_id=budget_id,
        seller_id=seller_id,
        campaign_id=None if campaign_id is None else normal_campaign_id(campaign_id),
        advertiser_id=advertiser_id,
        status=_status(status),
        start_before=_day("startBeforeDate", start_before),
        end_after=_day("endAfterDate", end_after),
        with_balance=_flag("withBalance", with_balance),
        with_spend=_flag("withSpend", with_spend),
    )


BudgetsAsked = Annotated[SellerBudgetQuery, Depends(_asked)]
_PARAMETERS: Final = parameters_of(_asked)


def _status(text: str | None) -> SellerStatus | None:
    if text is None or text in set(SellerStatus):
        return None if text is None else SellerStatus(text)
    known = ", ".join(f"`{status}`" for status in SellerStatus)
    raise InvalidRequest(f"`status` must be one of {known}, not `{text[:50]}`")


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        detail = Detail(name, str(error))
        raise InvalidRequest(str(detail), details=[detail]) from None


def _flag(name: str, text: str | None) -> bool | None:
    return None if text is None else flag(name, text)
