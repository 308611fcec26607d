"""What happened to an authorization, from the record that only grows."""

from __future__ import annotations

from dataclasses import dataclass

from placet.orders.core.record import Event
from placet.orders.store.authorizations import find_events
from placet.process import Service


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some lines of a history, each with its place in it, counted from 1; `next_place` continues
    after them (None: these were the last).
    """

    lines: list[tuple[int, Event]]
    next_place: int | None


async def read_history(
    service: Service, account: str, authorization_id: str, *, limit: int, after: int
) -> HistoryPage:
    """A page of an authorization's history, oldest first, from behind the line `after`; empty
    where there is no such authorization.
    """
    async with service.database.read() as connection:
        lines = await find_events(
            connection, account, authorization_id, after=after, limit=limit + 1
        )
    more = len(lines) > limit
    return HistoryPage(lines[:limit], lines[limit - 1][0] if more else None)
