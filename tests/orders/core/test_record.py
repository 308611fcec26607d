"""Records of an authorization: the stored text stays as it is, and comes back, old ones too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from placet.orders.core.record import (
    Approval,
    Escalation,
    Event,
    Hold,
    Reminder,
    Status,
    Verdict,
    Wait,
)
from placet.people.core.actor import ActorKind
from placet.policies.core.trace import RuleError

# Recorded from the release that stored them.
STORED: list[Any] = [
    pytest.param(
        Approval("dim", "rule", 1, Verdict.ACCEPTED, 70.5, ActorKind.USER, "u1", "Bea", 9, "ok"),
        '{"dimensionId": "dim", "ruleId": "rule", "level": 1, "verdict": "accepted", "score": 70.5,'
        ' "actorKind": "user", "actorId": "u1", "actorLabel": "Bea", "at": 9, "comment": "ok",'
        ' "onBehalfOf": null, "onBehalfOfLabel": null}',
        id="approval",
    ),
    pytest.param(
        Approval(
            "dim", "rule", None, Verdict.BYPASSED, 100, ActorKind.APP_KEY, "k", "key", 9,
            on_behalf_of="u2", on_behalf_of_label="Ana",
        ),
        '{"dimensionId": "dim", "ruleId": "rule", "level": null, "verdict": "bypassed", "score":'
        ' 100, "actorKind": "app-key", "actorId": "k", "actorLabel": "key", "at": 9, "comment":'
        ' null, "onBehalfOf": "u2", "onBehalfOfLabel": "Ana"}',
        id="approval for another",
    ),
    pytest.param(
        Event(1, "Bea", "submitted", None, Status.PENDING),
        '{"at": 1, "who": "Bea", "what": "submitted", "before": null, "after": "pending", "note":'
        ' null, "actorKind": null, "actorId": null, "onBehalfOf": null, "dimensionId": null,'
        ' "ruleId": null, "level": null, "score": null, "idempotencyKey": null}',
        id="first line",
    ),
    pytest.param(
        Event(
            2, "Bea", "accepted", Status.PENDING, Status.ACCEPTED, "fine", ActorKind.USER, "u1",
            "u2", "dim", "rule", 0, 70.0, "key-1",
        ),
        '{"at": 2, "who": "Bea", "what": "accepted", "before": "pending", "after": "accepted",'
        ' "note": "fine", "actorKind": "user", "actorId": "u1", "onBehalfOf": "u2", "dimensionId":'
        ' "dim", "ruleId": "rule", "level": 0, "score": 70.0, "idempotencyKey": "key-1"}',
        id="line of a decision",
    ),
    pytest.param(
        Hold("unit", "budget", "part", 120_000, "transaction"),
        '{"contextId": "unit", "budgetId": "budget", "allocationId": "part", "amount": 120000,'
        ' "transactionId": "transaction"}',
        id="hold",
    ),
    pytest.param(
        Wait("dim", "rule", 5), '{"dimensionId": "dim", "ruleId": "rule", "since": 5}', id="wait"
    ),
    pytest.param(
        Reminder("dim", "rule", None, 5),
        '{"dimensionId": "dim", "ruleId": "rule", "level": null, "at": 5}',
        id="reminder",
    ),
    pytest.param(
        Escalation("dim", "rule", 0, 5),
        '{"dimensionId": "dim", "ruleId": "rule", "level": 0, "at": 5}',
        id="escalation",
    ),
    pytest.param(
        RuleError("T2001", "no number", 4, "+"),
        '{"code": "T2001", "message": "no number", "position": 4, "token": "+"}',
        id="error of a rule",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("record", "text"), STORED)
def test_a_record_is_stored_as_it_ever_was(record: Any, text: str) -> None:
    assert json.dumps(record.to_document()) == text


@pytest.mark.parametrize(("record", "text"), STORED)
def test_a_stored_record_comes_back(record: Any, text: str) -> None:
    found = type(record).from_document(json.loads(text))
    assert found == record
    assert type(found) is type(record)


def test_words_come_back_as_what_they_mean() -> None:
    approval = STORED[0].values[0]
    found = Approval.from_document(json.loads(json.dumps(approval.to_document())))
    assert (type(found.verdict), type(found.actor_kind)) == (Verdict, ActorKind)


def test_what_earlier_versions_did_not_say_is_none() -> None:
    line = {"at": 1, "who": "Bea", "what": "submitted", "before": None, "after": "pending"}
    found = Event.from_document(line | {"note": None})
    assert found == Event(1, "Bea", "submitted", None, Status.PENDING)
    approval = STORED[0].values[0]
    document = approval.to_document()
    del document["onBehalfOf"], document["onBehalfOfLabel"]
    assert Approval.from_document(document) == approval
