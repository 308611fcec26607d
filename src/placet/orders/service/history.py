"""What happened to an authorization, from the record that only grows."""

from __future__ import annotations

from dataclasses import dataclass

from placet.orders.core.record import Event
from placet.orders.service.order_desk import OrderDesk
from placet.orders.service.visibility import get_visible
from placet.orders.store.authorizations import find_events
from placet.people.core.permissions import VIEWING_ORDERS
from placet.people.core.visit import Visit, permitted


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some lines of a history, each with its place in it, counted from 1; `next_place` continues
    after them (None: these were the last).
    """

    lines: list[tuple[int, Event]]
    next_place: int | None


@permitted(VIEWING_ORDERS)
async def read_history(
    desk: OrderDesk, visit: Visit, authorization_id: str, *, limit: int, after: int
) -> HistoryPage:
    """A page of an authorization's history, oldest first, from behind the line `after`. Raises
    NotFound, also where the visitor may not see it.
    """
    await get_visible(desk, visit, authorization_id)
    async with desk.database.read() as connection:
        lines = await find_events(
            connection, visit.account, authorization_id, after=after, limit=limit + 1
        )
    more = len(lines) > limit
    return HistoryPage(lines[:limit], lines[limit - 1][0] if more else None)
