"""What is looked up to say who may decide: no more than the rules that wait ask for."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.orders.core.reach import NO_REACH
from placet.orders.service.reach import deciding_reach, reader_reach
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.visit import Visit
from placet.policies.core.model import Authorizer, AuthorizerType
from support.orders.scene import NOW, Scene
from support.people.units import person, plant
from support.statements import statements

pytestmark = pytest.mark.anyio

KEY = Actor(ActorKind.APP_KEY, "checkout", frozenset({"ApproveOrders"}))
ANA = Actor(ActorKind.USER, "ana", frozenset({"ApproveOrders"}), frozenset({"top"}))
TREE = {"top": None, "sales": "top", "empty": "sales"}
TOP, SALES, USER = (
    Authorizer(type=AuthorizerType.UNIT, id="top"),
    Authorizer(type=AuthorizerType.UNIT, id="sales"),
    Authorizer(type=AuthorizerType.USER, id="ana"),
)


def order(*by: str, when: str = "true", escalate: bool = False) -> Scene:
    """An order that may wait for these authorizers."""
    ask = {"when": when, "by": list(by), "escalateAfter": "P1D"}
    scene = Scene({"order": {}, "rules": [{"workflow Ask": ask}]})
    if escalate:
        level = f"escalate Ask level {len(by)}"
        scene.authorization = scene.step({"wait": "P1D", "done": [level]})
    return scene


@pytest.fixture
async def staffed(database: Database) -> Database:
    """Ana in `top`, Sue and Sam in `sales`; nobody in `empty`."""
    people = [
        person("ana", "top", email="ana@acme.example"),
        person("sue", "sales", email="sue@acme.example"),
        person("sam", "sales", email=None),
        person("sid", "sales", email="sid@acme.example", active=False),
        person("sol", "sales", ["Buyer"], email="sol@acme.example"),
    ]
    await plant(database, TREE, *people)
    return database


@pytest.mark.parametrize(
    ("actor", "scene"),
    [
        (KEY, order("unit sales")),
        (KEY, order("user ana")),
        (ANA, order("unit sales", when="false")),
    ],
    ids=["a key", "a key for a person", "nothing waits"],
)
async def test_nothing_is_read_to_decide_what_needs_nothing(
    staffed: Database, actor: Actor, scene: Scene
) -> None:
    with statements() as seen:
        reach = await deciding_reach(
            staffed, Visit("acme", actor), scene.authorization, scene.policy, now=NOW
        )
    assert (reach, seen) == (NO_REACH, [])


async def test_nothing_is_read_to_show_a_key_what_waits_for_nobody_by_name(
    staffed: Database,
) -> None:
    shown = [(item.authorization, item.policy) for item in (order(), order(when="false"))]
    with statements() as seen:
        assert await reader_reach(staffed, Visit("acme", KEY), shown, now=NOW) == NO_REACH
    assert seen == []


async def test_units_without_approvers_have_stand_ins_and_addresses(staffed: Database) -> None:
    scene = order("unit empty", "unit sales", "user ana")
    shown = [(scene.authorization, scene.policy)]
    reach = await reader_reach(staffed, Visit("acme", ANA), shown, now=NOW)
    # the scene's own unit, `acme`, is not in the tree
    assert reach.fallbacks == {"empty": "sales", "acme": None}
    assert reach.emails == {
        TOP: (("ana", "ana@acme.example"),),
        SALES: (("sue", "sue@acme.example"),),
        USER: (("ana", "ana@acme.example"),),
    }


async def test_units_above_are_read_once_a_level_is_escalated(staffed: Database) -> None:
    for escalate, above in ((False, None), (True, "top")):
        scene = order("unit empty", escalate=escalate)
        reach = await deciding_reach(
            staffed, Visit("acme", ANA), scene.authorization, scene.policy, now=NOW
        )
        assert reach.approving_unit("empty") == "sales"
        assert reach.unit_above("empty") == above


async def test_many_orders_are_shown_with_as_many_statements_as_one(staffed: Database) -> None:
    counts = []
    for number in (1, 50):
        scenes = [order("unit empty", "user ana", "unit sales") for _ in range(number)]
        shown = [(scene.authorization, scene.policy) for scene in scenes]
        with statements() as seen:
            await reader_reach(staffed, Visit("acme", ANA), shown, now=NOW)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
