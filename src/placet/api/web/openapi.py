"""What the API pages say beyond the routes: how to authenticate, who may, what the tags mean."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel

from placet.api.access.credentials import USER_TOKEN_NAME
from placet.api.orders.webhooks import WEBHOOKS
from placet.api.web.document import operations, put_in_order

APP_KEY_HEADER: Final = "X-VTEX-API-AppKey"
APP_TOKEN_HEADER: Final = "X-VTEX-API-AppToken"  # noqa: S105
PERMISSIONS_FIELD: Final = "x-placet-permissions"
PERMISSIONS_SCHEME: Final = "permissions"
CLIENT_SCHEME: Final = "clientBasic"

_TAGS: Final = [
    {"name": "Authorizations", "description": "Orders, what became of them, and why."},
    {"name": "Dimensions", "description": "The policies of the account's units."},
    {"name": "Rules", "description": "The rules of one dimension."},
    {"name": "Rule files", "description": "All units and dimensions of an account at once."},
    {"name": "Settings", "description": "What an account chose where policies leave a choice."},
    {"name": "Delegations", "description": "Who may approve in whose place, and when."},
    {"name": "Organization units", "description": "The tree of units, and who is in them."},
    {"name": "People", "description": "Who is on record, with which roles (an extension)."},
    {
        "name": "Bulk import",
        "description": "Organizations, cost centers and members by workbook. For app keys: no role"
        " of people allows it.",
    },
    {"name": "Budgets", "description": "Money set aside for a unit, period by period."},
    {"name": "Allocations", "description": "The parts of a budget and whom they are for."},
    {"name": "Transactions", "description": "Debits, credits and refunds."},
    {"name": "Reservations", "description": "Amounts set aside until confirmed or canceled."},
    {"name": "Statements", "description": "What was debited and credited, page by page."},
    {
        "name": "Seller budgets",
        "description": "Budgets of sellers: capped, dated and paced. They are spent from by orders"
        " and by the Budgets API, where each is in the unit `seller:{sellerId}` under its own id,"
        " with one allocation.",
    },
    {"name": "Tokens", "description": "Tokens that stand for an app key (OAuth 2.0)."},
    {"name": "Health", "description": "For load balancers and supervisors."},
]
_SCHEMES: Final = {
    "appKey": {"type": "apiKey", "in": "header", "name": APP_KEY_HEADER},
    "appToken": {"type": "apiKey", "in": "header", "name": APP_TOKEN_HEADER},
    "VtexIdclientAutCookie": {
        "type": "apiKey",
        "in": "header",
        "name": USER_TOKEN_NAME,
        "description": "A user token, of `placet tokens create` or of the configured issuer.",
    },
    "userTokenCookie": {"type": "apiKey", "in": "cookie", "name": USER_TOKEN_NAME},
    "bearerToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    CLIENT_SCHEME: {
        "type": "http",
        "scheme": "basic",
        "description": "The app key and its token, where they are not in the form.",
    },
    "clientCredentials": {
        "type": "oauth2",
        "description": "The client id is an app key, the client secret its token.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {}}},
    },
}
# A key needs its token beside it; of the others any one is enough.
_CREDENTIALS: Final[list[dict[str, list[str]]]] = [
    {"appKey": [], "appToken": []},
    {"VtexIdclientAutCookie": []},
    {"userTokenCookie": []},
    {"bearerToken": []},
    {"clientCredentials": []},
]


def operation_id(route: APIRoute) -> str:
    """What clients call an operation by: the function that answers, in their spelling. Where that
    says too little beside all others, the route has an `operation_id` of its own.
    """
    return to_camel(route.name)


# What a FastAPI app is made with for the sake of its document.
INFO: Final[dict[str, Any]] = {
    "description": "Have orders judged by policies, decided by people, and paid from budgets."
    " Every error answer says in one sentence what is wrong and what would be right.",
    "openapi_tags": _TAGS,
    "servers": [{"url": "/", "description": "The server that serves this document."}],
    "contact": {"name": "Whoever runs this server"},
    "license_info": {
        "name": "All rights reserved",
        "identifier": "LicenseRef-All-Rights-Reserved",
    },
    # An answer and a body of one model are one component.
    "separate_input_output_schemas": False,
    "generate_unique_id_function": operation_id,
}


def install_openapi(app: FastAPI) -> None:
    """Declare on every operation that states its permissions which credentials it takes.

    Routes read the credentials themselves: a dependency for each way to send them would only cost
    time, and could not say that the two headers of an app key belong together.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = put_in_order(generate() | {"webhooks": WEBHOOKS})
            document["components"]["securitySchemes"] = _SCHEMES
            for _, _, operation in operations(document):
                _state_permissions(operation)
            app.openapi_schema = document
        return app.openapi_schema

    # The documented way to extend the generated schema.
    app.openapi = openapi  # type: ignore[method-assign]


def _state_permissions(operation: dict[str, Any]) -> None:
    """Turn the permissions that a route's dependency names into what readers of the API want."""
    for requirement in operation.get("security", ()):
        if PERMISSIONS_SCHEME in requirement:
            operation[PERMISSIONS_FIELD] = requirement[PERMISSIONS_SCHEME]
    permissions = operation.get(PERMISSIONS_FIELD)
    if permissions is None:
        # None are needed, or they are part of the request.
        operation.setdefault("security", [])
        return
    operation["security"] = _CREDENTIALS
    needed = " or ".join(f"`{permission}`" for permission in permissions)
    operation["description"] = f"{operation['description']}\n\nNeeds the permission {needed}."
