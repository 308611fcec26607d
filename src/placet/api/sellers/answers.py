"""The answers of sellers' budgets, and what the API pages say about them."""

from __future__ import annotations

from typing import Any, Final

from placet.api.web.answers import ERRORS, json_schema_answer
from placet.budgets.core.model import Status
from placet.budgets.core.pacing import StopReason, first_and_last_day, pace_document, pace_of
from placet.budgets.core.seller import SellerStatus, seller_status
from placet.kit.money import amount_number
from placet.kit.wire_model import Document
from placet.sellers.core.model import SellerBudgetView

_STRING: Final[Document] = {"type": "string"}
_NUMBER: Final[Document] = {"type": "number"}
_DAY: Final[Document] = {"type": "string", "format": "date"}
_PACING: Final[Document] = {
    "type": "object",
    "description": "How the budget stands today; an extension.",
    "properties": {
        "date": _DAY | {"description": "Today."},
        "timeZone": _STRING | {"description": "Where the budget's days begin."},
        "daysLeft": {"type": "integer", "description": "Today and the last day included."},
        "allowanceToday": _NUMBER | {"description": "What today may spend in all."},
        "spentToday": _NUMBER | {"description": "What of it is spent or reserved."},
        "remainingToday": _NUMBER | {"description": "What is left of it."},
        "ahead": _NUMBER
        | {"description": "By how much the days before spent more than evenly, or less (below 0)."},
        "stoppedBy": {
            "type": ["string", "null"],
            "enum": [*(reason.value for reason in StopReason), None],
            "description": "Why nothing can be spent now.",
        },
    },
}
_BUDGET: Final[Document] = {
    "type": "object",
    "required": [
        "id", "sellerId", "campaignIds", "budgetType", "amount", "startDate", "endDate",
        "isSuspended", "status", "spend", "sellerCampaignId", "pacing",
    ],
    "properties": {
        "id": _STRING,
        "sellerId": _STRING,
        "campaignIds": {"type": "array", "items": {"type": ["integer", "string"]}},
        "budgetType": {"type": "string", "enum": ["Capped"]},
        "amount": _NUMBER,
        "startDate": _DAY,
        "endDate": _DAY,
        "isSuspended": {"type": "boolean"},
        "status": {"type": "string", "enum": [status.value for status in SellerStatus]},
        "spend": _NUMBER | {"description": "What was debited, less what was given back."},
        "sellerCampaignId": _STRING
        | {"description": "What the seller's first budget for the campaign made; an extension."},
        "pacing": _PACING,
    },
}  # fmt: skip
_ERROR: Final[Document] = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "title", "detail", "source"],
                "properties": {
                    "code": _STRING,
                    "title": _STRING,
                    "detail": _STRING,
                    "source": {"type": "object", "properties": {"field": _STRING}},
                },
            },
        }
    },
}
BUDGET: Final = json_schema_answer("The budget.", _BUDGET)
BUDGETS: Final = json_schema_answer("The budgets.", {"type": "array", "items": _BUDGET})
SELLER_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: answer | {"content": {"application/json": {"schema": _ERROR}}}
    for status, answer in ERRORS.items()
}


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
