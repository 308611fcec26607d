"""It is told who holds a level instead of the one who is listed, and why."""

from __future__ import annotations

from typing import Any

import pytest

from placet.orders.core.standing import level_documents, why_not_authorized
from placet.people.core.actor import Actor, ActorKind
from support.orders.scene import Scene


def scene(by: list[str], **more: Any) -> Scene:
    rules = [{"workflow Ask": {"when": "true", "every": True, "by": by}}]
    return Scene({"path": "Acme / Lab", "order": {}, "rules": rules} | more)


@pytest.mark.parametrize(
    ("by", "more", "held", "why"),
    [
        ("user ana", {}, {"type": "user", "id": "ana"}, None),
        ("unit lab", {}, {"type": "unit", "id": "lab"}, None),
        (
            "user ana",
            {"unable": {"ana": "is inactive"}},
            {"type": "unit", "id": "acme"},
            "the approvers of unit `Acme` stand in: user `ana` is inactive",
        ),
        (
            "user buyer",
            {},
            {"type": "unit", "id": "acme"},
            "the approvers of unit `Acme` stand in: user `buyer` is the requester of the order",
        ),
        (
            "unit lab",
            {"fallbacks": {"lab": "acme"}},
            {"type": "unit", "id": "acme"},
            "the approvers of unit `Acme` stand in: nobody of unit `lab` can decide it",
        ),
        (
            "unit lab",
            {"fallbacks": {"lab": None, "acme": None}},
            None,
            "nobody can decide it: nobody of unit `lab` can decide it, nor of one above it, and"
            " nobody stands in up to the root",
        ),
    ],
)
def test_a_level_says_who_holds_it_and_why(
    by: str, more: dict[str, Any], held: dict[str, str] | None, why: str | None
) -> None:
    on = scene([by], **more)
    dimension = on.policy.dimensions[0].dimension
    [told] = level_documents(on.authorization, dimension, dimension.rule_collection[0], on.reach)
    assert (told["level"], told["heldBy"], told["because"]) == (0, held, why)


def test_who_is_not_among_the_authorizers_is_told_so_by_name() -> None:
    on = scene(["user ana"])
    dimension = on.policy.dimensions[0].dimension
    who = Actor(ActorKind.USER, "bob", frozenset({"ApproveOrders"}))
    told = why_not_authorized(
        on.authorization, dimension, dimension.rule_collection[0], who, on.reach
    )
    assert told == f"{who.label} is not among the authorizers of rule `Ask`"
