"""Looking at budgets and allocations without changing them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import LinkedEntity, Status
from placet.budgets.core.views import (
    AllocationFilter,
    AllocationView,
    BudgetFilter,
    BudgetView,
    Match,
)
from placet.budgets.store.rows import (
    Scope,
    allocation_of,
    allocation_position,
    budget_of,
    budget_position,
)
from placet.budgets.store.tables import allocation_table, budget_table
from placet.database.lists import among, without_index

_budgets = budget_table.c
_allocations = allocation_table.c


async def load_budget(
    connection: AsyncConnection, scope: Scope, budget_id: str
) -> BudgetView | None:
    """A budget without its allocations; None where there is none, or no longer."""
    found = await load_budgets(connection, scope[0], [scope[1]], [budget_id])
    return found[0] if found else None


async def load_budgets(
    connection: AsyncConnection, account: str, contexts: Collection[str], ids: Collection[str]
) -> list[BudgetView]:
    """Those of the budgets that exist in the contexts, by id, without their allocations."""
    query = (
        select(budget_table)
        .where(_budgets.account == account, among(_budgets.context_id, contexts))
        .where(among(_budgets.budget_id, ids), _budgets.status != Status.DELETED.value)
        .order_by(_budgets.budget_id)
    )
    return [_budget_view(row) for row in await connection.execute(query)]


async def load_allocation(
    connection: AsyncConnection, scope: Scope, budget_id: str, allocation_id: str
) -> AllocationView | None:
    """An allocation of the budget, also a deleted one; None where there is none."""
    query = _in_budget(select(allocation_table), scope, budget_id).where(
        _allocations.allocation_id == allocation_id
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _allocation_view(row)


async def load_allocations(
    connection: AsyncConnection, scope: Scope, budget_id: str
) -> tuple[AllocationView, ...]:
    """A budget's allocations that are not deleted, oldest first."""
    query = (
        _in_budget(select(allocation_table), scope, budget_id)
        .where(_allocations.status != Status.DELETED.value)
        .order_by(_allocations.allocation_id)
    )
    return tuple(_allocation_view(row) for row in await connection.execute(query))


async def find_budgets(
    connection: AsyncConnection, scope: Scope, wanted: BudgetFilter, *, offset: int, limit: int
) -> tuple[list[BudgetView], int]:
    """A page of the context's budgets, newest first, and how many there are in all."""

    def matching(query: Select[Any]) -> Select[Any]:
        query = query.where(_budgets.account == scope[0], _budgets.context_id == scope[1])
        query = query.where(_budgets.status != Status.DELETED.value)
        if wanted.min_amount is not None:
            query = query.where(_budgets.amount >= wanted.min_amount)
        if wanted.max_amount is not None:
            query = query.where(_budgets.amount <= wanted.max_amount)
        if wanted.status is not None:
            query = query.where(_budgets.status == wanted.status.value)
        if wanted.name is not None:
            query = query.where(
                _budgets.name_folded.contains(wanted.name.casefold(), autoescape=True)
            )
        return query

    results = await connection.scalar(matching(select(func.count()).select_from(budget_table)))
    page = matching(select(budget_table)).order_by(_budgets.budget_id.desc())
    rows = await connection.execute(page.offset(offset).limit(limit))
    return [_budget_view(row) for row in rows], results or 0


async def find_allocations(
    connection: AsyncConnection,
    scope: Scope,
    budget_id: str,
    wanted: AllocationFilter,
    *,
    offset: int,
    limit: int,
) -> tuple[list[AllocationView], int]:
    """A page of the budget's allocations, oldest first, and how many there are in all."""

    def matching(query: Select[Any]) -> Select[Any]:
        query = _in_budget(query, scope, budget_id)
        if wanted.entity_type is not None:
            folded = wanted.entity_type.casefold()
            query = query.where(_allocations.entity_type_folded == folded)
        if wanted.reference_id is not None:
            query = query.where(_allocations.reference_id == wanted.reference_id)
        if wanted.status is not None:
            return query.where(_allocations.status == wanted.status.value)
        return query.where(_allocations.status != Status.DELETED.value)

    results = await connection.scalar(matching(select(func.count()).select_from(allocation_table)))
    page = matching(select(allocation_table)).order_by(_allocations.allocation_id)
    rows = await connection.execute(page.offset(offset).limit(limit))
    return [_allocation_view(row) for row in rows], results or 0


async def find_matches(
    connection: AsyncConnection,
    account: str,
    contexts: Collection[str],
    entities: Collection[LinkedEntity],
    allocation_ids: Collection[str] = (),
) -> list[Match]:
    """The active allocations of active budgets of the contexts that are for one of the entities or
    are named, by id. Types are compared without regard to case.
    """
    wanted = {(entity.id, entity.type.casefold()) for entity in entities}
    # Each half has its index; either of them at once would have none.
    entity_ids = {id for id, _ in wanted}
    halves = (
        (_allocations.entity_id, entity_ids), (_allocations.allocation_id, allocation_ids),
    )  # fmt: skip
    found: dict[str, AllocationView] = {}
    for column, ids in halves:
        query = (
            select(allocation_table)
            .where(_allocations.account == account, among(column, ids))
            .where(
                # By the ids; SQLite would rather read whole contexts.
                among(without_index(_allocations.context_id), contexts),
                _allocations.status == Status.ACTIVE.value,
            )
        )
        for row in await connection.execute(query) if ids else ():
            if row.allocation_id in allocation_ids or _entity(row) in wanted:
                found[row.allocation_id] = _allocation_view(row)
    views = [found[id] for id in sorted(found)]
    ids = {view.allocation.budget_id for view in views}
    budgets = {
        view.budget.id: view for view in await load_budgets(connection, account, contexts, ids)
    }
    return [
        Match(budgets[view.allocation.budget_id], view)
        for view in views
        if view.allocation.budget_id in budgets
        and budgets[view.allocation.budget_id].budget.status is Status.ACTIVE
    ]


async def locate_budgets(
    connection: AsyncConnection, account: str, ids: Collection[str]
) -> dict[str, str]:
    """The context of each of the budgets that exist in the account."""
    query = select(_budgets.budget_id, _budgets.context_id).where(
        _budgets.account == account, among(_budgets.budget_id, ids)
    )
    return {row.budget_id: row.context_id for row in await connection.execute(query)}


async def find_due(
    connection: AsyncConnection, now: int, *, limit: int
) -> list[tuple[str, str, str]]:
    """Account, context and id of budgets in which something is due, the longest overdue first."""
    query = (
        select(_budgets.account, _budgets.context_id, _budgets.budget_id)
        .where(_budgets.due_at <= now)
        .order_by(_budgets.due_at)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in await connection.execute(query)]


async def find_due_in_context(connection: AsyncConnection, scope: Scope, now: int) -> list[str]:
    """The ids of the context's budgets in which something is due."""
    query = select(_budgets.budget_id).where(
        _budgets.account == scope[0], _budgets.context_id == scope[1], _budgets.due_at <= now
    )
    return [row[0] for row in await connection.execute(query)]


def _in_budget(query: Select[Any], scope: Scope, budget_id: str) -> Select[Any]:
    return query.where(
        _allocations.account == scope[0],
        _allocations.context_id == scope[1],
        _allocations.budget_id == budget_id,
    )


def _budget_view(row: Any) -> BudgetView:
    return BudgetView(row.context_id, budget_of(row), budget_position(row))


def _entity(row: Any) -> tuple[str, str]:
    return row.entity_id, row.entity_type_folded


def _allocation_view(row: Any) -> AllocationView:
    return AllocationView(allocation_of(row), allocation_position(row))
