"""The audit of the books."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from placet.budgets.service.audit import verify_books
from placet.budgets.service.movements import post_transaction
from placet.budgets.store.tables import allocation_table, ledger_entry_table
from placet.database.database import Database
from placet.people.core.visit import OPERATOR
from support.budgets.service import Ledger, debit, entered, units

pytestmark = pytest.mark.anyio


async def test_the_audit_names_the_first_difference(database: Database) -> None:
    books = Ledger.on(database)
    view, (part,) = await books.budget(100, 60)
    await post_transaction(books.service, entered(books.context), view.budget.id, part, debit(10))
    assert await verify_books(database, OPERATOR, account="other") == await verify_books(
        database, OPERATOR, account="nobody"
    )
    async with database.write() as connection:
        await connection.execute(update(allocation_table).values(used=allocation_table.c.used + 1))
    result = await verify_books(database, OPERATOR)
    assert result.difference is not None
    assert "`used` of the allocation" in result.difference
    assert "is 10.0001, but the entries add up to 10" in result.difference
    async with database.write() as connection:
        await connection.execute(update(allocation_table).values(used=units(10)))
        changed = ledger_entry_table.c.kind == "DEBIT"
        await connection.execute(
            update(ledger_entry_table).where(changed).values(balance_after=units(1))
        )
    result = await verify_books(database, OPERATOR)
    assert result.difference is not None
    assert "entry 3: the balance after it is 1, but" in result.difference
    await books.service.close()
