"""Routes of budgets themselves."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.budgets.answers import (
    BUDGET_ERRORS,
    EMPTY,
    BudgetAnswer,
    BudgetPageAnswer,
    NewStatusAnswer,
)
from placet.api.budgets.context import ManagedBooks, ViewedBooks
from placet.api.budgets.examples import BUDGET_CHANGE_EXAMPLE, BUDGET_EXAMPLE
from placet.api.budgets.money_body import read_exact_model
from placet.api.budgets.parameters import BudgetId, BudgetsAsked, IdempotencyKey, PageAsked
from placet.api.budgets.schemas import BudgetBody, BudgetChangeBody, StatusBody
from placet.api.web.answers import answer, json_answer
from placet.api.web.error_answers import BUDGETS_PREFIX
from placet.api.web.idempotency import idempotency_key
from placet.api.web.models import json_body
from placet.budgets.core.wire import budget_document, budget_summary
from placet.budgets.service import budgets

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}",
    tags=["Budgets"],
    responses=BUDGET_ERRORS,
)


@router.post(
    "",
    summary="Create budget",
    openapi_extra=json_body(BudgetBody, BUDGET_EXAMPLE),
    responses=answer("The budget with its allocations.", BudgetAnswer),
)
async def create_budget(
    request: Request, books: ManagedBooks, key: IdempotencyKey = None
) -> Response:
    """Create a budget and its first allocations, all or nothing."""
    body = await read_exact_model(request, BudgetBody)
    body.check_context(books.context.context_id)
    view = await budgets.create_budget(*books, body.to_input(), client_id=idempotency_key(key))
    return json_answer(budget_document(view))


@router.get("", summary="List budgets", responses=answer("Some budgets.", BudgetPageAnswer))
async def list_budgets(books: ViewedBooks, wanted: BudgetsAsked, page: PageAsked) -> Response:
    """The unit's budgets, newest first; all filters given must match."""
    found = await budgets.list_budgets(*books, wanted, page)
    items = [budget_summary(view) for view in found.items]
    return json_answer({"pagination": found.to_document(), "items": items})


@router.get(
    "/{budgetId}",
    summary="Get budget",
    responses=answer("The budget with its allocations.", BudgetAnswer),
)
async def get_budget(books: ViewedBooks, budget_id: BudgetId) -> Response:
    """A budget and its allocations as they stand now."""
    view = await budgets.get_budget(*books, budget_id)
    return json_answer(budget_document(view))


@router.put(
    "/{budgetId}",
    summary="Update budget",
    openapi_extra=json_body(BudgetChangeBody, BUDGET_CHANGE_EXAMPLE),
    responses=answer("The budget with its allocations.", BudgetAnswer),
)
async def update_budget(request: Request, books: ManagedBooks, budget_id: BudgetId) -> Response:
    """Give a budget new facts; a new amount is the base of this period and those to come.

    What was carried over into this period is kept beside it. Dates that the budget has already
    change nothing, and another time zone counts from the next period.
    """
    body = await read_exact_model(request, BudgetChangeBody)
    body.check_unchanged(await budgets.get_budget(*books, budget_id), books.context.context_id)
    view = await budgets.update_budget(*books, budget_id, body.to_input())
    return json_answer(budget_document(view))


@router.delete("/{budgetId}", summary="Delete budget", response_class=Response, responses=EMPTY)
async def delete_budget(books: ManagedBooks, budget_id: BudgetId) -> Response:
    """Delete a budget with its allocations; what was booked stays in the books."""
    await budgets.delete_budget(*books, budget_id)
    return Response()


@router.put(
    "/{budgetId}/status",
    summary="Change budget status",
    openapi_extra=json_body(StatusBody, {"status": "INACTIVE"}),
    responses=answer("The new status.", NewStatusAnswer),
)
async def set_budget_status(request: Request, books: ManagedBooks, budget_id: BudgetId) -> Response:
    """Switch a budget off, so that nothing can be debited or reserved, or on again."""
    body = await read_exact_model(request, StatusBody)
    status = await budgets.set_budget_status(*books, budget_id, body.status)
    return json_answer({"status": status.value})
