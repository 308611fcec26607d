"""The schema for editors says what the models say."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from placet.policies.core import model
from placet.policies.core.rule_file import RuleFile, UnitNode
from placet.policies.core.schema import rule_file_schema
from placet.policies.core.seller_settings import SellerSettings, TemplateCampaign

DEFINITIONS = rule_file_schema()["$defs"]
SELLERS = DEFINITIONS["settings"]["properties"]["sellerBudgets"]


def fields(of: type[BaseModel]) -> set[str]:
    return {str(field.alias) for field in of.model_fields.values()}


def required(of: type[BaseModel]) -> set[str]:
    return {str(field.alias) for field in of.model_fields.values() if field.is_required()}


@pytest.mark.parametrize(
    ("of", "schema"),
    [
        (UnitNode, DEFINITIONS["unit"]),
        (model.AccountSettings, DEFINITIONS["settings"]),
        (SellerSettings, SELLERS),
        (TemplateCampaign, SELLERS["properties"]["templateCampaigns"]["items"]),
        (model.DimensionDraft, DEFINITIONS["dimension"]),
        (model.RuleDraft, DEFINITIONS["rule"]),
        (model.Trigger, DEFINITIONS["trigger"]),
        (model.Condition, DEFINITIONS["trigger"]["properties"]["condition"]),
        (model.Effect, DEFINITIONS["trigger"]["properties"]["effect"]),
        (model.ScoreInterval, DEFINITIONS["scoreInterval"]),
        (model.AuthorizationData, DEFINITIONS["authorizationData"]),
        (
            model.Authorizer,
            DEFINITIONS["authorizationData"]["properties"]["authorizers"]["items"],
        ),
    ],
)
def test_the_schema_has_the_fields_of_the_model(of: type[BaseModel], schema: Any) -> None:
    assert set(schema["properties"]) == fields(of)
    assert set(schema["required"]) == required(of)


def test_the_top_of_the_schema_has_the_fields_of_a_rule_file() -> None:
    schema = rule_file_schema()
    assert set(schema["properties"]) - {"$schema"} == fields(RuleFile)
    assert set(schema["required"]) == required(RuleFile)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(rule_file_schema())
