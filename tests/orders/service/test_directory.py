"""Who decides where nobody can."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.orders.core.reach import Few
from placet.orders.service.directory import unit_reach
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.visit import Visit
from placet.people.service.units import move_unit
from placet.people.store.units import StaffedUnit, load_staffed_units
from support.people.units import person, plant
from support.server import Server

pytestmark = pytest.mark.anyio

TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme", "solo": None}
ALL = (*TREE, "unknown")
APPROVER, BUYER, MANAGER = "Order Approver", "Buyer", "Buying Policy Manager"

# The people as unit → roles, and where the decisions of which unit go then.
CASES: dict[str, tuple[list[tuple[str, list[str]]], dict[str, str]]] = {
    "nobody at all": ([], {}),
    "somebody at the top": (
        [("acme", [APPROVER])],
        {"sales": "acme", "north": "acme", "design": "acme"},
    ),
    "the nearest, not the topmost": (
        [("acme", [APPROVER]), ("sales", [APPROVER])],
        {"north": "sales", "design": "acme"},
    ),
    "never downwards, never sideways": ([("north", [APPROVER]), ("solo", [APPROVER])], {}),
    "only those who may approve": (
        [("acme", [APPROVER, BUYER]), ("sales", [BUYER]), ("north", [MANAGER, BUYER])],
        {"sales": "acme", "north": "acme", "design": "acme"},
    ),
    "a role is not a part of another's name": (
        [("acme", [APPROVER]), ("sales", ["Chief Order Approver", 'x"Order Approver'])],
        {"sales": "acme", "north": "acme", "design": "acme"},
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_decisions_fall_to_the_nearest_unit_above(database: Database, case: str) -> None:
    people, expected = CASES[case]
    members = [person(str(n), unit, roles) for n, (unit, roles) in enumerate(people)]
    await plant(database, TREE, *members)
    async with database.read() as connection:
        own = {unit for unit, roles in people if APPROVER in roles}
        everywhere = {unit: expected.get(unit) for unit in ALL}
        of_others = {unit: above for unit, above in everywhere.items() if above or unit not in own}
        assert (await unit_reach(connection, "acme", ALL)).fallbacks == of_others
        assert (await unit_reach(connection, "acme", ["north"])).fallbacks == {
            unit: above for unit, above in of_others.items() if unit == "north"
        }
        assert (await unit_reach(connection, "acme", [])).fallbacks == {}
        assert (await unit_reach(connection, "other", ALL)).fallbacks == dict.fromkeys(ALL)


async def test_units_of_few_say_who_they_are_and_who_comes_after(database: Database) -> None:
    people = [
        ("1", "north"),
        ("2", "sales"),
        ("3", "sales"),
        *((str(n), "acme") for n in (4, 5, 6)),
    ]
    await plant(database, TREE, *(person(name, unit) for name, unit in people))
    async with database.read() as connection:
        reach = await unit_reach(connection, "acme", ["north", "design", "unknown"])
        above = await unit_reach(connection, "acme", ["sales"])
    assert reach.few == {
        "north": Few(frozenset("1"), "sales"),
        "sales": Few(frozenset("23"), "acme"),
    }
    assert above.few == {"sales": Few(frozenset("23"), "acme")}
    assert reach.fallbacks == {"design": "acme", "unknown": None}
    ways = {"": "north", "1": "sales", "2": "north", "12": "sales", "123": "acme"}
    assert {barred: reach.approving_unit("north", barred) for barred in ways} == ways


async def test_the_inactive_and_those_of_other_accounts_do_not_count(database: Database) -> None:
    await plant(database, {"acme": None}, person("1", "acme", account="other"), account="other")
    await plant(
        database,
        {"acme": None, "sales": "acme"},
        person("1", "sales", active=False),
        person("2", "acme"),
    )
    async with database.read() as connection:
        assert (await unit_reach(connection, "acme", ["sales"])).fallbacks == {"sales": "acme"}


async def test_a_role_with_wildcards_in_its_name_is_taken_literally(database: Database) -> None:
    await plant(database, {"acme": None, "sales": "acme"}, person("1", "acme", ["100% off_line"]))
    async with database.read() as connection:
        for role, found in [("100% off_line", True), ("100_ off%line", False), ("%", False)]:
            expected = {"sales": [StaffedUnit("acme", ("1",))]} if found else {}
            assert await load_staffed_units(connection, "acme", ["sales"], [role]) == expected


async def test_a_moved_unit_falls_to_those_above_its_new_place(server: Server) -> None:
    desks = server.desks
    await plant(desks.orders.database, TREE, person("1", "acme"), person("2", "solo"))
    machine = Actor(ActorKind.APP_KEY, "k", frozenset(Permission))
    await move_unit(desks.people, Visit("acme", machine), "sales", "solo")
    async with desks.orders.database.read() as connection:
        assert (await unit_reach(connection, "acme", ["north", "design"])).fallbacks == {
            "north": "solo",
            "design": "acme",
        }
