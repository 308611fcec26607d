"""Successful answers, written by the fastest encoder at hand, and the parts the API pages share."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Response
from pydantic_core import to_json

_MESSAGE: Final = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["message"],
            "properties": {"message": {"type": "string"}},
        }
    }
}
ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The request is malformed; the sentence says which field and why."},
    401: {"description": "No credentials, or wrong ones."},
    403: {"description": "The credentials do not allow this."},
    404: {"description": "There is no such thing in this account."},
    409: {"description": "The present state does not allow this."},
    413: {"description": "The request body is too large."},
    503: {"description": "Overload, or the database does not answer; try again later."},
    504: {
        "description": "Whether it was stored is not known: the database was lost meanwhile, and"
        " cannot be asked."
    },
}
for _answer in ERRORS.values():
    _answer["content"] = _MESSAGE


def json_answer(document: Any, status: int = 200) -> Response:
    """`document` as JSON."""
    return Response(to_json(document), status, media_type="application/json")


def json_schema_answer(
    description: str, schema: dict[str, Any] | None = None
) -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of a 200 answer with this JSON schema."""
    content = {"application/json": {"schema": schema or {"type": "object"}}}
    return {200: {"description": description, "content": content}}
