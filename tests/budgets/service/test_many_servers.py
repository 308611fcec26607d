"""Books that a server keeps in memory, beside others that change them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import Entry, Status
from placet.budgets.service import allocations as budgets_allocations
from placet.budgets.service import budgets
from placet.budgets.service.audit import verify_books
from placet.budgets.service.movements import post_transaction
from placet.budgets.store.tables import allocation_table, budget_table
from placet.database.database import Database
from placet.errors import Conflict, NotFound
from placet.people.core.visit import OPERATOR
from support.budgets.service import Ledger, debit, entered, units
from support.statements import statements

pytestmark = pytest.mark.anyio

HARD = {"enforcement": Enforcement.HARD}


@pytest.fixture
async def servers(database: Database, database_url: str) -> AsyncIterator[tuple[Ledger, Ledger]]:
    """Two that share a database and know nothing of each other."""
    other = Database(database_url)
    pair = Ledger.on(database), Ledger.on(other)
    yield pair
    assert (await verify_books(database, OPERATOR)).difference is None
    for books in pair:
        await books.service.close()
    await other.close()


async def spend(books: Ledger, budget: str, part: str, amount: float) -> Entry:
    return await post_transaction(
        books.service, entered(books.context), budget, part, debit(amount)
    )


async def test_a_busy_allocation_is_not_read_again(servers: tuple[Ledger, Ledger]) -> None:
    books, _ = servers
    budget, (part,) = await books.budget(100, 100)
    await spend(books, budget.budget.id, part, 1)
    with statements() as seen:
        entry = await spend(books, budget.budget.id, part, 1)
    assert entry.balance_after == units(98)
    [query] = [statement.sql for statement in seen if statement.reads]
    assert "budgets.stamp" in query
    assert "budgets.name" not in query


async def test_what_another_server_spent_is_seen(servers: tuple[Ledger, Ledger]) -> None:
    one, two = servers
    budget, (first, second) = await one.budget(100, 50, 50, **HARD)
    id = budget.budget.id
    for turn in range(2):
        assert (await spend(one, id, first, 10)).budget_balance_after == units(90 - 30 * turn)
        assert (await spend(two, id, second, 10)).budget_balance_after == units(80 - 30 * turn)
        assert (await spend(two, id, first, 10)).balance_after == units(30 - 20 * turn)
    with pytest.raises(Conflict, match="exceeds the `10`"):
        await spend(one, id, first, 11)


async def test_what_another_server_changed_without_money_is_seen(
    servers: tuple[Ledger, Ledger],
) -> None:
    one, two = servers
    budget, (part, gone) = await one.budget(100, 50, 50)
    id = budget.budget.id
    for allocation in (part, gone):
        await spend(one, id, allocation, 1)
    await budgets_allocations.set_allocation_status(
        two.service, entered(two.context), id, part, Status.INACTIVE
    )
    with pytest.raises(Conflict, match="the allocation is inactive"):
        await spend(one, id, part, 1)
    await budgets_allocations.delete_allocation(two.service, entered(two.context), id, gone)
    with pytest.raises(NotFound):
        await spend(one, id, gone, 1)
    await budgets_allocations.set_allocation_status(
        two.service, entered(two.context), id, part, Status.ACTIVE
    )
    await spend(one, id, part, 1)
    await budgets.set_budget_status(two.service, entered(two.context), id, Status.INACTIVE)
    with pytest.raises(Conflict, match="the budget is inactive"):
        await spend(one, id, part, 1)


async def test_an_older_server_that_leaves_the_stamp_is_noticed_by_its_entries(
    database: Database,
) -> None:
    books = Ledger.on(database)
    budget, (part,) = await books.budget(100, 100, **HARD)
    await spend(books, budget.budget.id, part, 10)
    async with database.write() as connection:
        for table in (budget_table, allocation_table):
            moved = {"used": units(95), "sequence": table.c.sequence + 1}
            await connection.execute(update(table).values(moved))
    with pytest.raises(Conflict, match="exceeds the `5`"):
        await spend(books, budget.budget.id, part, 6)
    await books.service.close()
