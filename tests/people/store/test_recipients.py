"""Who of a unit is written to."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.core.roles import Role
from placet.people.store.recipients import approvers_of_units
from support.people.units import person, plant

pytestmark = pytest.mark.anyio

PEOPLE = (
    person("d", "sales"),
    person("a", "sales"),
    person("b", "sales", active=False),
    person("c", "sales", ["Buyer"]),
    person("e", "sales"),
    person("f", "design"),
    person("g", None),
)


@pytest.mark.parametrize(("limit", "expected"), [(1, ["a"]), (2, ["a", "d"]), (9, ["a", "d", "e"])])
async def test_the_first_active_members_with_the_role_are_written_to(
    database: Database, limit: int, expected: list[str]
) -> None:
    await plant(database, {"sales": None, "design": None, "empty": None}, *PEOPLE)
    async with database.read() as connection:
        found = await approvers_of_units(
            connection, "acme", ["sales", "design", "empty"], [Role.ORDER_APPROVER],
            limit_each=limit,
        )  # fmt: skip
        others = await approvers_of_units(
            connection, "other", ["sales"], [Role.ORDER_APPROVER], limit_each=9
        )
    assert found == {"sales": expected, "design": ["f"]}
    assert others == {}
