"""One small policy and the means to submit orders to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from placet.orders.core.model import Authorization
from placet.orders.core.submission import Submission
from placet.orders.core.submit import authorize
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.unit import Unit
from placet.policies.core.compiled import Policy, applicable, compile_rules
from placet.policies.core.model import Dimension

NOW = 1_760_000_000_000
PATH = (Unit(id="acme", name="Acme"), Unit(id="sales", name="Sales"))


def _rule(identity: str, expression: str, effect: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "name": identity.capitalize(),
        "priority": 1,
        "trigger": {
            "condition": {"expression": expression},
            "effect": {"effectType": effect, "description": f"because of {identity}"},
        },
        "scoreInterval": {"accept": 10, "deny": 5},
    } | fields


@pytest.fixture
def key() -> Actor:
    return Actor(ActorKind.APP_KEY, "checkout", frozenset({"ApproveOrders", "PlaceOrders"}))


@pytest.fixture
def policy() -> Policy:
    authorizers = [{"type": "Unit", "id": "sales"}, {"type": "user", "id": "cfo"}]
    data = {"requireAllApprovals": True, "authorizers": authorizers}
    ask = _rule("ask", "value > 50", 2, authorizationData=data)
    documents = [
        {"id": "trial", "rules": [_rule("low", "true", 2)], "shouldSimulate": True, "priority": 0},
        {"id": "sales", "rules": [_rule("cap", "value > 500", 1), ask], "unitId": "sales"},
        {"id": "root", "rules": [_rule("ban", "banned = true", 1)], "priority": 2},
    ]
    dimensions = [
        Dimension.model_validate(
            {
                "name": document["id"].capitalize(),
                "priority": 1,
                "requireAllRulesAcceptance": False,
                "ruleCollection": document["rules"],
            }
            | document
        )
        for document in documents
    ]
    return compile_rules(applicable(dimensions, PATH))


@pytest.fixture
def submit(policy: Policy, key: Actor) -> Callable[..., Authorization]:
    def submitted(order: dict[str, Any], **fields: Any) -> Authorization:
        document = {"order": {"orderId": "o-1"} | order, "userProfileId": "buyer"} | fields
        return authorize(
            Submission.model_validate(document),
            policy,
            authorization_id="a-1",
            account="acme",
            actor=key,
            now=NOW,
            clock=time.monotonic,
            unit_path=PATH,
        )

    return submitted
