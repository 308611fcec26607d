"""The document clients of the API get."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from placet.orders.core.callback import Callback, decide
from placet.orders.core.model import Authorization
from placet.orders.core.record import Status
from placet.orders.core.transitions import cancel, supersede
from placet.orders.core.wire import authorization_document
from placet.people.core.actor import Actor, ActorKind
from placet.policies.core.compiled import Policy
from support.contract import CALLBACK, contract

LATER = 1_760_000_001_000

ALWAYS = {
    "authorization": "id orderId workflowInstanceId status units callbackEndpoint "
    "totalOrderValueDesiredBySeller marketPlacePaymentValue itemCollection additionalInfo "
    "dimensionStatus creationVersion creationEnvironment userProfileId",
    "dimension": "id name status score priority shouldSimulate ruleCollection creationDate "
    "creationVersion creationEnvironment requireAllRulesAcceptance",
    "rule": "id name status authorizedEmails priority trigger timeout notification scoreInterval "
    "isUserAuthorized isUserNextAuthorizer",
}

Submit = Callable[..., Authorization]


def person(name: str, *units: str) -> Actor:
    return Actor(ActorKind.USER, name, frozenset({"ApproveOrders"}), frozenset(units))


def rules_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        rule["id"]: rule for item in document["dimensionStatus"] for rule in item["ruleCollection"]
    }


def turn(authorization: Authorization, policy: Policy, caller: Actor) -> tuple[bool, bool]:
    rule = rules_of(authorization_document(authorization, policy, caller))["ask"]
    return rule["isUserAuthorized"], rule["isUserNextAuthorizer"]


def accept(authorization: Authorization, policy: Policy, actor: Actor) -> Authorization:
    callback = Callback(score=100, dimension_id="sales", rule_id="ask")
    return decide(authorization, policy, callback, actor=actor, now=LATER, clock=time.monotonic)


def test_every_field_clients_rely_on_is_there(submit: Submit, policy: Policy, key: Actor) -> None:
    document = authorization_document(submit({"value": 70}), policy, key)
    assert set(ALWAYS["authorization"].split()) <= document.keys()
    for dimension in document["dimensionStatus"]:
        assert set(ALWAYS["dimension"].split()) <= dimension.keys()
        for rule in dimension["ruleCollection"]:
            assert set(ALWAYS["rule"].split()) <= rule.keys()
    assert json.loads(json.dumps(document)) == document


def test_statuses_are_those_of_the_api(submit: Submit, policy: Policy, key: Actor) -> None:
    document = authorization_document(submit({"value": 70}), policy, key)
    assert document["status"] == "pending"
    assert [item["status"] for item in document["dimensionStatus"]] == ["pending", "pending", None]
    statuses = {name: rule["status"] for name, rule in rules_of(document).items()}
    assert statuses == {"low": "pending", "cap": None, "ask": "pending", "ban": None}


def test_a_bypassed_rule_has_no_status_but_its_score(
    submit: Submit, policy: Policy, key: Actor
) -> None:
    callback = Callback(score=7, dimension_id="sales", rule_id="ask")
    after = decide(
        submit({"value": 70}), policy, callback, actor=key, now=LATER, clock=time.monotonic
    )
    rule = rules_of(authorization_document(after, policy, key))["ask"]
    assert (rule["status"], rule["score"]) == (None, 7)


@pytest.mark.parametrize("status", [Status.SUPERSEDED, Status.CANCELLED])
def test_an_ended_authorization_reads_as_denied(
    submit: Submit, policy: Policy, key: Actor, status: Status
) -> None:
    pending = submit({"value": 70})
    ended = (
        cancel(pending, actor=key, now=LATER)
        if status is Status.CANCELLED
        else supersede(pending, actor=key, now=LATER)
    )
    document = authorization_document(ended, policy, key)
    assert document["status"] == "denied"
    assert document["additionalInfo"]["state"] == status
    assert not any(rule["isUserNextAuthorizer"] for rule in rules_of(document).values())


def test_the_caller_sees_whether_and_when_to_act(
    submit: Submit, policy: Policy, key: Actor
) -> None:
    pending = submit({"value": 70})
    seller, cfo = person("sid", "sales"), person("cfo")
    assert turn(pending, policy, key) == (True, True)
    assert turn(pending, policy, seller) == (True, True)
    assert turn(pending, policy, cfo) == (True, False)
    assert turn(pending, policy, person("eve", "elsewhere")) == (False, False)
    assert turn(pending, policy, replace(seller, permissions=frozenset())) == (False, False)
    assert turn(pending, policy, person("buyer", "sales")) == (False, False)

    second = accept(pending, policy, seller)
    assert turn(second, policy, seller) == (True, False)
    assert turn(second, policy, cfo) == (True, True)

    done = accept(second, policy, cfo)
    assert turn(done, policy, cfo) == (True, False)


def test_an_authorizer_that_acted_has_a_date(submit: Submit, policy: Policy, key: Actor) -> None:
    after = accept(submit({"value": 70}), policy, person("sid", "sales"))
    rule = rules_of(authorization_document(after, policy, key))["ask"]
    first, second = rule["authorizationData"]["authorizers"]
    assert first["authorizationDate"] == "2025-10-09T08:53:21.0000000Z"
    assert "authorizationDate" not in second


def test_a_simulated_rule_waits_for_nobody(submit: Submit, policy: Policy, key: Actor) -> None:
    document = authorization_document(submit({"value": 1}), policy, key)
    assert document["status"] == "accepted"
    assert document["dimensionStatus"][0]["shouldSimulate"] is True
    assert rules_of(document)["low"]["isUserNextAuthorizer"] is False


@pytest.mark.parametrize(
    ("order", "key_of", "shown"),
    [
        ({"totalOrderValueDesiredBySeller": 12.5}, "totalOrderValueDesiredBySeller", 12.5),
        ({"totalOrderValueDesiredBySeller": "12"}, "totalOrderValueDesiredBySeller", 0),
        ({"marketPlacePaymentValue": 3}, "marketPlacePaymentValue", 3),
        ({"items": "none"}, "itemCollection", []),
        (
            {"items": [1, {"id": 88, "price": 339, "quantity": 2}]},
            "itemCollection",
            [
                {
                    "id": "88",
                    "sku": "88",
                    "price": 339,
                    "totalSystemDiscount": 0,
                    "totalManualDiscount": 0,
                    "quantity": 2,
                    "additionalInfo": {},
                }
            ],
        ),
    ],
)
def test_what_the_order_says_is_shown_in_the_shape_of_the_api(
    submit: Submit, policy: Policy, key: Actor, order: dict[str, Any], key_of: str, shown: Any
) -> None:
    assert authorization_document(submit(order), policy, key)[key_of] == shown


def test_the_document_has_every_field_of_the_contract(
    submit: Submit, policy: Policy, key: Actor
) -> None:
    answers = contract("buying-policies")["paths"][CALLBACK]["post"]["answers"]
    schema = answers[200]["schema"]["properties"]
    after = accept(submit({"value": 70}), policy, key)
    document = authorization_document(after, policy, key)
    dimension_schema = schema["dimensionStatus"]["items"]["properties"]
    dimension = document["dimensionStatus"][1]
    rule = rules_of(document)["ask"]
    assert schema.keys() <= document.keys()
    assert dimension_schema.keys() <= dimension.keys()
    assert dimension_schema["ruleCollection"]["items"]["properties"].keys() <= rule.keys()
