"""Successful answers, written by the fastest encoder at hand, and what the API pages say of all."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Response
from pydantic import Field
from pydantic_core import to_json

from placet.api.web.models import JSON, schema_of
from placet.kit.wire_model import WireModel

Responses = dict[int | str, dict[str, Any]]

_ERRORS: Final = {
    400: "The request is malformed; the sentence says which field and why.",
    401: "No credentials, or wrong ones.",
    403: "The credentials do not allow this.",
    404: "There is no such thing in this account.",
    409: "The present state does not allow this.",
    413: "The request body is too large.",
    500: "The server failed; its log says more.",
    503: "Overload, or the database does not answer; try again later.",
    504: "Whether it was stored is not known: the database was lost meanwhile, and cannot be"
    " asked.",
}


class ErrorAnswer(WireModel):
    """Why a request was refused."""

    message: Annotated[str, Field(description="One sentence for people.")]


def errors_as(model: type[WireModel]) -> Responses:
    """The `responses` of every error, in the shape of an API family."""
    # Not as `model`: FastAPI would make a field of each error of each route, which takes ten times
    # as long as all else of the app.
    content = {JSON: {"schema": schema_of(model)}}
    return {
        status: {"description": description, "content": content}
        for status, description in _ERRORS.items()
    }


ERRORS: Final = errors_as(ErrorAnswer)
# What any route may answer, even one that needs no credentials and no body.
PLAIN_ERRORS: Final[Responses] = {status: ERRORS[status] for status in (400, 500, 503)}


def answer(description: str, model: Any, **more: Any) -> Responses:
    """The `responses` entry of a 200 answer; `more` are other facts, such as its headers."""
    return {200: {"description": description, "model": model, **more}}


def json_answer(document: Any, status: int = 200) -> Response:
    """`document` as JSON."""
    return Response(to_json(document), status, media_type="application/json")
