"""The tree under random changes, racing changes, and in the hands of people."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placet.errors import Forbidden, InvalidRequest, NotFound
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.visit import Visit
from placet.people.service import units
from placet.people.service.actors import actor_of
from placet.people.store.accounts import ensure_account
from placet.people.store.unit_tree import MAX_UNIT_DEPTH, load_unit_path
from placet.people.store.units import UnitRow, load_units
from placet.settings import Settings
from support.people.units import person, plant
from support.server import Server, running

MACHINE = Actor(ActorKind.APP_KEY, "placet-acme-A", frozenset(Permission))
TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme", "solo": None}

numbers = st.integers(0, 30)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("create"), numbers, numbers),
        st.tuples(st.just("move"), numbers, numbers),
        st.tuples(st.sampled_from(["delete", "prune"]), numbers, st.just(0)),
    ),
    max_size=25,
)


class NaiveTree:
    """The tree as a dictionary from child to parent."""

    def __init__(self) -> None:
        self.parents: dict[str, str | None] = {}

    def path(self, unit: str | None) -> list[str]:
        path: list[str] = []
        while unit is not None:
            assert unit not in path, "a cycle"
            path.insert(0, unit)
            unit = self.parents[unit]
        return path

    def below(self, unit: str) -> list[str]:
        """The unit and all below it."""
        return [other for other in self.parents if unit in self.path(other)]

    def pick(self, number: int) -> str | None:
        """One of the units, or none."""
        choices = [None, *sorted(self.parents)]
        return choices[number % len(choices)]


async def change(server: Server, account: str, tree: NaiveTree, step: tuple[str, int, int]) -> None:
    """Do one step to both, and make sure that the service refuses what it has to."""
    desks, (kind, first, second) = server.desks, step
    unit, parent = tree.pick(first), tree.pick(second)
    if kind == "create":
        made = await units.create_unit(
            desks.people, Visit(account, MACHINE), f"Unit {first}", parent
        )
        tree.parents[made.id] = parent
        assert list(made.path) == tree.path(made.id)
    elif unit is None:
        return
    elif kind == "move":
        if unit in tree.path(parent):
            with pytest.raises(InvalidRequest, match="below itself"):
                await units.move_unit(desks.people, Visit(account, MACHINE), unit, parent)
        else:
            moved = (
                await units.move_unit(desks.people, Visit(account, MACHINE), unit, parent)
            ).unit
            tree.parents[unit] = parent
            assert list(moved.path) == tree.path(unit)
    elif kind == "delete" and len(tree.below(unit)) > 1:
        with pytest.raises(InvalidRequest, match="units below it"):
            await units.delete_unit(desks.people, Visit(account, MACHINE), unit, cascade=False)
    else:
        await units.delete_unit(
            desks.people, Visit(account, MACHINE), unit, cascade=kind == "prune"
        )
        for gone in tree.below(unit):
            del tree.parents[gone]


async def play(url: str, steps: list[tuple[str, int, int]]) -> None:
    account, tree = uuid4().hex, NaiveTree()
    async with running(Settings(database_url=url, outbox_worker=False)) as server:
        async with server.database.write() as connection:
            await ensure_account(connection, account, 1)
        for step in steps:
            await change(server, account, tree, step)
        async with server.database.read() as connection:
            stored = {unit.id: unit.parent_id for unit in await load_units(connection, account)}
            assert stored == tree.parents
            for unit in stored:
                path = await load_unit_path(connection, account, unit)
                assert [step.id for step in path] == tree.path(unit)
        for unit in stored:
            below = await units.list_children(
                server.desks.people, Visit(account, MACHINE), unit, deep=True
            )
            assert {unit, *(item.id for item in below)} == set(tree.below(unit))
            assert all(list(item.path) == tree.path(item.id) for item in below)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=changes)
def test_the_tree_does_what_a_dictionary_would(
    sqlite_template: Path, tmp_path: Path, steps: list[tuple[str, int, int]]
) -> None:
    file = tmp_path / "placet.sqlite3"
    if not file.exists():
        shutil.copy(sqlite_template, file)
    asyncio.run(play(f"sqlite:///{file}", steps))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=changes)
def test_the_tree_does_what_a_dictionary_would_on_postgresql(
    postgres_database_url: str, steps: list[tuple[str, int, int]]
) -> None:
    asyncio.run(play(postgres_database_url, steps))


@pytest.fixture
async def two_servers(database_url: str) -> AsyncIterator[list[Server]]:
    """Two processes' worth of state on one database."""
    async with AsyncExitStack() as stack:
        chosen = Settings(database_url=database_url, outbox_worker=False)
        yield [await stack.enter_async_context(running(chosen)) for _ in range(2)]


@pytest.mark.anyio
async def test_racing_moves_never_make_a_cycle(two_servers: list[Server]) -> None:
    names = [f"u{number}" for number in range(6)]
    await plant(two_servers[0].desks.orders.database, dict.fromkeys(names))
    for turn in range(10):
        moves = [
            units.move_unit(
                server.desks.people, Visit("acme", MACHINE), unit, names[(at + turn + 1) % 6]
            )
            for server in two_servers
            for at, unit in enumerate(names)
            if (at + turn + 1) % 6 != at
        ]
        outcomes = await asyncio.gather(*moves, return_exceptions=True)
        refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert all(isinstance(refusal, InvalidRequest) for refusal in refusals), refusals
        tree = NaiveTree()
        async with two_servers[0].desks.orders.database.read() as connection:
            stored = await load_units(connection, "acme")
        tree.parents = {unit.id: unit.parent_id for unit in stored}
        assert all(tree.path(unit) for unit in names)


