"""Routes of statements: what was debited and credited."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from placet.api.answers import json_answer
from placet.api.budgets.answers import BUDGET_ERRORS, STATEMENT
from placet.api.budgets.books import ViewedBooks
from placet.api.budgets.parameters import AllocationId, BudgetId, PageAloneAsked
from placet.api.errors import BUDGETS_PREFIX
from placet.application import budgets_money
from placet.application.budgets_input import Page
from placet.ledger.model import Entry
from placet.ledger.wire import transaction_document

__all__ = ["router"]

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}/{{budgetId}}",
    tags=["Statements"],
    responses=BUDGET_ERRORS,
)


@router.get("/statements", summary="Get budget statements", responses=STATEMENT)
async def budget_statement(
    books: ViewedBooks, budget_id: BudgetId, page: PageAloneAsked
) -> Response:
    """The budget's transactions, newest first."""
    found = await budgets_money.budget_statement(*books, budget_id, page)
    return _answer(found, books.context.context_id)


@router.get(
    "/allocations/{allocationId}/statements",
    summary="Get allocation statements",
    responses=STATEMENT,
)
async def allocation_statement(
    books: ViewedBooks, budget_id: BudgetId, allocation_id: AllocationId, page: PageAloneAsked
) -> Response:
    """The allocation's transactions, newest first."""
    found = await budgets_money.allocation_statement(*books, budget_id, allocation_id, page)
    return _answer(found, books.context.context_id)


def _answer(page: Page[Entry], context_id: str) -> Response:
    transactions = [transaction_document(entry, context_id) for entry in page.items]
    return json_answer({"pagination": page.to_document(), "transactions": transactions})
