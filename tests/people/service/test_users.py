"""What people may do with people: within the own unit, and never with themselves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from placet.errors import Conflict, Forbidden, InvalidRequest, NotFound
from placet.kit.reading import read
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.user import User, UserFilter
from placet.people.core.visit import Visit
from placet.people.service import users
from placet.people.service.actors import actor_of
from placet.people.service.users import UserDraft
from support.people.units import person, plant
from support.server import Server

pytestmark = pytest.mark.anyio

MACHINE = Actor(ActorKind.APP_KEY, "placet-acme-A", frozenset(Permission))
TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme"}
UNA = person("una", "sales", ["Organizational Unit Admin"], email="una@acme.example")
ADMIN = actor_of(UNA)
PEOPLE = (UNA, person("vic", "design"), person("wim", "north"), person("yan", None))


def draft(**fields: Any) -> UserDraft:
    return read(UserDraft, fields)


async def put(server: Server, user_id: str, **fields: Any) -> User:
    changed = await users.put_user(
        server.desks.people, Visit("acme", ADMIN), user_id, draft(**fields)
    )
    return changed.user


async def everyone(server: Server, actor: Actor = MACHINE) -> dict[str, User]:
    page = await users.list_users(
        server.desks.people, Visit("acme", actor), UserFilter(), limit=99, after_id=None
    )
    return {user.user_id: user for user in page.entries}


async def test_a_person_sees_the_people_of_the_own_unit_and_below(server: Server) -> None:
    await plant(server.database, TREE, *PEOPLE)
    assert sorted(await everyone(server, ADMIN)) == ["una", "wim"]
    assert (
        await users.get_user(server.desks.people, Visit("acme", ADMIN), "wim")
    ).unit_id == "north"
    for hidden in ("vic", "yan", "nobody"):
        with pytest.raises(NotFound):
            await users.get_user(server.desks.people, Visit("acme", ADMIN), hidden)
    with pytest.raises(NotFound):
        await users.list_members(server.desks.people, Visit("acme", ADMIN), "design")


async def test_a_person_manages_the_people_of_the_own_unit(server: Server) -> None:
    await plant(server.database, TREE, *PEOPLE)
    assert (await put(server, "xia", unitId="north", roles=["Buyer"])).roles == {"Buyer"}
    assert (await put(server, "wim", unitId="sales")).roles == frozenset()
    await users.deactivate_user(server.desks.people, Visit("acme", ADMIN), "wim")
    added = await users.add_members(
        server.desks.people, Visit("acme", ADMIN), "sales", ["xia", "new"], force=True
    )
    assert (added.added, added.failed) == (("xia", "new"), ())
    await users.remove_members(server.desks.people, Visit("acme", ADMIN), "sales", ["xia"])
    found = await everyone(server)
    assert {name: (user.unit_id, user.active) for name, user in found.items()} == {
        "new": ("sales", True),
        "una": ("sales", True),
        "vic": ("design", True),
        "wim": ("sales", False),
        "xia": (None, True),
        "yan": (None, True),
    }


@pytest.mark.parametrize(
    ("user_id", "fields", "error"),
    [
        ("vic", {"unitId": "sales"}, Forbidden),
        ("yan", {"unitId": "sales"}, Forbidden),
        ("wim", {"unitId": "design"}, InvalidRequest),
        ("wim", {"unitId": "acme"}, InvalidRequest),
        ("wim", {}, Forbidden),
        ("new", {}, Forbidden),
        ("new", {"unitId": "design"}, InvalidRequest),
        ("wim", {"unitId": "north", "email": "una@ACME.example"}, Conflict),
    ],
)
async def test_a_person_changes_nobody_beyond_the_own_unit(
    server: Server, user_id: str, fields: dict[str, Any], error: type[Exception]
) -> None:
    await plant(server.database, TREE, *PEOPLE)
    before = await everyone(server)
    with pytest.raises(error):
        await put(server, user_id, **fields)
    assert await everyone(server) == before


async def test_nobody_beyond_the_own_unit_is_taken_into_it(server: Server) -> None:
    await plant(server.database, TREE, *PEOPLE)
    before = await everyone(server)
    everybody = ["una", "vic", "yan"]
    for force in (True, False):
        added = await users.add_members(
            server.desks.people, Visit("acme", ADMIN), "north", everybody, force=force
        )
        assert (added.added, added.failed) == ((), ("una", "vic", "yan"))
    with pytest.raises(NotFound):
        await users.add_members(
            server.desks.people, Visit("acme", ADMIN), "design", ["x"], force=True
        )
    with pytest.raises(NotFound):
        await users.remove_members(server.desks.people, Visit("acme", ADMIN), "design", ["vic"])
    with pytest.raises(NotFound):
        await users.deactivate_user(server.desks.people, Visit("acme", ADMIN), "vic")
    assert await everyone(server) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"roles": ["Organizational Unit Admin", "Order Approver"]},
        {"roles": []},
        {"unitId": "north"},
        {"active": False},
        {"canImpersonate": True},
    ],
)
async def test_nobody_gives_themselves_roles(server: Server, fields: dict[str, Any]) -> None:
    await plant(server.database, TREE, *PEOPLE)
    same = {"unitId": "sales", "roles": ["Organizational Unit Admin"]}
    with pytest.raises(Forbidden, match="nobody can change their own roles"):
        await put(server, "una", **same | fields)
    assert (await put(server, "una", **same, name="Una", email="una@x.example")).name == "Una"
    with pytest.raises(Forbidden):
        await users.deactivate_user(server.desks.people, Visit("acme", ADMIN), "una")
    with pytest.raises(Forbidden):
        await users.remove_members(server.desks.people, Visit("acme", ADMIN), "sales", ["una"])


async def test_racing_people_do_not_get_one_address(server: Server) -> None:
    await plant(server.database, TREE)
    wanted = draft(email="one@acme.example")
    outcomes = await asyncio.gather(
        *(
            users.put_user(server.desks.people, Visit("acme", MACHINE), str(n), wanted)
            for n in range(10)
        ),
        return_exceptions=True,
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(refusals) == 9
    assert all(isinstance(refusal, Conflict) for refusal in refusals), refusals
    assert len(await everyone(server)) == 1


async def test_racing_forces_leave_a_person_in_one_unit(server: Server) -> None:
    await plant(server.database, TREE, *PEOPLE)
    units = ["sales", "north", "design"] * 4
    await asyncio.gather(
        *(
            users.add_members(
                server.desks.people, Visit("acme", MACHINE), unit, ["wim", "new"], force=True
            )
            for unit in units
        )
    )
    members = [
        user.user_id
        for unit in TREE
        for user in await users.list_members(server.desks.people, Visit("acme", MACHINE), unit)
    ]
    assert sorted(members) == ["new", "una", "vic", "wim"]
