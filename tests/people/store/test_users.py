"""Storing people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from placet.database.database import Database
from placet.database.store_errors import is_write_conflict
from placet.people.core.user import User, UserFilter
from placet.people.store.users import (
    find_users,
    load_user,
    load_user_by_email,
    load_users,
    load_users_by_email,
    put_users,
    set_unit,
    users_of_units,
)
from support.people.units import person, plant

pytestmark = pytest.mark.anyio

TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme"}
UNA = person("una", "acme", email="Una@Acme.example")
VIC = person("vic", "sales", ["Buyer"], email="vic@acme.example")
WIM = person("wim", "north", ["Buyer", "Order Approver"])
XIA = person("xia", "north", active=False)
YAN = person("yan", None)
PEOPLE = (UNA, VIC, WIM, XIA, YAN)


async def test_a_person_comes_back_as_stored(database: Database) -> None:
    user = User(
        account="acme",
        user_id="ümlaut/1",
        email="Straße@x.example",
        name="Émile \U0001f600",
        unit_id="sales",
        roles=frozenset({'a "quoted" role', "Buyer"}),
        can_impersonate=True,
        active=False,
        created_at=1,
        changed_at=2,
    )
    await plant(database, {}, user)
    async with database.read() as connection:
        assert await load_user(connection, "acme", "ümlaut/1") == user
        assert await load_user_by_email(connection, "acme", "STRASSE@X.example") == user
        assert await load_user(connection, "acme", "x") is None
        assert await load_user(connection, "other", "ümlaut/1") is None
        assert await load_user_by_email(connection, "other", "straße@x.example") is None


async def test_storing_again_changes_all_but_the_time_of_creation(database: Database) -> None:
    await plant(database, {}, replace(UNA, created_at=5, changed_at=5))
    changed = replace(UNA, email=None, unit_id=None, name="U", created_at=9, changed_at=9)
    async with database.write() as connection:
        await put_users(connection, [changed])
        await put_users(connection, [])
    async with database.read() as connection:
        assert await load_user(connection, "acme", "una") == replace(changed, created_at=5)


async def test_two_people_of_an_account_cannot_have_one_address(database: Database) -> None:
    other = replace(VIC, account="other", email="una@acme.example")
    await plant(database, TREE, *PEOPLE)
    await plant(database, {}, other, account="other")
    with pytest.raises(IntegrityError) as caught:
        await plant(database, {}, replace(VIC, email="UNA@ACME.example"))
    assert is_write_conflict(caught.value)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (UserFilter(), "una vic wim xia yan"),
        (UserFilter(active=True), "una vic wim yan"),
        (UserFilter(active=False), "xia"),
        (UserFilter(unit_ids=["north", "acme", "x"]), "una wim xia"),
        (UserFilter(unit_ids=[]), ""),
        (UserFilter(within=["sales"]), "vic wim xia"),
        (UserFilter(within=["acme"], role="Buyer"), "vic wim"),
        (UserFilter(within=[]), ""),
        (UserFilter(email="una@ACME.EXAMPLE"), "una"),
        (UserFilter(email="una"), ""),
        (UserFilter(role="Order Approver", active=True), "una wim yan"),
        (UserFilter(role="Buyer", unit_ids=["north"]), "wim"),
        (UserFilter(role="%"), ""),
    ],
)
async def test_people_are_found_page_by_page(
    database: Database, wanted: UserFilter, found: str
) -> None:
    await plant(database, TREE, *PEOPLE)
    ids: list[str] = []
    async with database.read() as connection:
        while page := await find_users(
            connection, "acme", wanted, limit=2, after_id=ids[-1] if ids else None
        ):
            ids += [user.user_id for user in page]
        assert await find_users(connection, "other", wanted, limit=9) == []
    assert " ".join(ids) == found


async def test_people_are_found_by_many_ids_and_addresses_at_once(database: Database) -> None:
    await plant(database, TREE, *PEOPLE)
    noise = [str(number) for number in range(1_200)]
    async with database.read() as connection:
        assert await load_users(connection, "acme", [*noise, "xia", "una"]) == {
            "una": UNA,
            "xia": XIA,
        }
        found = await load_users_by_email(connection, "acme", [*noise, "VIC@acme.example"])
        assert found == {"vic@acme.example": VIC}
        assert await users_of_units(connection, "acme", [*noise, "north", "acme"]) == [UNA, WIM]


async def test_people_change_their_unit(database: Database) -> None:
    await plant(database, TREE, *PEOPLE)
    async with database.write() as connection:
        await set_unit(connection, "acme", ["una", "yan", "nobody"], "design", 7)
        await set_unit(connection, "acme", [], "design", 8)
    async with database.read() as connection:
        members = await users_of_units(connection, "acme", ["design"])
    assert [(user.user_id, user.changed_at) for user in members] == [("una", 7), ("yan", 7)]
