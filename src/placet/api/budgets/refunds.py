"""Routes of refunds: give back a debit."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.budgets.answers import (
    BUDGET_ERRORS,
    RefundAnswer,
)
from placet.api.budgets.context import ManagedBooks
from placet.api.budgets.money_body import read_exact_model
from placet.api.budgets.parameters import AllocationId, BudgetId, IdempotencyKey, TransactionId
from placet.api.budgets.schemas import RefundBody
from placet.api.web.answers import answer, json_answer
from placet.api.web.error_answers import BUDGETS_PREFIX
from placet.api.web.idempotency import idempotency_key
from placet.api.web.models import json_body
from placet.budgets.core.wire import refund_document
from placet.budgets.service import movements as budgets_money

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}/{{budgetId}}/allocations/{{allocationId}}",
    tags=["Transactions"],
    responses=BUDGET_ERRORS,
)


@router.post(
    "/transactions/{transactionId}/refund",
    summary="Refund transaction",
    openapi_extra=json_body(RefundBody, {"requestedBy": "ana@acme.example"}),
    responses=answer("The new credit.", RefundAnswer),
)
async def refund_transaction(
    request: Request,
    books: ManagedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    transaction_id: TransactionId,
    *,
    key: IdempotencyKey = None,
) -> Response:
    """Give back a debit in the current period: the whole of it, or `amount`.

    All refunds of a debit together never exceed it.
    """
    body = await read_exact_model(request, RefundBody)
    entry = await budgets_money.refund_transaction(
        *books,
        budget_id,
        allocation_id,
        transaction_id,
        requested_by=body.requested_by,
        amount=body.amount,
        client_id=idempotency_key(key),
    )
    return json_answer(refund_document(entry))
