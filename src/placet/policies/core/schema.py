"""The JSON Schema of rule files, for editors, and the source of the keys that files may hold."""

from __future__ import annotations

from typing import Any

from placet.kit.durations import PATTERN
from placet.kit.wire_model import MAX_EXPRESSION, MAX_NAME, MAX_PRIORITY, MAX_TEXT, Document
from placet.policies.core.effects import EffectType
from placet.policies.core.model import MAX_AUTHORIZERS, MAX_RULES, MAX_TIMEOUT
from placet.policies.core.seller_settings import seller_settings_schema, time_zone_schema
from placet.policies.core.working_time import working_time_schemas


def rule_file_schema() -> Document:
    """JSON Schema, draft 2020-12: what editors check and complete while a rule file is written."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Placet rule file",
        "description": "The buying policies of one account.",
        "type": "object",
        "additionalProperties": False,
        "required": ["account", "dimensions"],
        "properties": {
            "$schema": _text("Where this schema is, for editors."),
            "account": _name("The account the policies belong to."),
            "units": _array("The organization's units, as trees.", {"$ref": "#/$defs/unit"}),
            "settings": {"$ref": "#/$defs/settings"},
            "dimensions": _array("The dimensions, in any order.", {"$ref": "#/$defs/dimension"}),
        },
        "$defs": {
            "unit": _unit(),
            "settings": _settings(),
            "dimension": _dimension(),
            "rule": _rule(),
            "trigger": _trigger(),
            "scoreInterval": _score_interval(),
            "authorizationData": _authorization_data(),
        },
    }


def _object(description: str, required: list[str], properties: dict[str, Any]) -> Document:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _array(description: str, items: Document, most: int | None = None) -> Document:
    limit = {} if most is None else {"maxItems": most}
    return {"description": description, "type": "array", "items": items} | limit


def _name(description: str) -> Document:
    return {"description": description, "type": "string", "minLength": 1, "maxLength": MAX_NAME}


def _text(description: str) -> Document:
    return {"description": description, "type": "string", "maxLength": MAX_TEXT}


def _flag(description: str, default: bool | None = None) -> Document:
    described: Document = {"description": description, "type": "boolean"}
    return described if default is None else described | {"default": default}


def _duration(description: str) -> Document:
    return {"description": description, "type": "string", "pattern": PATTERN, "examples": ["P2D"]}


def _priority(description: str) -> Document:
    limits = {"minimum": -MAX_PRIORITY, "maximum": MAX_PRIORITY}
    return {"description": description, "type": "integer"} | limits


def _unit() -> Document:
    return _object(
        "A unit of the organization.",
        ["id", "name"],
        {
            "id": _name("The id that dimensions, authorizers and orders name."),
            "name": _name("What people call it."),
            "children": _array("The units below it.", {"$ref": "#/$defs/unit"}),
        },
    )


def _settings() -> Document:
    return _object(
        "What the account chose where policies leave a choice.",
        [],
        {
            "noRuleFired": {
                "description": "What becomes of an order that no rule decides.",
                "enum": ["accepted", "denied", "pending"],
                "default": "accepted",
            },
            "ordersWithoutUnit": _unit_choice("that names no unit"),
            "unknownUnit": _unit_choice("of a unit that the account does not have"),
            "spendingCheck": _spending_check(),
            "requesterMayDecide": _flag("Whether buyers may decide their own orders.", False),
            "onePersonOneLevel": _flag(
                "Whether each level of a rule takes another person, stand-ins included.", True
            ),
            "pendingExpiresAfter": _duration("How long an order may wait for people at most."),
            "timeZone": time_zone_schema(),
            **working_time_schemas(),
            "sellerBudgets": seller_settings_schema(),
        },
    )


def _unit_choice(which: str) -> Document:
    return {
        "description": f"What becomes of an order {which}, where the account has units: refused, "
        "pending (a person decides, unless a rule denies), or accepted (the dimensions without a "
        "unit judge it alone).",
        "enum": ["refused", "pending", "accepted"],
        "default": "refused",
    }


def _spending_check() -> Document:
    expression = {
        "description": "A JSONata expression over {order, spending}; not true: refused.",
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_EXPRESSION,
    }
    check = _object(
        "The condition and its words.",
        ["expression"],
        {"expression": expression, "description": _text("What is asked for, in words.")},
    )
    return {
        "description": "What an order and its spending must meet to be taken.",
        "anyOf": [expression, check],
        # where editors and checks look for the keys of the object
        "properties": check["properties"],
    }


def _dimension() -> Document:
    return _object(
        "The rules of one unit, or of every unit where none is named.",
        ["name", "priority", "requireAllRulesAcceptance", "ruleCollection"],
        {
            "id": _name("A fixed id; made from the name where it is missing."),
            "name": _name("The dimension's name."),
            "unitId": _name("The unit whose orders, with those of all units below, are judged."),
            "priority": _priority("Lower runs first."),
            "requireAllRulesAcceptance": _flag(
                "false: the first rule that fires decides. true: all are evaluated, and all that "
                "fire must be accepted."
            ),
            "shouldSimulate": _flag("Evaluate and record, but change nothing.", False),
            "ruleCollection": _array("The rules.", {"$ref": "#/$defs/rule"}, MAX_RULES),
        },
    )


def _rule() -> Document:
    return _object(
        "A condition and what follows from it.",
        ["name", "priority", "trigger", "scoreInterval"],
        {
            "id": _name("A fixed id; made from the name where it is missing."),
            "name": _name("What people are shown."),
            "priority": _priority("Lower runs first: all bypass, then deny, then workflow rules."),
            "trigger": {"$ref": "#/$defs/trigger"},
            "scoreInterval": {"$ref": "#/$defs/scoreInterval"},
            "authorizationData": {"$ref": "#/$defs/authorizationData"},
            "timeout": {
                "description": "Milliseconds one evaluation may take, 0 for the service's own.",
                "type": "integer",
                "minimum": 0,
                "maximum": MAX_TIMEOUT,
                "default": 0,
            },
            "notification": _flag("Whether authorizers are notified.", False),
            "remindAfter": _duration("After how long the level that is up is reminded."),
            "escalateAfter": _duration(
                "After how long the next level may act for the one that is up as well."
            ),
        },
    )


def _trigger() -> Document:
    expression = {
        "description": "A JSONata expression over the order that yields true or false.",
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_EXPRESSION,
    }
    condition_type = {
        "description": "2: the condition is the expression.",
        "enum": [0, 1, 2],
        "default": 2,
    }
    effect_type = {
        "description": "{}.".format(
            ", ".join(f"{effect.word} ({effect.value}) {effect.verb}" for effect in EffectType)
        ),
        "enum": [*(effect.word for effect in EffectType), *(effect.value for effect in EffectType)],
    }
    condition = {
        "conditionType": condition_type,
        "description": _text("The condition in words."),
        "expression": expression,
    }
    effect = {"description": _text("The effect in words."), "effectType": effect_type}
    return _object(
        "When the rule fires and what that does.",
        ["condition", "effect"],
        {
            "condition": _object("When the rule fires.", ["expression"], condition),
            "effect": _object("What that does.", ["effectType"], effect),
        },
    )


def _score_interval() -> Document:
    return _object(
        "How a callback's score is read; deny must be below accept.",
        ["accept", "deny"],
        {
            "accept": {"description": "A score from here up accepts.", "type": "number"},
            "deny": {"description": "A score from here down denies.", "type": "number"},
        },
    )


def _authorization_data() -> Document:
    authorizer = _object(
        "One level.",
        ["type", "id"],
        {
            "type": {"description": "A unit's approvers or one person.", "enum": ["unit", "user"]},
            "id": _name("The unit's or the person's id."),
        },
    )
    return _object(
        "Who decides.",
        [],
        {
            "requireAllApprovals": _flag("Every level in turn, or any one of them.", False),
            "authorizers": _array("The levels, first to last.", authorizer, MAX_AUTHORIZERS),
        },
    )
