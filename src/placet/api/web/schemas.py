"""Request bodies that only HTTP knows, and what the API pages say of bodies."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, create_model

from placet.api.orders.answers import OrderAnswer
from placet.api.web.models import json_body, schema_of
from placet.kit.wire_model import Text, WireModel
from placet.orders.core.callback import Callback
from placet.orders.core.submission import Submission
from placet.policies.core.model import DimensionDraft, RuleDraft
from placet.policies.core.rule_file import RuleFile


class CallbackBody(WireModel):
    """The body of a callback."""

    params: Callback


class CancellationBody(WireModel):
    """The body of a cancellation."""

    comment: Annotated[Text | None, Field(description="Kept in the history.")] = None


_RULE_EXAMPLE: Final[dict[str, Any]] = {
    "name": "Large orders need a manager",
    "priority": 1,
    "trigger": {
        "condition": {
            "conditionType": 2,
            "description": "The order is above 500.00",
            "expression": "value > 50000",
        },
        "effect": {"description": "A manager decides", "effectType": 2},
    },
    "scoreInterval": {"accept": 10, "deny": 5},
    "authorizationData": {
        "requireAllApprovals": True,
        "authorizers": [{"type": "unit", "id": "acme-managers"}],
    },
}
_DIMENSION_EXAMPLE: Final[dict[str, Any]] = {
    "name": "Acme",
    "unitId": "acme",
    "priority": 9999,
    "requireAllRulesAcceptance": False,
    "ruleCollection": [_RULE_EXAMPLE],
}
_SUBMISSION_EXAMPLE: Final[dict[str, Any]] = {
    "order": {
        "orderId": "1557790634097-01",
        "value": 61250,
        "items": [{"id": "1", "sku": "88", "price": 61250, "quantity": 1}],
    },
    "unitId": "acme",
    "userProfileId": "69c9e480-850b-11f0-b37f-c3162b6f2b91",
    "callbackEndpoint": "https://shop.example/order-auth/1557790634097-01",
}
_CALLBACK_EXAMPLE: Final[dict[str, Any]] = {
    "params": {
        "score": 100,
        "dimensionId": "c20ececf-660f-4656-a802-9ba607e3585b",
        "ruleId": "ad7742c2-8916-4bd1-86b3-b81f21f9db7e",
        "comment": "needed for the trade fair",
    }
}


RULE_BODY: Final = json_body(RuleDraft, _RULE_EXAMPLE)
RULES_BODY: Final = json_body(list[RuleDraft], [_RULE_EXAMPLE])
DIMENSION_BODY: Final = json_body(DimensionDraft, _DIMENSION_EXAMPLE)
_SUBMISSION: Final = create_model(
    "Submission", __base__=Submission, __doc__=Submission.__doc__, order=(OrderAnswer, ...)
)
SUBMISSION_BODY: Final = json_body(_SUBMISSION, _SUBMISSION_EXAMPLE)
CALLBACK_BODY: Final = json_body(CallbackBody, _CALLBACK_EXAMPLE)
CANCELLATION_BODY: Final = json_body(CancellationBody, {"comment": "ordered twice"})
_RULE_FILE_CONTENT: Final = {"schema": schema_of(RuleFile)}
RULE_FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "Effects may be named by word as well; `placet schema` prints all that a"
        " rule file may hold.",
        "content": {"application/yaml": _RULE_FILE_CONTENT, "application/json": _RULE_FILE_CONTENT},
    }
}
