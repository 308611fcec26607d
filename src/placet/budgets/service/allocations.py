"""Allocations: divide a budget among linked entities, look at the parts, change and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from placet.budgets.core.model import LinkedEntity, Status
from placet.budgets.core.operations import (
    CreateAllocations,
    DeleteAllocation,
    LinkEntity,
    SetAllocationStatus,
    UpdateAllocation,
)
from placet.budgets.core.views import AllocationFilter, AllocationView, Match
from placet.budgets.core.warnings import over_allocation
from placet.budgets.service.books import (
    Books,
    current_budget,
    enqueue,
    enqueue_together,
    touch_due,
)
from placet.budgets.service.input import (
    MAX_ID,
    AllocationInput,
    Context,
    Page,
    PageRequest,
    checked_client_id,
    checked_entity,
    checked_text,
    new_allocations,
    switchable,
    usable_id,
)
from placet.budgets.service.unit_visit import in_unit
from placet.budgets.store.queries import (
    find_allocations,
    find_matches,
    load_allocation,
    load_allocations,
)
from placet.errors import InvalidRequest, NotFound
from placet.people.core.permissions import MANAGING_BUDGETS, VIEWING_BUDGETS

_MAX_ENTITIES = 1_000


class Allocated(NamedTuple):
    """Allocations as they are now, and what their maker should know of the budget."""

    views: list[AllocationView]
    warnings: list[str]


@in_unit(MANAGING_BUDGETS)
async def create_allocations(
    books: Books,
    context: Context,
    budget_id: str,
    wanted: Sequence[AllocationInput],
    *,
    client_id: str | None = None,
    listed: bool = True,
) -> Allocated:
    """Add allocations to a budget, all or nothing, and answer them in the given order. `listed`
    tells whether the caller wrote a list, for what is said of their fields.

    Raises:
        InvalidRequest: no allocation, or one that cannot be used.
        NotFound: no such budget.
        Conflict: they exceed a HARD budget, or `client_id` was used for another request.
    """
    operation = CreateAllocations(
        budget_id, new_allocations(wanted), checked_client_id(client_id), listed
    )
    ids = await enqueue(books, context, operation)
    async with books.database.read() as connection:
        views = await load_allocations(connection, context.scope, budget_id)
    found = {view.allocation.id: view for view in views}
    # Of a repeated request, some may have been deleted since.
    return await _allocated(
        books, context, budget_id,
        [found.get(id) or await get_allocation.within(books, context, budget_id, id) for id in ids],
    )  # fmt: skip


@in_unit(VIEWING_BUDGETS)
async def get_allocation(
    books: Books, context: Context, budget_id: str, allocation_id: str
) -> AllocationView:
    """An allocation as it stands now, also a deleted one. Raises NotFound."""
    await current_budget(books, context, budget_id)
    view = None
    if usable_id(allocation_id):
        async with books.database.read() as connection:
            view = await load_allocation(connection, context.scope, budget_id, allocation_id)
    if view is None:
        message = f"the allocation `{allocation_id[:100]}` was not found"
        raise NotFound(message, code="allocation-not-found")
    return view


@in_unit(VIEWING_BUDGETS)
async def list_allocations(
    books: Books,
    context: Context,
    budget_id: str,
    wanted: AllocationFilter,
    page: PageRequest,
) -> Page[AllocationView]:
    """A page of a budget's allocations, oldest first. Raises NotFound."""
    for field, text in (("type", wanted.entity_type), ("referenceId", wanted.reference_id)):
        if text is not None:
            checked_text(field, text, MAX_ID, empty=True)
    await current_budget(books, context, budget_id)
    async with books.database.read() as connection:
        items, results = await find_allocations(
            connection, context.scope, budget_id, wanted, offset=page.offset, limit=page.page_size
        )
    return Page(items, page, results)


@in_unit(VIEWING_BUDGETS)
async def query_allocations(
    books: Books, context: Context, entities: Sequence[LinkedEntity]
) -> list[Match]:
    """What the entities may spend in this context: active allocations of active budgets.

    Raises:
        InvalidRequest: no entity, too many, or one that cannot be used.
    """
    if not 1 <= len(entities) <= _MAX_ENTITIES:
        raise InvalidRequest(f"`items` must hold 1 to {_MAX_ENTITIES} entities")
    wanted = [checked_entity(entity) for entity in entities]
    await touch_due(books, context)
    async with books.database.read() as connection:
        return await find_matches(connection, context.account, [context.context_id], wanted)


@in_unit(MANAGING_BUDGETS)
async def update_allocation(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    wanted: AllocationInput,
    *,
    further: Sequence[AllocationInput] = (),
) -> Allocated:
    """Replace entity, reference and amount, and the notifications where given, and create
    `further` allocations in the same budget: all or nothing. The amount is the base: what was
    carried over is kept beside it.

    Raises:
        InvalidRequest: a text or the amount cannot be used.
        NotFound: no such budget or allocation.
        Conflict: a HARD budget would not cover it, or it would not cover what is spent of it.
    """
    operation = UpdateAllocation(
        budget_id,
        allocation_id,
        checked_entity(wanted.linked_entity),
        checked_text("referenceId", wanted.reference_id, MAX_ID, empty=True),
        wanted.amount,
        wanted.notification,
    )
    if further:
        beside = CreateAllocations(budget_id, new_allocations(further))
        await enqueue_together(books, context, (operation, beside))
    else:
        await enqueue(books, context, operation)
    view = await get_allocation.within(books, context, budget_id, allocation_id)
    return await _allocated(books, context, budget_id, [view])


@in_unit(MANAGING_BUDGETS)
async def link_entity(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    entity: LinkedEntity,
) -> None:
    """Give an allocation to another entity. Raises InvalidRequest or NotFound."""
    await enqueue(books, context, LinkEntity(budget_id, allocation_id, checked_entity(entity)))


@in_unit(MANAGING_BUDGETS)
async def set_allocation_status(
    books: Books, context: Context, budget_id: str, allocation_id: str, status: Status
) -> Status:
    """Switch an allocation on or off. Raises NotFound."""
    operation = SetAllocationStatus(budget_id, allocation_id, switchable(status))
    await enqueue(books, context, operation)
    return status


@in_unit(MANAGING_BUDGETS)
async def delete_allocation(
    books: Books, context: Context, budget_id: str, allocation_id: str
) -> None:
    """Delete an allocation; what it has not spent falls back to its budget.

    Raises:
        NotFound: no such budget or allocation.
        Conflict: it has open reservations.
    """
    await enqueue(books, context, DeleteAllocation(budget_id, allocation_id))


async def _allocated(
    books: Books, context: Context, budget_id: str, views: list[AllocationView]
) -> Allocated:
    budget = await current_budget(books, context, budget_id)
    return Allocated(views, over_allocation(budget.budget, budget.position))
