"""Routes of transactions: debit or credit an allocation."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.access.caller import budget_manager
from placet.api.budgets.answers import (
    BUDGET_ERRORS,
    EMPTY,
    TransactionAnswer,
)
from placet.api.budgets.context import Opened, ViewedBooks, managed_books
from placet.api.budgets.money_body import read_exact_model
from placet.api.budgets.parameters import MOVEMENT_PARAMETERS, AllocationId, BudgetId, TransactionId
from placet.api.budgets.schemas import MovementBody
from placet.api.web.answers import answer, json_answer
from placet.api.web.direct import DirectRoute
from placet.api.web.error_answers import BUDGETS_PREFIX
from placet.api.web.idempotency import idempotency_key
from placet.api.web.models import json_body
from placet.budgets.core.model import Entry
from placet.budgets.core.wire import transaction_document
from placet.budgets.service import movements as budgets_money

_DESCRIPTION: Final = (
    MOVEMENT_PARAMETERS
    | budget_manager.stated
    | json_body(
        MovementBody,
        {
            "origin": "checkout",
            "reference": "1557790634097-01",
            "amount": 49.9,
            "requestedBy": "ana@acme.example",
            "type": "DEBIT",
        },
    )
)

_ALLOCATION: Final = (
    f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}/{{budgetId}}/allocations/{{allocationId}}"
)

router: Final = APIRouter(prefix=_ALLOCATION, responses=BUDGET_ERRORS)


@router.post(
    "/transactions",
    tags=["Transactions"],
    summary="Create transaction",
    openapi_extra=_DESCRIPTION,
    responses=answer("The transaction.", TransactionAnswer),
)
async def create_transaction(request: Request) -> Response:
    """Move money at once, for good. Undo a debit by a refund."""
    # The busiest route: it reads its parameters by itself, which takes half the time.
    books = await managed_books(request)
    entry = await _move(request, books)
    return json_answer(transaction_document(entry, books.context.context_id))


DIRECT_ROUTES: Final = (DirectRoute.of("POST", f"{_ALLOCATION}/transactions", create_transaction),)


@router.get(
    "/transactions/{transactionId}",
    tags=["Transactions"],
    summary="Get transaction",
    responses=answer("The transaction.", TransactionAnswer),
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
    operation_id="updateAllocationUsage",
    openapi_extra=_DESCRIPTION,
    response_class=Response,
    responses=EMPTY,
)
async def adjust_usage(request: Request) -> Response:
    """Adjust what counts as used, up (`DEBIT`) or down (`CREDIT`); statements show it too."""
    await _move(request, await managed_books(request))
    return Response()


async def _move(request: Request, books: Opened) -> Entry:
    body = await read_exact_model(request, MovementBody)
    return await budgets_money.post_transaction(
        *books,
        request.path_params["budgetId"],
        request.path_params["allocationId"],
        body.to_input(),
        client_id=idempotency_key(request.headers.get("idempotency-key")),
    )
