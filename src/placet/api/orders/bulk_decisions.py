"""The route of bulk decisions."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.access.caller import CanApprove, desks_of
from placet.api.orders.answers import BulkDecisionsAnswer
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model
from placet.api.web.error_answers import status_of
from placet.api.web.idempotency import DecisionKey, idempotency_key
from placet.api.web.models import json_body
from placet.errors import PlacetError
from placet.kit.wire_model import Document
from placet.orders.core.wire import wire_status
from placet.orders.service.bulk_decisions import Decided, Decisions, decide_many

router: Final = APIRouter(
    prefix="/{accountName}/commercial-authorizations", tags=["Authorizations"], responses=ERRORS
)

_BODY: Final = json_body(
    Decisions,
    {
        "items": [
            {"id": "019aa5d2-7c1e-7000-8000-000000000001", "score": 100},
            {"id": "019aa5d2-7c1e-7000-8000-000000000002", "score": 0, "comment": "too dear"},
        ]
    },
)


@router.post(
    "/callbacks",
    summary="Accept or deny many",
    openapi_extra=_BODY,
    responses=answer("One result for each item, in the same order.", BulkDecisionsAnswer),
)
async def decide_rules(request: Request, caller: CanApprove, key: DecisionKey = None) -> Response:
    """Decide up to 100 authorizations by a score each.

    Without `dimensionId` and `ruleId` the first rule is meant that waits for the caller. Each item
    is a decision of its own, so some may be kept and others refused: the answer is 200 whenever the
    body could be read, and `code` says what became of each. With an `Idempotency-Key` the same
    body can be sent again safely; without one it decides what has come up for the caller since.
    """
    body = await read_model(request, Decisions)
    decided = await decide_many(
        desks_of(request).orders,
        caller,
        body.items,
        idempotency_key=idempotency_key(key),
    )
    return json_answer({"results": [_result(item) for item in decided]})


def _result(decided: Decided) -> Document:
    outcome = decided.outcome
    if isinstance(outcome, PlacetError):
        code, message = status_of(outcome), outcome.message
        return {
            "id": decided.id,
            "code": code,
            "message": message,
            "status": None,
            "state": None,
        }
    state = outcome.authorization.status
    return {
        "id": decided.id,
        "code": 200,
        "message": None,
        "status": wire_status(state),
        "state": state,
    }
