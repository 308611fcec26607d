"""People as actors, and how far they reach."""

from __future__ import annotations

import pytest

from placet.people.core.actor import Actor, ActorKind
from placet.people.core.user import User
from placet.people.service.actors import actor_of, reach_of, reaches
from support.people.units import person

MACHINE = Actor(ActorKind.APP_KEY, "placet-acme-A")


def test_a_person_acts_with_the_roles_permissions_in_the_own_unit() -> None:
    actor = actor_of(person("u", "sales", ["Buyer", "Order Approver"], email="u@acme.example"))
    assert (actor.kind, actor.id) == (ActorKind.USER, "u")
    assert actor.permissions == {"PlaceOrders", "ApproveOrders"}
    assert actor.unit_ids == {"sales"}
    assert actor.name == actor.label == "u@acme.example"
    assert actor_of(User(account="acme", user_id="u", name="Una", email="u@a")).name == "Una"


def test_an_inactive_person_may_do_nothing() -> None:
    assert actor_of(person("u", "sales", active=False)).permissions == frozenset()


@pytest.mark.parametrize(
    ("unit", "path", "within"),
    [
        ("sales", ("acme", "sales"), True),
        ("sales", ("acme", "sales", "north"), True),
        ("sales", ("acme",), False),
        ("sales", ("acme", "design"), False),
        ("sales", (), False),
        (None, ("acme",), False),
    ],
)
def test_a_person_reaches_the_own_unit_and_below(
    unit: str | None, path: tuple[str, ...], within: bool
) -> None:
    actor = actor_of(person("u", unit))
    assert reaches(actor, path) is within
    assert reach_of(actor) == ({unit} if unit else frozenset())


def test_a_machine_reaches_everything() -> None:
    assert reach_of(MACHINE) is None
    assert reaches(MACHINE, ())
