"""How those who act are called, and who acts for another one."""

from __future__ import annotations

import pytest

from placet.people.core.actor import SERVICE, Actor, ActorKind, Delegator


@pytest.mark.parametrize(
    ("actor", "label"),
    [
        (Actor(ActorKind.USER, "7"), "user 7"),
        (Actor(ActorKind.USER, "7", name="Ann"), "Ann"),
        (Actor(ActorKind.APP_KEY, "placet-acme-A"), "app key placet-acme-A"),
        (Actor(ActorKind.APP_KEY, "placet-acme-A", name="Checkout"), "Checkout"),
        (Actor(ActorKind.SYSTEM, "operator", name="the operator"), "the operator"),
        (SERVICE, "the service"),
    ],
)
def test_whoever_acts_is_called_by_name_else_by_id(actor: Actor, label: str) -> None:
    assert actor.label == label


def test_a_delegator_is_a_person_with_the_own_rights() -> None:
    delegator = Delegator("ann", "Ann", frozenset({"sales"}), frozenset({"ApproveOrders"}))
    assert delegator.actor == Actor(
        ActorKind.USER, "ann", frozenset({"ApproveOrders"}), frozenset({"sales"}), "Ann"
    )
