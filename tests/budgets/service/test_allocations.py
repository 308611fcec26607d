"""Allocations live their life."""

from __future__ import annotations

import pytest

from placet.budgets.core.model import LinkedEntity, Status
from placet.budgets.core.views import AllocationFilter
from placet.budgets.service import allocations as budgets_allocations
from placet.budgets.service.input import AllocationInput, PageRequest
from support.budgets.money import NOTIFY
from support.budgets.service import Ledger, entered, units

pytestmark = pytest.mark.anyio


async def test_allocations_live_their_life(books: Ledger) -> None:
    service, context = books.service, books.context
    view, (first,) = await books.budget(100, 10)
    budget = view.budget.id
    entity = LinkedEntity("cc-1", "CostCenter")
    made = await budgets_allocations.create_allocations(
        service, entered(context), budget, [AllocationInput(entity, "c-1", units(5), NOTIFY)]
    )
    second = made.views[0].allocation.id
    assert made.views[0].allocation.linked_entity == entity
    changed = await budgets_allocations.update_allocation(
        service, entered(context), budget, second, AllocationInput(entity, "c-2", units(7))
    )
    assert changed.views[0].position.amount == units(7)
    assert changed.views[0].allocation.notification == NOTIFY
    moved = LinkedEntity("u9", "USER")
    await budgets_allocations.link_entity(service, entered(context), budget, second, moved)
    matches = await budgets_allocations.query_allocations(
        service, entered(context), [LinkedEntity("u9", "user"), LinkedEntity("u0", "Address")]
    )
    assert [match.allocation.allocation.id for match in matches] == [second]
    await budgets_allocations.set_allocation_status(
        service, entered(context), budget, second, Status.INACTIVE
    )
    assert not await budgets_allocations.query_allocations(service, entered(context), [moved])
    await budgets_allocations.delete_allocation(service, entered(context), budget, second)

    async def listed(wanted: AllocationFilter) -> list[str]:
        page = await budgets_allocations.list_allocations(
            service, entered(context), budget, wanted, PageRequest()
        )
        return [item.allocation.id for item in page.items]

    assert await listed(AllocationFilter()) == [first]
    assert await listed(AllocationFilter(status=Status.DELETED)) == [second]
    assert await listed(AllocationFilter(entity_type="uSER")) == [first]
    assert await listed(AllocationFilter(reference_id="other")) == []
