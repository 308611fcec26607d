"""Request bodies that only HTTP knows, and the JSON schemas and examples of the API pages."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field

from placet.kit.wire_model import Text, WireModel
from placet.orders.core.callback import Callback
from placet.orders.core.submission import Submission
from placet.policies.core.model import DimensionDraft, RuleDraft


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


def json_body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """What a route that reads its body by itself tells the API pages (`openapi_extra`)."""
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def inline_schema(model: type[WireModel]) -> dict[str, Any]:
    """The model's JSON schema without references, which could not be resolved where it is shown."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                name = node["$ref"].rpartition("/")[2]
                rest = {key: value for key, value in node.items() if key != "$ref"}
                return {**resolve(definitions[name]), **rest}
            return {key: resolve(value) for key, value in node.items()}
        if isinstance(node, list):
            return [resolve(item) for item in node]
        return node

    resolved: dict[str, Any] = resolve(schema)
    return resolved


RULE_BODY: Final = json_body(inline_schema(RuleDraft), _RULE_EXAMPLE)
RULES_BODY: Final = json_body({"type": "array", "items": inline_schema(RuleDraft)}, [_RULE_EXAMPLE])
DIMENSION_BODY: Final = json_body(inline_schema(DimensionDraft), _DIMENSION_EXAMPLE)
SUBMISSION_BODY: Final = json_body(inline_schema(Submission), _SUBMISSION_EXAMPLE)
CALLBACK_BODY: Final = json_body(inline_schema(CallbackBody), _CALLBACK_EXAMPLE)
CANCELLATION_BODY: Final = json_body(inline_schema(CancellationBody), {"comment": "ordered twice"})
_RULE_FILE_CONTENT: Final = {
    "schema": {"type": "object", "description": "A rule file; `placet schema` prints its schema."}
}
RULE_FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/yaml": _RULE_FILE_CONTENT, "application/json": _RULE_FILE_CONTENT},
    }
}
