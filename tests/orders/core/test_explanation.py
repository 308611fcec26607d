"""The explanation of a decision."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from placet.orders.core.callback import Callback, decide
from placet.orders.core.explanation import explanation_document
from placet.orders.core.model import Authorization
from placet.people.core.actor import Actor
from placet.policies.core.compiled import Policy

Submit = Callable[..., Authorization]


def rules_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {rule["ruleId"]: rule for item in document["dimensions"] for rule in item["rules"]}


def test_every_rule_says_what_it_gave_or_why_it_was_not_reached(
    submit: Submit, policy: Policy
) -> None:
    document = explanation_document(submit({"value": 70}), policy)
    rules = rules_of(document)
    assert document["reason"] == (
        "waiting for approval by rule `Ask` of `Acme / Sales`: value 70 is above 50"
    )
    assert (rules["cap"]["result"], rules["cap"]["fired"]) == ("false", False)
    assert rules["ask"]["evidence"] == ["value 70 is above 50"]
    assert rules["ask"]["waitsFor"]["authorizers"][1] == {"type": "user", "id": "cfo"}
    assert rules["ask"]["expression"] == "value > 50"
    assert rules["ban"]["reached"] is False
    assert document["dimensions"][2]["notReachedBecause"] == "`Acme / Sales` decided before it"
    assert json.loads(json.dumps(document)) == document


def test_an_error_is_shown_with_its_place(submit: Submit, policy: Policy) -> None:
    rule = rules_of(explanation_document(submit({"value": "x"}), policy))["cap"]
    assert rule["manualReview"] is True
    assert rule["error"]["code"] == "T2009"
    assert rule["error"]["position"] is not None


def test_callbacks_and_history_are_told_in_order(
    submit: Submit, policy: Policy, key: Actor
) -> None:
    callback = Callback(score=0, dimension_id="sales", rule_id="ask", comment="not this year")
    after = decide(
        submit({"value": 70}),
        policy,
        callback,
        actor=key,
        now=1_760_000_001_000,
        clock=time.monotonic,
    )
    document = explanation_document(after, policy)
    assert document["reason"] == (
        "denied by app key checkout at rule `Ask` of `Acme / Sales`: not this year"
    )
    [approval] = document["approvals"]
    assert (approval["verdict"], approval["score"], approval["at"]) == (
        "denied",
        0,
        "2025-10-09T08:53:21.0000000Z",
    )
    assert [event["what"] for event in document["history"]] == [
        "submitted",
        "denied rule `Ask` of `Acme / Sales`",
    ]
    assert document["history"][1]["before"] == "pending"
