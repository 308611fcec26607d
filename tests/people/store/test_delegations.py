"""Delegations in the database: never changed but ended, each with its record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.delegation import Delegation, DelegationEvent, DelegationFilter
from placet.people.store.delegations import (
    delegations_in_force,
    delegations_to_come,
    end_delegation,
    find_delegations,
    insert_delegation,
    load_delegation,
    load_records,
)
from support.people.units import person, plant

pytestmark = pytest.mark.anyio

TREE = {"acme": None, "sales": "acme", "solo": None}
PEOPLE = (person("ann", "sales"), person("bob", "acme"), person("cid", "solo"))
MADE = [
    Delegation(
        account="acme", delegation_id=f"d{number}", delegator_id=delegator, delegate_id=delegate,
        from_at=from_at, until_at=until_at, created_at=1,
    )
    for number, (delegator, delegate, from_at, until_at) in enumerate(
        [("ann", "bob", 10, 20), ("ann", "cid", 15, 30), ("cid", "bob", 40, 50)]
    )
]  # fmt: skip
ANN = Actor(ActorKind.USER, "ann", name="Ann")


async def stored(connection: AsyncConnection) -> None:
    for delegation in MADE:
        await insert_delegation(connection, delegation, DelegationEvent.by(ANN, 1, "delegated"))


def ids(found: list[Delegation]) -> list[str]:
    return [item.delegation_id for item in found]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DelegationFilter(), ["d2", "d1", "d0"]),
        (DelegationFilter(delegator_id="ann"), ["d1", "d0"]),
        (DelegationFilter(delegate_id="bob"), ["d2", "d0"]),
        (DelegationFilter(person_id="cid"), ["d2", "d1"]),
        (DelegationFilter(person_id="x", within=["sales"]), ["d1", "d0"]),
        (DelegationFilter(person_id="x", within=["acme"]), ["d2", "d1", "d0"]),
        (DelegationFilter(in_force_at=15), ["d1", "d0"]),
        (DelegationFilter(in_force_at=20), ["d1"]),
        (DelegationFilter(delegator_id="ann", in_force_at=10), ["d0"]),
    ],
)
async def test_filters_must_all_match(
    database: Database, wanted: DelegationFilter, expected: list[str]
) -> None:
    await plant(database, TREE, *PEOPLE)
    async with database.write() as connection:
        await stored(connection)
    async with database.read() as connection:
        every = await find_delegations(connection, "acme", wanted, limit=9)
        first = await find_delegations(connection, "acme", wanted, limit=1)
        rest = await find_delegations(
            connection, "acme", wanted, limit=9, before_id=first[0].delegation_id
        )
    assert ids(every) == expected
    assert ids([*first, *rest]) == expected


async def test_what_is_in_force_is_found_from_both_sides(database: Database) -> None:
    await plant(database, TREE, *PEOPLE)
    async with database.write() as connection:
        await stored(connection)
        by_ann = await delegations_in_force(connection, "acme", 15, delegators=["ann", "bob"])
        to_bob = await delegations_in_force(connection, "acme", 15, delegates=["bob"])
        nobody = await delegations_in_force(connection, "acme", 15, delegates=[])
        to_come = await delegations_to_come(connection, "acme", "bob", 20, limit=9)
    assert (ids(by_ann), ids(to_bob), nobody) == (["d0", "d1"], ["d0"], [])
    assert ids(to_come) == ["d2"]


async def test_an_end_is_one_more_line_of_the_record(database: Database) -> None:
    await plant(database, TREE, *PEOPLE)
    ended = DelegationEvent.by(ANN, 12, "ended")
    async with database.write() as connection:
        await stored(connection)
        await end_delegation(connection, MADE[0], ended)
        found = await load_delegation(connection, "acme", "d0", lock=True)
        records = await load_records(connection, "acme", ["d0", "d1", "nothing"])
        in_force = await delegations_in_force(connection, "acme", 15, delegators=["ann"])
        assert await load_delegation(connection, "other", "d0") is None
    assert found == replace(MADE[0], ended_at=12)
    assert {id: [event.what for event in record] for id, record in records.items()} == {
        "d0": ["delegated", "ended"],
        "d1": ["delegated"],
    }
    assert ids(in_force) == ["d1"]
