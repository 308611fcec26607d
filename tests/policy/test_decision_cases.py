"""Runs `cases/*.yaml`: an order, rules, and what must come of it.

A case holds `order`, either `rules` (one dimension of the root unit) or `dimensions`, and what is
expected:

    expect: denied by Cap            the outcome, and the rule that decided or is waited for first
    reason: …                        the whole sentence
    states: {Cap: denied, …}         per rule: a status, a result, `error CODE`, or `not reached`
    dimensions_end: {Sales: …}       per dimension: its status, `open`, or `not reached`
    then: [{by, score, rule, …}]     callbacks, one after the other, each with its own expectations

A rule is `effect Name: expression`, or with an object instead of the expression for anything beyond
it. `path` is the buyer's unit path by name; a unit's id is its name in lower case.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.authorization.callback import Callback, decide
from placet.authorization.model import Actor, ActorKind, Authorization
from placet.authorization.reach import Reach
from placet.authorization.submission import Submission
from placet.authorization.submit import authorize
from placet.errors import PlacetError
from placet.policy.compiled import Policy, applicable, compile_rules
from placet.policy.model import AccountSettings, Dimension, Unit
from placet.policy.trace import DimensionTrace, Outcome, RuleTrace

NOW = 1_760_000_000_000
EFFECTS = {"bypass": 0, "deny": 1, "workflow": 2}


def load_cases() -> list[Any]:
    """Every case of every file, named `file: name`."""
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
        for case in yaml.safe_load(file.read_text())
    ]


def rule_document(position: int, rule: dict[str, Any]) -> dict[str, Any]:
    [(title, told)] = rule.items()
    effect, _, name = title.partition(" ")
    told = {"when": told} if isinstance(told, str) else told
    document = {
        "id": name,
        "name": name,
        "priority": told.get("priority", position),
        "trigger": {
            "condition": {"expression": told["when"]},
            "effect": {"effectType": EFFECTS[effect], "description": told.get("effect", "")},
        },
        "scoreInterval": {"accept": told.get("accept", 10), "deny": told.get("deny", 5)},
        "timeout": told.get("timeout", 0),
    }
    if "by" in told:
        pairs = [authorizer.split() for authorizer in told["by"]]
        document["authorizationData"] = {
            "requireAllApprovals": told.get("every", False),
            "authorizers": [{"type": kind, "id": name} for kind, name in pairs],
        }
    return document


def dimension(position: int, told: dict[str, Any], root: str | None) -> Dimension:
    name = told["name"]
    rules = enumerate(told["rules"], start=1)
    return Dimension.model_validate(
        {
            "id": told.get("id", name),
            "name": name,
            "unitId": told.get("unit", root),
            "priority": told.get("priority", 1),
            "createdAt": told.get("created", position),
            "requireAllRulesAcceptance": told.get("all", False),
            "shouldSimulate": told.get("simulated", False),
            "ruleCollection": [rule_document(number, rule) for number, rule in rules],
        }
    )


def actor(name: str) -> Actor:
    """`key app-1`, `ana of sales, north`, or `ana`; `unable …` has no permission."""
    permissions = frozenset() if name.startswith("unable ") else frozenset({"ApproveOrders"})
    who, _, units = name.removeprefix("unable ").partition(" of ")
    if who.startswith("key "):
        return Actor(ActorKind.APP_KEY, who.removeprefix("key "), permissions)
    members = frozenset(units.replace(",", " ").split())
    return Actor(ActorKind.USER, who, permissions, members, who.capitalize())


class Scene:
    """One case under way."""

    def __init__(self, case: dict[str, Any]) -> None:
        names = case.get("path", "Acme").split(" / ")
        self.path = tuple(Unit(id=name.lower(), name=name) for name in names)
        self.settings = AccountSettings.model_validate(case.get("settings", {}))
        told = case.get("dimensions") or [{"name": "Rules", "rules": case["rules"]}]
        root = None if "dimensions" in case else names[0].lower()
        dimensions = [dimension(index, item, root) for index, item in enumerate(told)]
        self.policy: Policy = compile_rules(applicable(dimensions, self.path, self.settings))
        self.reach = Reach(fallbacks=case.get("fallbacks", {}))
        self.now = NOW
        submission = {"order": {"orderId": "o-1"} | case["order"], "userProfileId": "buyer"}
        self.authorization = authorize(
            Submission.model_validate(submission),
            self.policy,
            authorization_id="a-1",
            account="acme",
            actor=actor("key checkout"),
            now=self.now,
            clock=time.monotonic,
            unit_path=self.path,
            settings=self.settings,
            budget_data=case.get("budgetData"),
        )

    def call_back(self, step: dict[str, Any]) -> Authorization:
        self.now += 1000
        rule_id = step.get("rule", self.authorization.rule_id)
        home = next(
            (
                item.dimension_id
                for item in self.authorization.dimensions
                if item.rule(rule_id) is not None
            ),
            "nowhere",
        )
        params = {
            "score": step["score"],
            "dimensionId": step.get("dimension", home),
            "ruleId": rule_id,
            "comment": step.get("comment"),
        }
        return decide(
            self.authorization,
            self.policy,
            Callback.model_validate(params),
            actor=actor(step["by"]),
            now=self.now,
            clock=time.monotonic,
            reach=self.reach,
            budget_data=step.get("budgetData"),
        )


def rule_state(rule: RuleTrace) -> str:
    if rule.review and rule.status is not None and rule.error is not None:
        return f"{'review' if rule.status == 'pending' else rule.status} {rule.error.code}"
    if rule.status is not None:
        return rule.status.value
    if rule.error is not None:
        return f"error {rule.error.code}"
    if rule.fired:
        return "fired"
    return rule.result.value if rule.result else "not reached"


def dimension_state(item: DimensionTrace) -> str:
    if not item.reached:
        return "not reached"
    return Outcome(item.status).value if item.status else "open"


def check(authorization: Authorization, told: dict[str, Any]) -> None:
    if "expect" in told:
        by = f" by {authorization.rule_id}" if authorization.rule_id else ""
        assert f"{authorization.status.value}{by}" == told["expect"], authorization.reason
    if "reason" in told:
        assert authorization.reason == told["reason"]
    states = {
        rule.rule_id: rule_state(rule) for item in authorization.dimensions for rule in item.rules
    }
    for rule_id, state in told.get("states", {}).items():
        assert states[rule_id] == str(state), rule_id
    ends = {item.dimension_id: dimension_state(item) for item in authorization.dimensions}
    for dimension_id, state in told.get("dimensions_end", {}).items():
        assert ends[dimension_id] == state, dimension_id
    if "order_of_dimensions" in told:
        assert [item.dimension_id for item in authorization.dimensions] == told[
            "order_of_dimensions"
        ]


@pytest.mark.parametrize("case", load_cases())
def test_the_decision_is_the_expected_one(case: dict[str, Any]) -> None:
    scene = Scene(case)
    check(scene.authorization, case)
    for step in case.get("then", []):
        if "error" in step:
            with pytest.raises(PlacetError) as caught:
                scene.call_back(step)
            assert f"{type(caught.value).__name__}" == step["error"]
            assert step.get("message", "") in caught.value.message
            continue
        after = scene.call_back(step)
        assert (after is scene.authorization) == step.get("unchanged", False)
        scene.authorization = after
        check(after, step)
        assert Authorization.from_document(after.to_document()) == after
