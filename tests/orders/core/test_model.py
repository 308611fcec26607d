"""What an authorization keeps, also of what earlier versions stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from placet.orders.core.model import Authorization
from placet.people.core.actor import Actor, ActorKind
from support.orders.scene import Scene

RULES = [
    {
        "workflow Ask": {
            "when": "true",
            "every": True,
            "by": ["user ana", "user bob"],
            "remindAfter": "P1D",
            "escalateAfter": "P2D",
        }
    }
]


@pytest.fixture
def told() -> Scene:
    """An order that was reminded of, escalated, and accepted by a stand-in at its first level."""
    scene = Scene({"order": {}, "rules": RULES})
    for step in (
        {"wait": "P1D", "done": ["remind Ask level 1"]},
        {"wait": "P1D", "done": ["escalate Ask level 1"]},
        {"by": "bea for ana", "score": 10, "comment": "needed"},
    ):
        scene.authorization = scene.step(step)
    return scene


def test_every_line_of_history_says_who_by_kind_and_id(told: Scene) -> None:
    lines = [event.to_document() for event in told.authorization.history]
    said = [(line["who"], line["actorKind"], line["actorId"], line["onBehalfOf"]) for line in lines]
    assert said == [
        ("app key checkout", "app-key", "checkout", None),
        ("the service", "system", "placet", None),
        ("the service", "system", "placet", None),
        ("Bea for Ana", "user", "bea", "ana"),
    ]
    assert [line["after"] for line in lines] == ["pending"] * 4
    assert [line["before"] for line in lines] == [None, *["pending"] * 3]
    assert [(line["ruleId"], line["level"]) for line in lines] == [(None, None), *[("Ask", 0)] * 3]
    assert lines[-1]["note"] == "needed"


def test_an_approval_names_the_actor_and_the_person_stood_in_for(told: Scene) -> None:
    [approval] = told.authorization.approvals
    assert (approval.actor_id, approval.on_behalf_of, approval.level) == ("bea", "ana", 0)


def test_everything_survives_being_stored(told: Scene) -> None:
    document = json.loads(json.dumps(told.authorization.to_document()))
    assert Authorization.from_document(document) == told.authorization
    assert document["reminders"]
    assert document["escalations"]
    assert document["waits"]


def test_what_earlier_versions_stored_is_read(told: Scene) -> None:
    document: dict[str, Any] = json.loads(json.dumps(told.authorization.to_document()))
    for name in ("waits", "reminders", "escalations", "holds"):
        del document[name]
    for line in document["history"]:
        for name in ("actorKind", "actorId", "onBehalfOf", "dimensionId", "ruleId", "level"):
            del line[name]
    for approval in document["approvals"]:
        del approval["onBehalfOf"], approval["onBehalfOfLabel"]
    read = Authorization.from_document(document)
    assert read.history[-1].who == "Bea for Ana"
    assert read.history[-1].actor_id is None
    assert read.waiting_since("Rules", "Ask") == read.created_at
    assert read.requesters == {"buyer"}


@pytest.mark.parametrize(
    ("submitted_by", "requesters"),
    [("key ana", {"buyer"}), ("ana", {"buyer", "ana"}), ("buyer", {"buyer"})],
)
def test_an_order_is_from_the_buyer_and_from_who_submitted_it(
    submitted_by: str, requesters: set[str]
) -> None:
    scene = Scene({"order": {}, "rules": RULES, "submitted_by": submitted_by})
    assert scene.authorization.requesters == requesters


def test_an_actor_without_a_name_is_called_by_its_id() -> None:
    assert Actor(ActorKind.USER, "7").label == "user 7"
    assert Actor(ActorKind.APP_KEY, "7", name="Checkout").label == "Checkout"
