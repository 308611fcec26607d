"""Routes of transactions: debit or credit an allocation."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.answers import json_answer
from placet.api.budgets.answers import BUDGET_ERRORS, EMPTY, TRANSACTION
from placet.api.budgets.body import read_exact_model
from placet.api.budgets.books import ManagedBooks, ViewedBooks
from placet.api.budgets.parameters import (
    AllocationId,
    BudgetId,
    IdempotencyKey,
    TransactionId,
    idempotency_key,
)
from placet.api.budgets.schemas import MovementBody
from placet.api.errors import BUDGETS_PREFIX
from placet.api.schemas import inline_schema, json_body
from placet.application import budgets_money
from placet.ledger.wire import transaction_document

__all__ = ["router"]

_BODY: Final = json_body(
    inline_schema(MovementBody),
    {
        "origin": "checkout",
        "reference": "1557790634097-01",
        "amount": 49.9,
        "requestedBy": "ana@acme.example",
        "type": "DEBIT",
    },
)

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}/{{budgetId}}/allocations/{{allocationId}}",
    responses=BUDGET_ERRORS,
)


@router.post(
    "/transactions",
    tags=["Transactions"],
    summary="Create transaction",
    openapi_extra=_BODY,
    responses=TRANSACTION,
)
async def create_transaction(
    request: Request,
    books: ManagedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    key: IdempotencyKey = None,
) -> Response:
    """Move money at once, for good. Undo a debit by a refund."""
    body = await read_exact_model(request, MovementBody)
    entry = await budgets_money.post_transaction(
        *books, budget_id, allocation_id, body.to_input(), client_id=idempotency_key(key)
    )
    return json_answer(transaction_document(entry, books.context.context_id))


@router.get(
    "/transactions/{transactionId}",
    tags=["Transactions"],
    summary="Get transaction",
    responses=TRANSACTION,
)
async def get_transaction(
    books: ViewedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    transaction_id: TransactionId,
) -> Response:
    """One transaction of the allocation."""
    entry = await budgets_money.get_transaction(*books, budget_id, allocation_id, transaction_id)
    return json_answer(transaction_document(entry, books.context.context_id))


@router.put(
    "/usage",
    tags=["Allocations"],
    summary="Update allocation usage",
    openapi_extra=_BODY,
    response_class=Response,
    responses=EMPTY,
)
async def adjust_usage(
    request: Request,
    books: ManagedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    key: IdempotencyKey = None,
) -> Response:
    """Adjust what counts as used, up (`DEBIT`) or down (`CREDIT`); statements show it too."""
    body = await read_exact_model(request, MovementBody)
    await budgets_money.post_transaction(
        *books, budget_id, allocation_id, body.to_input(), client_id=idempotency_key(key)
    )
    return Response()
