"""The one table from a kind of error to an HTTP status, and the shape every error answer has."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from placet.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    PlacetError,
    Unauthorized,
    Unavailable,
)

BUDGETS_PREFIX: Final = "/api/budgets"
SELLERS_PATH: Final = re.compile(r"/[^/]+/marketing-solutions(/|$)")


class BodyTooLarge(PlacetError):  # noqa: N818
    """The request body is longer than the server reads."""

    default_code = "body-too-large"


STATUS: Final[dict[type[PlacetError], int]] = {
    InvalidRequest: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    BodyTooLarge: 413,
    Unavailable: 503,
    # Without `Retry-After`: sent again, it might be done twice.
    OutcomeUnknown: 504,
}

_HEADERS: Final = {
    401: {"WWW-Authenticate": 'Bearer realm="placet"'},
    503: {"Retry-After": "1"},
}


def error_document(scope: Scope, message: str, error: PlacetError | None = None) -> dict[str, Any]:
    """The body of an error answer in the API family of the request: `{"error": …}` for budgets,
    `{"errors": […]}` for sellers' budgets, `{"message": …}` for all else.
    """
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if SELLERS_PATH.match(path):
        return {"errors": _errors(message, error)}
    budgets = path == BUDGETS_PREFIX or path.startswith(f"{BUDGETS_PREFIX}/")
    return {"error" if budgets else "message": message}


def status_of(error: PlacetError) -> int:
    """The HTTP status of the error's class."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_answer(error: PlacetError, scope: Scope) -> JSONResponse:
    """The answer to an error of the request, with the status of the error's class."""
    status = status_of(error)
    return JSONResponse(error_document(scope, error.message, error), status, _HEADERS.get(status))


def _errors(message: str, error: PlacetError | None) -> list[dict[str, Any]]:
    """One object for each field at fault, or for the whole request."""
    code = "error" if error is None else error.code
    details = () if error is None else error.details
    if not details:
        return [{"code": code, "title": message, "detail": message, "source": {}}]
    return [
        {
            "code": code,
            "title": str(detail),
            "detail": detail.message,
            "source": {"field": detail.field} if detail.field else {},
        }
        for detail in details
    ]


def install_error_handlers(app: FastAPI) -> None:
    """Make every error of the app answer in the one shape."""

    @app.exception_handler(PlacetError)
    async def placet_error(request: Request, error: PlacetError) -> JSONResponse:
        return error_answer(error, request.scope)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        path = request.scope["path"]
        message = {
            404: f"there is nothing at `{path[:200]}`",
            405: f"`{request.method}` is not possible at `{path[:200]}`",
        }.get(error.status_code, str(error.detail))
        document = error_document(request.scope, message)
        return JSONResponse(document, error.status_code, error.headers)
