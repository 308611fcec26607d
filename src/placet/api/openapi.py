"""What the API pages say beyond the routes: how to authenticate, and what the tags mean."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

__all__ = ["APP_KEY_HEADER", "APP_TOKEN_HEADER", "TAGS", "install_openapi"]

APP_KEY_HEADER: Final = "X-VTEX-API-AppKey"
APP_TOKEN_HEADER: Final = "X-VTEX-API-AppToken"  # noqa: S105

TAGS: Final = [
    {"name": "Authorizations", "description": "Orders, what became of them, and why."},
    {"name": "Dimensions", "description": "The policies of the account's units."},
    {"name": "Rules", "description": "The rules of one dimension."},
    {"name": "Rule files", "description": "All units and dimensions of an account at once."},
    {"name": "Organization units", "description": "The tree of units, and who is in them."},
    {"name": "People", "description": "Who is on record, with which roles (an extension)."},
    {"name": "Budgets", "description": "Money set aside for a unit, period by period."},
    {"name": "Allocations", "description": "The parts of a budget and whom they are for."},
    {"name": "Transactions", "description": "Debits, credits and refunds."},
    {"name": "Reservations", "description": "Amounts set aside until confirmed or canceled."},
    {"name": "Statements", "description": "What was debited and credited, page by page."},
    {"name": "Health", "description": "For load balancers and supervisors."},
]
_SCHEMES: Final = {
    "appKey": {"type": "apiKey", "in": "header", "name": APP_KEY_HEADER},
    "appToken": {"type": "apiKey", "in": "header", "name": APP_TOKEN_HEADER},
}


def install_openapi(app: FastAPI) -> None:
    """Declare on every operation of an account that key and token are needed, both of them.

    Routes read the two headers themselves: two dependencies per request would only cost time, and
    would say that either header is enough.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            schema["components"] = {"securitySchemes": _SCHEMES}
            for operations in schema["paths"].values():
                for operation in operations.values():
                    # What FastAPI itself would refuse; every route reads its input by itself.
                    operation["responses"].pop("422", None)
                    if operation["tags"] != ["Health"]:
                        operation["security"] = [{"appKey": [], "appToken": []}]
            app.openapi_schema = schema
        return app.openapi_schema

    # The documented way to extend the generated schema.
    app.openapi = openapi  # type: ignore[method-assign]
