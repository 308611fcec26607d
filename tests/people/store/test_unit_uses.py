"""The people of a unit keep it from being deleted."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.core.unit import UnitUse
from placet.people.store.unit_uses import MEMBERS
from support.people.units import person, plant

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("units", "use"),
    [
        (["sales"], UnitUse("sales", "the person `ann` belongs to it")),
        (["empty", "sales"], UnitUse("sales", "the person `ann` belongs to it")),
        (["left"], None),
        (["empty"], None),
        ([], None),
    ],
)
async def test_active_members_need_their_unit(
    database: Database, units: list[str], use: UnitUse | None
) -> None:
    gone = person("bob", "left", active=False)
    await plant(
        database, {"sales": None, "left": None, "empty": None}, person("ann", "sales"), gone
    )
    async with database.read() as connection:
        assert await MEMBERS.find_unit_use(connection, "acme", units) == use
        assert await MEMBERS.find_unit_use(connection, "other", units) is None
