"""Dimensions and rules as clients see them."""

from __future__ import annotations

from placet.policies.core.wire import dimension_document, rule_document
from support.policies.drawn import dimension, rule

SHOWN = dimension("sales", [rule("cap", "value > 5"), rule("ask", "true", 2)], unitId="lab")


def test_a_dimension_has_its_rules_and_no_status() -> None:
    document = dimension_document(SHOWN)
    assert (document["id"], document["unitId"], document["status"]) == ("sales", "lab", None)
    assert document["ruleCollection"] == [rule_document(item) for item in SHOWN.rule_collection]
    assert "createdAt" not in document
    assert document["creationDate"].endswith("Z")


def test_a_rule_can_be_sent_back_as_it_is_shown() -> None:
    [cap, _] = SHOWN.rule_collection
    document = rule_document(cap)
    assert (document["id"], document["status"]) == ("cap", None)
    assert type(cap).model_validate(document) == cap


def test_warnings_are_there_only_where_there_are_any() -> None:
    [cap, _] = SHOWN.rule_collection
    for document in (rule_document(cap), dimension_document(SHOWN)):
        assert "warnings" not in document
    assert rule_document(cap, ["odd"])["warnings"] == ["odd"]
    assert dimension_document(SHOWN, ["odd"])["warnings"] == ["odd"]
