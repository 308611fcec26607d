"""Routes of allocations."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.budgets.answers import (
    BUDGET_ERRORS,
    EMPTY,
    AllocationAnswer,
    AllocationBatchAnswer,
    AllocationPageAnswer,
    MatchesAnswer,
    NewStatusAnswer,
)
from placet.api.budgets.context import ManagedBooks, ViewedBooks
from placet.api.budgets.examples import ALLOCATION_EXAMPLE, ENTITIES_EXAMPLE
from placet.api.budgets.money_body import read_exact_model
from placet.api.budgets.parameters import (
    AllocationId,
    AllocationsAsked,
    BudgetId,
    IdempotencyKey,
    PageAsked,
)
from placet.api.budgets.schemas import (
    AllocationBody,
    AllocationChangeBody,
    AllocationsBody,
    EntitiesBody,
    LinkedEntityChangeBody,
    StatusBody,
)
from placet.api.web.answers import answer, json_answer
from placet.api.web.error_answers import BUDGETS_PREFIX
from placet.api.web.idempotency import idempotency_key
from placet.api.web.models import json_body
from placet.budgets.core.wire import (
    allocation_document,
    batch_document,
    match_document,
    warnings_document,
)
from placet.budgets.service import allocations as budgets_allocations

_ALL: Final = "/{budgetId}/allocations"
_ONE: Final = f"{_ALL}/{{allocationId}}"

router: Final = APIRouter(
    prefix=f"{BUDGETS_PREFIX}/{{contextType}}/{{contextId}}",
    tags=["Allocations"],
    responses=BUDGET_ERRORS,
)


@router.post(
    "/allocations/query",
    summary="Query allocations",
    openapi_extra=json_body(EntitiesBody, ENTITIES_EXAMPLE),
    responses=answer("The allocations that the entities may spend.", MatchesAnswer),
)
async def query_allocations(request: Request, books: ViewedBooks) -> Response:
    """What the entities may spend: their active allocations in the unit's active budgets."""
    body = await read_exact_model(request, EntitiesBody)
    entities = [item.to_entity() for item in body.items]
    matches = await budgets_allocations.query_allocations(*books, entities)
    return json_answer({"items": [match_document(match) for match in matches]})


@router.post(
    _ALL,
    summary="Create allocation",
    openapi_extra=json_body(AllocationBody, ALLOCATION_EXAMPLE),
    responses=answer("The allocation.", AllocationAnswer),
)
async def create_allocation(
    request: Request, books: ManagedBooks, budget_id: BudgetId, key: IdempotencyKey = None
) -> Response:
    """Give a part of a budget to an entity."""
    body = await read_exact_model(request, AllocationBody)
    made = await budgets_allocations.create_allocations(
        *books, budget_id, [body.to_input()], client_id=idempotency_key(key), listed=False
    )
    document = allocation_document(made.views[0], books.context.context_id)
    return json_answer(document | warnings_document(made.warnings))


@router.post(
    f"{_ALL}/batch",
    summary="Create batch of allocations",
    openapi_extra=json_body(AllocationsBody, {"allocations": [ALLOCATION_EXAMPLE]}),
    responses=answer("The new allocations in the given order.", AllocationBatchAnswer),
)
async def create_allocations(
    request: Request, books: ManagedBooks, budget_id: BudgetId, key: IdempotencyKey = None
) -> Response:
    """Give parts of a budget to several entities, all or nothing."""
    body = await read_exact_model(request, AllocationsBody)
    made = await budgets_allocations.create_allocations(
        *books, budget_id, body.to_inputs(), client_id=idempotency_key(key)
    )
    document = batch_document(budget_id, made.views, books.context.context_id)
    return json_answer(document | warnings_document(made.warnings))


@router.get(
    _ALL,
    summary="List budget allocations",
    responses=answer("Some allocations.", AllocationPageAnswer),
)
async def list_allocations(
    books: ViewedBooks, budget_id: BudgetId, wanted: AllocationsAsked, page: PageAsked
) -> Response:
    """The budget's allocations, oldest first; all filters given must match."""
    found = await budgets_allocations.list_allocations(*books, budget_id, wanted, page)
    items = [allocation_document(view, books.context.context_id) for view in found.items]
    return json_answer({"pagination": found.to_document(), "items": items})


@router.get(_ONE, summary="Get allocation", responses=answer("The allocation.", AllocationAnswer))
async def get_allocation(
    books: ViewedBooks, budget_id: BudgetId, allocation_id: AllocationId
) -> Response:
    """An allocation as it stands now, also a deleted one."""
    view = await budgets_allocations.get_allocation(*books, budget_id, allocation_id)
    return json_answer(allocation_document(view, books.context.context_id))


@router.put(
    _ONE,
    summary="Update allocation",
    openapi_extra=json_body(AllocationChangeBody, ALLOCATION_EXAMPLE),
    responses=answer("The allocation.", AllocationAnswer),
)
async def update_allocation(
    request: Request, books: ManagedBooks, budget_id: BudgetId, allocation_id: AllocationId
) -> Response:
    """Give an allocation new facts; a new amount is the base of this period and those to come.

    What was carried over into this period is kept beside it.
    """
    body = await read_exact_model(request, AllocationChangeBody)
    changed = await budgets_allocations.update_allocation(
        *books, budget_id, allocation_id, body.to_input(), further=body.to_inputs()
    )
    document = allocation_document(changed.views[0], books.context.context_id)
    return json_answer(document | warnings_document(changed.warnings))


@router.delete(_ONE, summary="Delete allocation", response_class=Response, responses=EMPTY)
async def delete_allocation(
    books: ManagedBooks, budget_id: BudgetId, allocation_id: AllocationId
) -> Response:
    """Delete an allocation; what it has not used falls back to the budget."""
    await budgets_allocations.delete_allocation(*books, budget_id, allocation_id)
    return Response()


@router.put(
    f"{_ONE}/linked-entity",
    summary="Update allocation linked entity",
    openapi_extra=json_body(
        LinkedEntityChangeBody,
        {"linkedEntityId": "sales", "linkedEntityType": "CostCenter"},
    ),
    response_class=Response,
    responses=EMPTY,
)
async def link_entity(
    request: Request, books: ManagedBooks, budget_id: BudgetId, allocation_id: AllocationId
) -> Response:
    """Hand an allocation, with what it has and has used, to another entity."""
    body = await read_exact_model(request, LinkedEntityChangeBody)
    await budgets_allocations.link_entity(*books, budget_id, allocation_id, body.to_entity())
    return Response()


@router.put(
    f"{_ONE}/status",
    summary="Change allocation status",
    openapi_extra=json_body(StatusBody, {"status": "INACTIVE"}),
    responses=answer("The new status.", NewStatusAnswer),
)
async def set_allocation_status(
    request: Request, books: ManagedBooks, budget_id: BudgetId, allocation_id: AllocationId
) -> Response:
    """Switch an allocation off, so that nothing can be debited or reserved, or on again."""
    body = await read_exact_model(request, StatusBody)
    status = await budgets_allocations.set_allocation_status(
        *books, budget_id, allocation_id, body.status
    )
    return json_answer({"status": status.value})
