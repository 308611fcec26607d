"""How far people reach in what belongs to units."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.errors import Forbidden, NotFound
from placet.people.core.user import User
from placet.people.core.visit import Visit, operator_of
from placet.people.service.actors import actor_of
from placet.people.service.scope import check_unit, check_whole_account
from support.people.units import person, plant

pytestmark = pytest.mark.anyio

ONE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme"}
TWO = {**ONE, "solo": None}
UNITS = ("acme", "sales", "north", "design", "nowhere")


def visit_of(user: User) -> Visit:
    return Visit("acme", actor_of(user), user)


async def reached(database: Database, visit: Visit) -> list[str]:
    found = []
    for unit in UNITS:
        try:
            await check_unit(database, visit, unit)
        except NotFound as error:
            assert error.message == f"there is no organization unit `{unit}`"
        else:
            found.append(unit)
    return found


@pytest.mark.parametrize(
    ("unit", "expected"), [("sales", ["sales", "north"]), ("north", ["north"]), (None, [])]
)
async def test_a_person_reaches_the_own_unit_and_those_below(
    database: Database, unit: str | None, expected: list[str]
) -> None:
    await plant(database, TWO)
    assert await reached(database, visit_of(person("ann", unit))) == expected


async def test_whoever_is_above_all_reaches_what_is_of_no_unit_too(database: Database) -> None:
    await plant(database, ONE)
    boss = visit_of(person("boss", "acme"))
    assert await reached(database, boss) == list(UNITS)
    await check_whole_account(database, boss)
    assert await reached(database, operator_of("acme")) == list(UNITS)


@pytest.mark.parametrize(("parents", "unit"), [(TWO, "acme"), (ONE, "sales"), (ONE, None)])
async def test_what_concerns_all_is_not_for_a_person_with_units_beside_or_above(
    database: Database, parents: dict[str, str | None], unit: str | None
) -> None:
    await plant(database, parents)
    with pytest.raises(Forbidden, match="whole account"):
        await check_whole_account(database, visit_of(person("ann", unit)))
    await check_whole_account(database, operator_of("acme"))
