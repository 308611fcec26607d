"""The answers of sellers' budgets, and the models that say what is in them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from placet.api.web.answers import errors_as
from placet.api.web.models import one_of
from placet.budgets.core.model import Status
from placet.budgets.core.pacing import StopReason, first_and_last_day, pace_document, pace_of
from placet.budgets.core.seller import SellerStatus, seller_status
from placet.kit.money import amount_number
from placet.kit.wire_model import Absent, Document, WireModel
from placet.sellers.core.model import SellerBudgetView

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class PacingAnswer(WireModel):
    """How a budget stands today; an extension."""

    date: Annotated[Day, Field(description="Today.")]
    time_zone: Annotated[str, Field(description="Where the budget's days begin.")]
    days_left: Annotated[int, Field(description="Today and the last day included.")]
    allowance_today: Annotated[float, Field(description="What today may spend in all.")]
    spent_today: Annotated[float, Field(description="What of it is spent or reserved.")]
    remaining_today: Annotated[float, Field(description="What is left of it.")]
    ahead: Annotated[
        float,
        Field(description="By how much the days before spent more than evenly, or less (below 0)."),
    ]
    stopped_by: Annotated[
        Annotated[str, one_of(StopReason)] | None,
        Field(description="Why nothing can be spent now."),
    ]


class SellerBudgetAnswer(WireModel):
    """A seller's budget as it stands now."""

    id: str
    seller_id: str
    campaign_ids: list[int | str]
    budget_type: Annotated[str, one_of(["Capped"])]
    amount: float
    start_date: Day
    end_date: Day
    is_suspended: bool
    status: Annotated[str, one_of(SellerStatus)]
    spend: Annotated[float, Field(description="What was debited, less what was given back.")]
    seller_campaign_id: Annotated[
        str, Field(description="What the seller's first budget for it made; an extension.")
    ]
    pacing: PacingAnswer


class ErrorSourceAnswer(WireModel):
    """Where it is wrong."""

    field: Absent[str] = None


class SellerErrorAnswer(WireModel):
    """One thing that is wrong."""

    code: str
    title: str
    detail: str
    source: ErrorSourceAnswer


class SellerErrorsAnswer(WireModel):
    """Why a request was refused: one object for each field at fault, or for the whole request."""

    errors: list[SellerErrorAnswer]


SELLER_ERRORS: Final = errors_as(SellerErrorsAnswer)


def seller_budget_document(view: SellerBudgetView, now: int) -> Document:
    """A budget as it stands at `now`."""
    budget, position = view.budget.budget, view.budget.position
    first, last = first_and_last_day(budget)
    document: Document = {
        "id": budget.id,
        "sellerId": view.seller.pair.seller_id,
        "campaignIds": [_number(view.seller.pair.campaign_id)],
        "budgetType": "Capped",
        "amount": amount_number(position.amount),
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "isSuspended": budget.status is not Status.ACTIVE,
        "status": seller_status(budget, now).value,
        "spend": amount_number(position.used),
        "sellerCampaignId": view.seller_campaign_id,
    }
    pace = pace_of(budget, position, now)
    if pace is not None and budget.pacing is not None:
        document["pacing"] = pace_document(pace, budget.pacing.time_zone)
    return document


def _number(id: str) -> int | str:
    """Ids of digits are answered as numbers."""
    return int(id) if id.isascii() and id.isdecimal() and str(int(id)) == id else id
