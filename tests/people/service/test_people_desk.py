"""Who is asked about a change of people and units."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.kit.clock import SystemClock
from placet.people.core.fallen import NOTHING_FELL, Fallen
from placet.people.core.unit import UnitUse
from placet.people.service.people_desk import FindUnitUse, PeopleDesk

pytestmark = pytest.mark.anyio


async def nobody_follows(
    _connection: AsyncConnection, _account: str, _people: Collection[str] = (), /
) -> Fallen:
    return NOTHING_FELL


def one_that_needs(unit_id: str, asked: list[str]) -> FindUnitUse:
    async def find(
        _connection: AsyncConnection, _account: str, unit_ids: Sequence[str], /
    ) -> UnitUse | None:
        asked.append(unit_id)
        return UnitUse(unit_id, "it is needed") if unit_id in unit_ids else None

    return find


async def test_those_who_may_need_a_unit_are_asked_in_turn_until_one_does(
    database: Database,
) -> None:
    asked: list[str] = []
    uses = tuple(one_that_needs(unit, asked) for unit in ("a", "b", "c"))
    desk = PeopleDesk(database, SystemClock(), nobody_follows, uses)
    async with database.read() as connection:
        assert await desk.find_unit_use(connection, "acme", ["c", "b"]) == UnitUse(
            "b", "it is needed"
        )
        assert asked == ["a", "b"]
        assert await desk.find_unit_use(connection, "acme", ["x"]) is None
