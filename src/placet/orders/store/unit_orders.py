"""The orders that wait for a unit, which keep it from being deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.tables import authorization_table
from placet.orders.store.pending_approval_tables import pending_approval_table
from placet.people.core.unit import UnitUse

# Beyond that nobody counts.
_MANY: Final = 1_000
_ROWS: Final = 5


async def find_waiting_order(
    connection: AsyncConnection, account: str, unit_ids: Sequence[str]
) -> UnitUse | None:
    """Orders whose kept rules wait for one of the units, whatever the rules are today."""
    waiting, orders = pending_approval_table.c, authorization_table.c
    of_units = (waiting.account == account, among(waiting.listed_unit_id, unit_ids))
    query = (
        select(waiting.listed_unit_id, orders.order_id)
        .join_from(
            pending_approval_table,
            authorization_table,
            (waiting.account == orders.account)
            & (waiting.authorization_id == orders.authorization_id),
        )
        .where(*of_units)
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    # An order waits with a row for each of its levels and rules; some more rows than that.
    some = select(waiting.authorization_id).where(*of_units).limit(_ROWS * _MANY).subquery()
    orders_waiting = func.count(distinct(some.c.authorization_id))
    number = await connection.scalar(select(orders_waiting).select_from(some)) or 1
    if number == 1:
        what = f"the order `{row.order_id}` waits for it; decide it or have it judged again"
    else:
        told = f"more than {_MANY}" if number > _MANY else str(number)
        what = (
            f"{told} orders such as `{row.order_id}` wait for it; decide them or have them judged"
            " again"
        )
    return UnitUse(row.listed_unit_id, what)