@pytest.mark.anyio
async def test_a_move_in_one_server_counts_for_the_next_order_in_another(
    two_servers: list[Server],
) -> None:
    one, other = two_servers
    await plant(one.desks.orders.database, TREE)
    async with one.client() as near, other.client() as far:
        await near.create_dimension(unitId="solo")
        assert (await far.submit("o-1", unitId="north"))["status"] == "accepted"
        await units.move_unit(one.desks.people, Visit("acme", MACHINE), "sales", "solo")
        assert (await far.submit("o-2", unitId="north"))["status"] == "pending"
        assert (await near.submit("o-3", unitId="north"))["status"] == "pending"


@pytest.mark.anyio
async def test_the_depth_of_the_tree_is_bounded(server: Server) -> None:
    desks = server.desks
    chain = {"u1": None} | {f"u{n}": f"u{n - 1}" for n in range(2, MAX_UNIT_DEPTH + 1)}
    await plant(desks.orders.database, {**chain, "top": None, "pair": None, "leaf": "pair"})
    deepest, above = f"u{MAX_UNIT_DEPTH}", f"u{MAX_UNIT_DEPTH - 1}"
    path = (await units.get_unit(desks.people, Visit("acme", MACHINE), deepest)).path
    assert list(path) == list(chain)
    with pytest.raises(InvalidRequest, match="at most 100 levels"):
        await units.create_unit(desks.people, Visit("acme", MACHINE), "Deeper", deepest)
    for unit, parent in [("u1", "top"), ("top", deepest), ("pair", above)]:
        with pytest.raises(InvalidRequest, match="at most 100 levels"):
            await units.move_unit(desks.people, Visit("acme", MACHINE), unit, parent)
    assert (
        len((await units.move_unit(desks.people, Visit("acme", MACHINE), "leaf", above)).unit.path)
        == 100
    )
    every = await units.list_children(desks.people, Visit("acme", MACHINE), "u1", deep=True)
    assert len(every) == MAX_UNIT_DEPTH


ADMIN = actor_of(person("una", "sales", ["Organizational Unit Admin"]))
NOBODY = actor_of(person("yan", None, ["Organizational Unit Admin"]))


@pytest.mark.anyio
async def test_a_person_sees_the_own_unit_and_below(server: Server) -> None:
    desks = server.desks
    people = [person("una", "sales"), person("wim", "north"), person("vic", "design")]
    await plant(desks.orders.database, TREE, *people)

    async def seen(actor: Actor) -> tuple[list[str], list[str]]:
        found = await units.search_units(
            desks.people, Visit("acme", actor), "", page=1, page_size=99
        )
        roots = await units.list_roots(desks.people, Visit("acme", actor))
        return [unit.id for unit in found], [unit.id for unit in roots]

    assert await seen(MACHINE) == (sorted(TREE), ["acme", "solo"])
    assert await seen(ADMIN) == (["north", "sales"], ["sales"])
    assert await seen(NOBODY) == ([], [])
    assert (await units.get_unit(desks.people, Visit("acme", ADMIN), "north")).path[0] == "acme"
    assert (await units.get_unit_of_user(desks.people, Visit("acme", ADMIN), "wim")).id == "north"
    for hidden in ("acme", "design", "solo"):
        with pytest.raises(NotFound):
            await units.get_unit(desks.people, Visit("acme", ADMIN), hidden)
        with pytest.raises(NotFound):
            await units.list_children(desks.people, Visit("acme", ADMIN), hidden, deep=False)
    with pytest.raises(NotFound):
        await units.get_unit_of_user(desks.people, Visit("acme", ADMIN), "vic")


@pytest.mark.anyio
async def test_a_person_changes_nothing_outside_the_own_unit(server: Server) -> None:
    desks = server.desks
    await plant(desks.orders.database, TREE)
    west = await units.create_unit(desks.people, Visit("acme", ADMIN), "West", "sales")
    moved = (await units.move_unit(desks.people, Visit("acme", ADMIN), west.id, "north")).unit
    assert moved.path == ("acme", "sales", "north", west.id)
    await units.rename_unit(desks.people, Visit("acme", ADMIN), "north", "Far north")
    await units.delete_unit(desks.people, Visit("acme", ADMIN), west.id, cascade=False)
    for unit, parent in [("north", "design"), ("design", "sales"), ("acme", "solo")]:
        with pytest.raises(NotFound):
            await units.move_unit(desks.people, Visit("acme", ADMIN), unit, parent)
    with pytest.raises(Forbidden):
        await units.move_unit(desks.people, Visit("acme", ADMIN), "north", None)
    with pytest.raises(Forbidden):
        await units.create_unit(desks.people, Visit("acme", ADMIN), "Root", None)
    with pytest.raises(NotFound):
        await units.create_unit(desks.people, Visit("acme", ADMIN), "Sister", "acme")
    for hidden in ("acme", "design"):
        with pytest.raises(NotFound):
            await units.rename_unit(desks.people, Visit("acme", ADMIN), hidden, "Mine")
        with pytest.raises(NotFound):
            await units.delete_unit(desks.people, Visit("acme", ADMIN), hidden, cascade=True)
    async with desks.orders.database.read() as connection:
        stored = await load_units(connection, "acme")
    titles = {unit: unit.title() for unit in TREE} | {"north": "Far north"}
    assert stored == [UnitRow(unit, titles[unit], TREE[unit]) for unit in sorted(TREE)]
