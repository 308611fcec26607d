"""What the use cases of people and units work with.

People know nothing of budgets, policies and orders, which know people: what these have to say when
people or units change is handed to the desk.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.kit.clock import Clock
from placet.people.core.fallen import Fallen
from placet.people.core.unit import UnitUse


class Follow(Protocol):
    """Brings what waits for people up to date."""

    async def __call__(
        self, connection: AsyncConnection, account: str, people: Collection[str] = (), /
    ) -> Fallen:
        """Called in the transaction that has changed who may approve or where a unit is; `people`
        are the ids of those whose roles or state have changed.
        """


class FindUnitUse(Protocol):
    """Looks for what needs units."""

    async def __call__(
        self, connection: AsyncConnection, account: str, unit_ids: Sequence[str], /
    ) -> UnitUse | None:
        """Something that needs one of these units, None where nothing does."""


@dataclass(frozen=True, slots=True)
class PeopleDesk:
    """Where people are kept, what time it is, who follows their changes, and who may need a unit,
    in the order in which they are asked.
    """

    database: Database
    clock: Clock
    follow: Follow
    unit_uses: tuple[FindUnitUse, ...]

    async def find_unit_use(
        self, connection: AsyncConnection, account: str, unit_ids: Sequence[str]
    ) -> UnitUse | None:
        """The first thing that needs one of these units and keeps it from being deleted."""
        for find in self.unit_uses:
            use = await find(connection, account, unit_ids)
            if use is not None:
                return use
        return None
