"""Dimensions and rules: what the API's documents may hold and what is refused."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from placet.errors import InvalidRequest
from placet.kit.reading import read, read_many
from placet.kit.timestamps import timestamp
from placet.policies.core.effects import EffectType
from placet.policies.core.model import AuthorizerType, Dimension, DimensionDraft, RuleDraft
from placet.policies.core.wire import dimension_document
from support.contract import body, contract


def rule(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Cap",
        "priority": 1,
        "trigger": {
            "condition": {"conditionType": 2, "description": "", "expression": "value > 1"},
            "effect": {"description": "", "effectType": 2},
        },
        "scoreInterval": {"accept": 10, "deny": 5},
    } | fields


def dimension(**fields: Any) -> dict[str, Any]:
    return {
        "name": "default",
        "requireAllRulesAcceptance": False,
        "priority": 9999,
        "ruleCollection": [rule()],
    } | fields


def condition(**fields: Any) -> dict[str, Any]:
    return {"condition": {"expression": "true"} | fields, "effect": {"effectType": 0}}


def authorizers(*listed: Any) -> dict[str, Any]:
    return {"authorizationData": {"authorizers": list(listed)}}


PERSON = {"type": "user", "id": "ana"}


@pytest.mark.parametrize(
    "document",
    [
        dimension(),
        dimension(unitId=None),
        dimension(ruleCollection=[]),
        dimension(priority=9999.0),
        dimension(status=None, creationDate="2025-06-10T19:11:14Z", unknown={"x": 1}),
        dimension(ruleCollection=[rule(), rule()]),
        dimension(ruleCollection=[rule(authorizationData={})]),
        dimension(ruleCollection=[rule(**authorizers())]),
        dimension(ruleCollection=[rule(scoreInterval={"accept": 0.5, "deny": -3})]),
    ],
)
def test_what_the_api_holds_is_accepted(document: dict[str, Any]) -> None:
    assert read(DimensionDraft, document).name == "default"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "the body must be an object"),
        (
            {},
            "`name` is missing; `priority` is missing; `requireAllRulesAcceptance` is missing; "
            "`ruleCollection` is missing",
        ),
        (dimension(name=1), "`name` must be a string"),
        (dimension(name=" "), "`name` must not be empty"),
        (dimension(name="a\x00"), "`name` must not contain a NUL character"),
        (dimension(name="a\ud800"), "`name` must not contain half a surrogate pair"),
        (dimension(name="n" * 251), "`name` must be at most 250 characters long"),
        (dimension(priority="1"), "`priority` must be a whole number"),
        (dimension(priority=1.5), "`priority` must be a whole number"),
        (dimension(priority=True), "`priority` must be a whole number"),
        (dimension(priority=2**31), "`priority` must be at most 2147483647"),
        (
            dimension(requireAllRulesAcceptance="no"),
            "`requireAllRulesAcceptance` must be true or false",
        ),
        (dimension(ruleCollection={}), "`ruleCollection` must be an array"),
        (dimension(ruleCollection=[1]), "`ruleCollection[0]` must be an object"),
        (
            dimension(ruleCollection=[rule()] * 1001),
            "`ruleCollection` must hold at most 1000 items, not 1001",
        ),
        (
            dimension(ruleCollection=[rule(trigger=condition(expression=""))]),
            "`ruleCollection[0].trigger.condition.expression` must not be empty",
        ),
        (
            dimension(ruleCollection=[rule(trigger=condition(expression="1" * 100_001))]),
            "`ruleCollection[0].trigger.condition.expression` "
            "must be at most 100000 characters long",
        ),
        (
            dimension(
                ruleCollection=[
                    rule(trigger={"condition": {"expression": "1"}, "effect": {"effectType": 3}})
                ]
            ),
            "`ruleCollection[0].trigger.effect.effectType` "
            "must be 0 (bypass), 1 (deny) or 2 (workflow)",
        ),
        (
            dimension(ruleCollection=[rule(scoreInterval={"accept": 5, "deny": 5})]),
            "`ruleCollection[0].scoreInterval` deny (5) must be below accept (5)",
        ),
        (
            dimension(ruleCollection=[rule(scoreInterval={"accept": float("nan"), "deny": 5})]),
            "`ruleCollection[0].scoreInterval.accept` must be between -1e15 and 1e15",
        ),
        (
            dimension(ruleCollection=[rule(**authorizers(*[PERSON] * 6))]),
            "`ruleCollection[0].authorizationData.authorizers` must hold at most 5 items, not 6",
        ),
        (
            dimension(ruleCollection=[rule(timeout=-1)]),
            "`ruleCollection[0].timeout` must be at least 0",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_the_field_and_the_reason(
    document: Any, message: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(DimensionDraft, document)
    assert caught.value.message == message


def test_every_wrong_field_is_listed() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_many(RuleDraft, [rule(name=1), rule(priority=None, timeout="x")])
    assert [item.field for item in caught.value.details] == [
        "[0].name",
        "[1].priority",
        "[1].timeout",
    ]


def test_python_names_are_no_names_of_the_api() -> None:
    document = dimension()
    document["require_all_rules_acceptance"] = document.pop("requireAllRulesAcceptance")
    with pytest.raises(InvalidRequest, match="requireAllRulesAcceptance"):
        read(DimensionDraft, document)


def test_authorizer_types_are_read_in_any_case() -> None:
    draft = read(RuleDraft, rule(**authorizers({"type": "Unit", "id": "u"})))
    assert draft.authorizers[0].type is AuthorizerType.UNIT


def test_a_stored_dimension_has_its_ids_and_survives_json() -> None:
    draft = read(
        DimensionDraft, dimension(unitId="u", ruleCollection=[rule(**authorizers(PERSON))])
    )
    stored = Dimension.from_draft(draft, "d-1", ["r-1"], 5)
    again = Dimension.model_validate(json.loads(json.dumps(stored.to_document())))
    assert again == stored
    assert again.digest == stored.digest
    assert stored.rule_collection[0].effect is EffectType.WORKFLOW


def test_a_changed_copy_has_another_digest() -> None:
    stored = Dimension.from_draft(read(DimensionDraft, dimension()), "d-1", ["r-1"], 5)
    assert stored.digest != stored.model_copy(update={"priority": 1}).digest


def test_the_response_document_has_the_fields_of_the_api() -> None:
    stored = Dimension.from_draft(
        read(DimensionDraft, dimension()), "d-1", ["r-1"], 1_749_582_674_710
    )
    document = dimension_document(stored)
    assert document["status"] is None
    assert document["creationDate"] == "2025-06-10T19:11:14.7100000Z"
    assert document["ruleCollection"][0]["id"] == "r-1"
    assert document["ruleCollection"][0]["status"] is None
    assert document["ruleCollection"][0]["timeout"] == 0
    assert "createdAt" not in document


def test_times_have_seven_digits_and_no_zone_but_utc() -> None:
    assert timestamp(0) == "1970-01-01T00:00:00.0000000Z"
    assert timestamp(1) == "1970-01-01T00:00:00.0010000Z"


def test_documents_of_the_contract_are_accepted() -> None:
    seen = 0
    for path, operations in contract("buying-policies")["paths"].items():
        for method, operation in operations.items():
            if "body" not in operation or "authorization-dimensions" not in path:
                continue
            seen += 1
            document = body("buying-policies", path, method)
            if isinstance(document, list):
                read_many(RuleDraft, document)
            else:
                read(RuleDraft if "/rules" in path else DimensionDraft, document)
    assert seen == 5


class Basket(BaseModel):
    """A body with the limits that the documents of policies do not have."""

    kind: Literal["Capped"] = "Capped"
    code: Annotated[str, Field(min_length=2)] = "ab"
    items: Annotated[tuple[int, ...], Field(min_length=1)] = (1,)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"kind": "Daily"}, "`kind` must be 'Capped'"),
        ({"code": "a"}, "`code` must be 2 or more characters long"),
        ({"items": []}, "`items` must hold 1 or more items, not 0"),
    ],
)
def test_limits_of_other_bodies_are_told_in_the_same_words(document: Any, message: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read(Basket, document)
    assert str(refusal.value) == message
