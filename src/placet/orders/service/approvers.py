"""Whom a person may act as."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.orders.store.pending_approvals import ANYONE, approver_of_unit, approver_of_user
from placet.people.core.actor import APPROVE_ORDERS
from placet.people.core.visit import Visit
from placet.people.service.delegations import standing_in


async def approvers_of(connection: AsyncConnection, visit: Visit, now: int) -> list[str]:
    """Whom a person may act as now, by the names in `PendingRow.approver`: itself, its units, and
    those who have delegated to it; `now` in milliseconds since 1970.
    """
    delegators = [
        delegator.actor
        for delegator in await standing_in(connection, visit.account, visit.actor.id, now)
        if APPROVE_ORDERS in delegator.permissions
    ]
    names = [ANYONE]
    for person in (visit.actor, *delegators):
        names.append(approver_of_user(person.id))
        names += map(approver_of_unit, sorted(person.unit_ids))
    return list(dict.fromkeys(names))
