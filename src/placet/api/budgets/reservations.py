"""Routes of reservations: set an amount aside, then confirm or cancel it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.budgets.answers import (
    BUDGET_ERRORS,
    ReservationAnswer,
    ReservationPageAnswer,
)
from placet.api.budgets.context import ManagedBooks, ViewedBooks
from placet.api.budgets.money_body import read_exact_model
from placet.api.budgets.parameters import (
    AllocationId,
    BudgetId,
    PageAsked,
    ReservationId,
    ReservationStatusAsked,
)
from placet.api.budgets.schemas import ConfirmationBody, RequesterBody, ReservationBody
from placet.api.web.answers import answer, json_answer
from placet.api.web.error_answers import BUDGETS_PREFIX
from placet.api.web.models import json_body
from placet.budgets.core.model import CONTEXT_TYPE
from placet.budgets.core.wire import reservation_document
from placet.budgets.service import movements as budgets_money

_REQUESTER: Final = {"requestedBy": "ana@acme.example"}
_EXAMPLE: Final = {
    "origin": "checkout",
    "reference": "1557790634097-01",
    "amount": 150,
    "requestedBy": "ana@acme.example",
    "reservationId": "c3722334-3892-418c-a099-b13e9c562c7e",
    "type": "DEBIT",
}

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}/{{budgetId}}/allocations/{{allocationId}}"
    "/reservations",
    tags=["Reservations"],
    responses=BUDGET_ERRORS,
)


@router.post(
    "",
    summary="Create reservation",
    openapi_extra=json_body(ReservationBody, _EXAMPLE),
    responses=answer("The reservation.", ReservationAnswer),
)
async def create_reservation(
    request: Request, books: ManagedBooks, budget_id: BudgetId, allocation_id: AllocationId
) -> Response:
    """Set an amount aside until it is confirmed, canceled, or `expiresAt` passes.

    The same request again answers the same; another one under the same id gets 409.
    """
    body = await read_exact_model(request, ReservationBody)
    reservation = await budgets_money.reserve(
        *books,
        budget_id,
        allocation_id,
        body.reservation_id,
        movement=body.to_input(),
        expires_at=body.expiry(),
    )
    return json_answer(reservation_document(reservation, books.context.context_id))


@router.get(
    "", summary="List reservations", responses=answer("Some reservations.", ReservationPageAnswer)
)
async def list_reservations(
    books: ViewedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    page: PageAsked,
    status: ReservationStatusAsked,
) -> Response:
    """The allocation's reservations, newest first."""
    found = await budgets_money.list_reservations(
        *books, budget_id, allocation_id, page, status=status
    )
    context_id = books.context.context_id
    items = [reservation_document(item, context_id) for item in found.items]
    return json_answer(
        {
            "pagination": found.to_document(),
            "items": items,
            "contextType": CONTEXT_TYPE,
            "contextId": context_id,
        }
    )


@router.get(
    "/{reservationId}",
    summary="Get reservation",
    responses=answer("The reservation.", ReservationAnswer),
)
async def get_reservation(
    books: ViewedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    reservation_id: ReservationId,
) -> Response:
    """One reservation, also one that is over."""
    reservation = await budgets_money.get_reservation(
        *books, budget_id, allocation_id, reservation_id
    )
    return json_answer(reservation_document(reservation, books.context.context_id))


@router.delete(
    "/{reservationId}",
    summary="Delete reservation",
    openapi_extra=json_body(RequesterBody, _REQUESTER),
    responses=answer("The reservation.", ReservationAnswer),
)
async def cancel_reservation(
    request: Request,
    books: ManagedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    reservation_id: ReservationId,
) -> Response:
    """Release what was set aside. Statements do not show it."""
    body = await read_exact_model(request, RequesterBody)
    reservation = await budgets_money.cancel_reservation(
        *books, budget_id, allocation_id, reservation_id, requested_by=body.requested_by
    )
    return json_answer(reservation_document(reservation, books.context.context_id))


@router.post(
    "/{reservationId}/confirmation",
    summary="Confirm reservation",
    openapi_extra=json_body(ConfirmationBody, _REQUESTER),
    responses=answer("The reservation.", ReservationAnswer),
)
async def confirm_reservation(
    request: Request,
    books: ManagedBooks,
    budget_id: BudgetId,
    allocation_id: AllocationId,
    reservation_id: ReservationId,
) -> Response:
    """Turn a reservation, or `amount` of it, into a transaction; the rest is released."""
    body = await read_exact_model(request, ConfirmationBody)
    reservation = await budgets_money.confirm_reservation(
        *books,
        budget_id,
        allocation_id,
        reservation_id,
        requested_by=body.requested_by,
        amount=body.amount,
    )
    return json_answer(reservation_document(reservation, books.context.context_id))
