"""Decision cases: orders, rules and callbacks told in YAML, and what must come of them.

A case holds `order`, either `rules` (one dimension of the root unit) or `dimensions`, and what is
expected:

    expect: denied by Cap            the outcome, and the rule that decided or is waited for first
    reason: …                        the whole sentence
    states: {Cap: denied, …}         per rule: a status, a result, `error CODE`, or `not reached`
    dimensions_end: {Sales: …}       per dimension: its status, `open`, or `not reached`
    may: {ana of sales: now, …}      per caller, of the rule that waits: `now`, `listed`, `never`
    next: escalate Ask level 1       what the service does next if nobody acts, or `nothing`
    then: [{by, score, rule, …}]     what happens, one after the other, each with its expectations

A rule is `effect Name: expression`, or with an object instead of the expression for anything beyond
it. `path` is the buyer's unit path by name, null for none; a unit's id is its name in lower case.
`gap` (`unit`, `roots`) makes it a unit that the account does not have. `submitted_by` is who
submits for `buyer`. A step is a callback (`by`, `score`), time that passes (`wait: P1D`, and
what the service did by then: `done`), a cancellation (`cancelled_by`), or another submission's end
of this one (`superseded_by`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.errors import PlacetError
from placet.kit.durations import milliseconds_of
from placet.orders.core.callback import Callback, decide
from placet.orders.core.model import Authorization
from placet.orders.core.moments import Deed, Moment, due_moments
from placet.orders.core.reach import Few, Reach
from placet.orders.core.submission import Submission
from placet.orders.core.submit import authorize
from placet.orders.core.transitions import cancel, escalate, expire, remind, supersede
from placet.orders.core.wire import authorization_document
from placet.people.core.actor import Actor, ActorKind, Delegator
from placet.people.core.unit import Unit
from placet.policies.core.compiled import Policy, applicable, compile_rules
from placet.policies.core.model import AccountSettings, Dimension
from placet.policies.core.trace import DimensionTrace, Outcome, RuleTrace
from placet.policies.core.unit_gate import UnitGap

__all__ = ["Scene", "actor", "load_cases", "play"]

NOW = 1_760_000_000_000
EFFECTS = {"bypass": 0, "deny": 1, "workflow": 2}


def load_cases(folder: Path) -> list[Any]:
    """Every case of every file of a folder, named `file: name`."""
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(folder.glob("*.yaml"))
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
    document |= {key: told[key] for key in ("remindAfter", "escalateAfter") if key in told}
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
        names = (case.get("path", "Acme") or "").split(" / ")
        self.path = tuple(Unit(id=name.lower(), name=name) for name in names if name)
        self.settings = AccountSettings.model_validate(case.get("settings", {}))
        given = case.get("dimensions") or [{"name": "Rules", "rules": case["rules"]}]
        root = None if "dimensions" in case else names[0].lower()
        dimensions = [dimension(index, item, root) for index, item in enumerate(given)]
        gap = None
        if "gap" in case:
            gap = UnitGap(case["gap"].get("unit"), roots=tuple(case["gap"].get("roots", ())))
        chosen = applicable(dimensions, self.path, self.settings, gap)
        self.policy: Policy = compile_rules(chosen)
        self.reach = Reach(
            fallbacks=case.get("fallbacks", {}),
            few={
                unit: Few(frozenset(told["people"]), told.get("above"))
                for unit, told in case.get("few", {}).items()
            },
            parents=case.get("parents", {}),
            unable=case.get("unable", {}),
        )
        self.now = NOW
        submission = {"order": {"orderId": "o-1"} | case["order"], "userProfileId": "buyer"}
        self.authorization = authorize(
            Submission.model_validate(submission),
            self.policy,
            authorization_id="a-1",
            account="acme",
            actor=actor(case.get("submitted_by", "key checkout")),
            now=self.now,
            clock=time.monotonic,
            unit_path=self.path,
            settings=self.settings,
            budget_data=case.get("budgetData"),
        )

    def step(self, step: dict[str, Any]) -> Authorization:
        """What the authorization becomes by one step; raises what the step is refused with."""
        if "wait" in step:
            return self._wait(step)
        self.now += 1000
        if "cancelled_by" in step:
            who = actor(step["cancelled_by"])
            return cancel(self.authorization, actor=who, now=self.now, comment=step.get("comment"))
        if "superseded_by" in step:
            who = actor(step["superseded_by"])
            return supersede(self.authorization, actor=who, now=self.now)
        return self._call_back(step)

    def _wait(self, step: dict[str, Any]) -> Authorization:
        self.now += milliseconds_of(step["wait"])
        after, done = self.authorization, []
        while due := due_moments(after, self.policy).due(self.now):
            done.append(told(due[0]))
            if due[0].deed is Deed.EXPIRE:
                after = expire(after, self.policy, now=self.now)
            else:
                act = remind if due[0].deed is Deed.REMIND else escalate
                after = act(after, self.policy, due[0], now=self.now)
        assert done == step.get("done", [])
        return after

    def _call_back(self, step: dict[str, Any]) -> Authorization:
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
            "level": step.get("level"),
        }
        who, reach = self.caller(step["by"])
        return decide(
            self.authorization,
            self.policy,
            Callback.model_validate(params),
            actor=who,
            now=self.now,
            clock=time.monotonic,
            reach=reach,
            budget_data=step.get("budgetData"),
        )

    def caller(self, name: str) -> tuple[Actor, Reach]:
        """A caller and its reach; `bea for ana of sales` stands in for Ana."""
        who, _, others = name.partition(" for ")
        delegators = []
        for other in filter(None, others.split(" and ")):
            person = actor(other)
            delegators.append(
                Delegator(person.id, person.name, person.unit_ids, person.permissions)
            )
        return actor(who), replace(self.reach, stands_in_for=tuple(delegators))

    def may(self, name: str) -> str:
        """What a caller is told about the first rule that waits, or else that lists people."""
        who, reach = self.caller(name)
        document = authorization_document(self.authorization, self.policy, who, reach=reach)
        rules = [rule for item in document["dimensionStatus"] for rule in item["ruleCollection"]]
        rules.sort(key=lambda rule: (rule["status"] != "pending", "authorizationData" not in rule))
        if rules[0]["isUserNextAuthorizer"]:
            assert rules[0]["isUserAuthorized"]
            return "now"
        return "listed" if rules[0]["isUserAuthorized"] else "never"


def told(moment: Moment | None) -> str:
    if moment is None:
        return "nothing"
    if moment.rule_id is None:
        return moment.deed.value
    level = "" if moment.level is None else f" level {moment.level + 1}"
    return f"{moment.deed.value} {moment.rule_id}{level}"


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


def check(scene: Scene, expected: dict[str, Any]) -> None:
    authorization = scene.authorization
    if "expect" in expected:
        by = f" by {authorization.rule_id}" if authorization.rule_id else ""
        assert f"{authorization.status.value}{by}" == expected["expect"], authorization.reason
    for key, now in (
        ("reason", authorization.reason),
        ("who", authorization.history[-1].who),
        ("what", authorization.history[-1].what),
        ("next", told(due_moments(authorization, scene.policy).next)),
        ("order_of_dimensions", [item.dimension_id for item in authorization.dimensions]),
    ):
        assert expected.get(key, now) == now
    states = {
        rule.rule_id: rule_state(rule) for item in authorization.dimensions for rule in item.rules
    }
    for rule_id, state in expected.get("states", {}).items():
        assert states[rule_id] == str(state), rule_id
    ends = {item.dimension_id: dimension_state(item) for item in authorization.dimensions}
    for dimension_id, state in expected.get("dimensions_end", {}).items():
        assert ends[dimension_id] == state, dimension_id
    for name, may in expected.get("may", {}).items():
        assert scene.may(name) == str(may), name


def play(case: dict[str, Any]) -> None:
    """Run one case to its end."""
    scene = Scene(case)
    check(scene, case)
    for step in case.get("then", []):
        if "error" in step:
            with pytest.raises(PlacetError) as caught:
                scene.step(step)
            assert f"{type(caught.value).__name__}" == step["error"]
            assert step.get("message", "") in caught.value.message
            continue
        after = scene.step(step)
        assert (after is scene.authorization) == step.get("unchanged", False)
        scene.authorization = after
        check(scene, step)
        assert Authorization.from_document(after.to_document()) == after
