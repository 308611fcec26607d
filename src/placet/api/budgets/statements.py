"""Routes of statements: what was debited and credited."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from placet.api.budgets.answers import (
    BUDGET_ERRORS,
    StatementAnswer,
)
from placet.api.budgets.context import ViewedBooks
from placet.api.budgets.parameters import AllocationId, BudgetId
from placet.api.budgets.statement_parameters import StatementAsked
from placet.api.web.answers import answer, json_answer
from placet.api.web.error_answers import BUDGETS_PREFIX
from placet.budgets.service import statement as budgets_statement

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}/{{budgetId}}",
    tags=["Statements"],
    responses=BUDGET_ERRORS,
)


@router.get(
    "/statements",
    summary="Get budget statements",
    operation_id="getBudgetStatement",
    responses=answer("Some lines.", StatementAnswer),
)
async def budget_statement(
    books: ViewedBooks, budget_id: BudgetId, asked: StatementAsked
) -> Response:
    """The budget's transactions, newest first; or all that moved its balance.

    Pages move while debits arrive, unless the oldest line comes first. To read the whole statement,
    follow `next` with `after`: each line comes exactly once.
    """
    found = await budgets_statement.budget_statement(*books, budget_id, asked)
    return json_answer(found.to_document())


@router.get(
    "/allocations/{allocationId}/statements",
    summary="Get allocation statements",
    operation_id="getAllocationStatement",
    responses=answer("Some lines.", StatementAnswer),
)
async def allocation_statement(
    books: ViewedBooks, budget_id: BudgetId, allocation_id: AllocationId, asked: StatementAsked
) -> Response:
    """The allocation's transactions, newest first; or all that moved its balance.

    Pages move while debits arrive, unless the oldest line comes first. To read the whole statement,
    follow `next` with `after`: each line comes exactly once.
    """
    found = await budgets_statement.allocation_statement(*books, budget_id, allocation_id, asked)
    return json_answer(found.to_document())
