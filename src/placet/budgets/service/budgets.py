"""Budgets: create, look at, change, delete.

Every change is an operation handed to the group commit; whatever a budget has due is done before it
is read or changed.
"""

from __future__ import annotations

from dataclasses import replace

from placet.budgets.core.facts import MAX_NAME, BudgetFacts, changeable
from placet.budgets.core.model import Status
from placet.budgets.core.operations import CreateBudget, DeleteBudget, SetBudgetStatus, UpdateBudget
from placet.budgets.core.views import BudgetFilter, BudgetView
from placet.budgets.service.books import Books, current_budget, enqueue, touch_due
from placet.budgets.service.cycle_request import CycleRequest
from placet.budgets.service.input import (
    BudgetInput,
    Context,
    Page,
    PageRequest,
    checked_client_id,
    checked_facts,
    checked_text,
    new_allocations,
    switchable,
)
from placet.budgets.service.places import account_zone, check_known_unit
from placet.budgets.service.unit_visit import in_unit
from placet.budgets.store.queries import find_budgets, load_allocations, load_budget
from placet.kit.ids import new_id
from placet.people.core.permissions import MANAGING_BUDGETS, VIEWING_BUDGETS


@in_unit(MANAGING_BUDGETS)
async def create_budget(
    books: Books, context: Context, wanted: BudgetInput, *, client_id: str | None = None
) -> BudgetView:
    """Create a budget with its first allocations, all or nothing.

    Raises:
        InvalidRequest: a text, an amount or the cycle cannot be used, or there is no such unit.
        Conflict: the allocations exceed a HARD budget, or `client_id` was used for another request.
    """
    await check_known_unit(books.database, context)
    zone = await account_zone(books.database, context.account)
    cycle = wanted.cycle
    if isinstance(cycle, CycleRequest):
        zone = cycle.zone(zone)
        cycle = cycle.read(zone)
    operation = CreateBudget(
        new_id(),
        BudgetFacts(**checked_facts(wanted.facts)),
        wanted.amount,
        cycle,
        new_allocations(wanted.allocations),
        checked_client_id(client_id),
        zone,
    )
    budget_id = await enqueue(books, context, operation)
    return await get_budget.within(books, context, budget_id)


@in_unit(VIEWING_BUDGETS)
async def get_budget(books: Books, context: Context, budget_id: str) -> BudgetView:
    """A budget with its allocations as it stands now. Raises NotFound."""
    view = await current_budget(books, context, budget_id)
    async with books.database.read() as connection:
        # Read once more, so that all figures belong to one instant.
        fresh = await load_budget(connection, context.scope, budget_id)
        allocations = await load_allocations(connection, context.scope, budget_id)
    return (fresh or view)._replace(allocations=allocations)


@in_unit(VIEWING_BUDGETS)
async def list_budgets(
    books: Books, context: Context, wanted: BudgetFilter, page: PageRequest
) -> Page[BudgetView]:
    """A page of the context's budgets, newest first, without their allocations."""
    if wanted.name is not None:
        checked_text("name", wanted.name, MAX_NAME)
    await touch_due(books, context)
    async with books.database.read() as connection:
        items, results = await find_budgets(
            connection, context.scope, wanted, offset=page.offset, limit=page.page_size
        )
    return Page(items, page, results)


@in_unit(MANAGING_BUDGETS)
async def update_budget(
    books: Books, context: Context, budget_id: str, wanted: BudgetInput
) -> BudgetView:
    """Change the amount, and the facts and the cycle where given.

    The amount is the base: what was carried over is kept beside it. A cycle that the budget has
    already changes nothing; another time zone counts from the next period. Enforcement, currency
    and allocations stay as they are.

    Raises:
        InvalidRequest: a text, an amount or the cycle cannot be used.
        NotFound: no such budget.
        Conflict: a HARD budget would no longer cover what is spent, reserved or allocated.
    """
    cycle, new_cycle = wanted.cycle, None
    if isinstance(cycle, CycleRequest):
        stored = (await current_budget(books, context, budget_id)).budget.cycle.time_zone
        zone = cycle.zone(await account_zone(books.database, context.account), stored)
        new_cycle = replace(cycle.read(zone), time_zone=zone)
        # A client that sends its own dates again means them as it did when it made the budget.
        cycle = cycle.read(cycle.time_zone or stored)
    operation = UpdateBudget(
        budget_id,
        checked_facts(changeable(wanted.facts)),
        wanted.amount,
        cycle,
        new_cycle,
    )
    await enqueue(books, context, operation)
    return await get_budget.within(books, context, budget_id)


@in_unit(MANAGING_BUDGETS)
async def set_budget_status(
    books: Books, context: Context, budget_id: str, status: Status
) -> Status:
    """Switch a budget on or off. Raises NotFound."""
    await enqueue(books, context, SetBudgetStatus(budget_id, switchable(status)))
    return status


@in_unit(MANAGING_BUDGETS)
async def delete_budget(books: Books, context: Context, budget_id: str) -> None:
    """Delete a budget and its allocations; the entries are kept.

    Raises:
        NotFound: no such budget.
        Conflict: it has open reservations.
    """
    await enqueue(books, context, DeleteBudget(budget_id))
