"""The route of OAuth 2.0 tokens: app keys as client credentials."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from placet.api.access.caller import desks_of
from placet.api.web.answers import ERRORS, PLAIN_ERRORS, ErrorAnswer, Responses, answer
from placet.api.web.body import read_body
from placet.api.web.models import schema_of
from placet.api.web.openapi import CLIENT_SCHEME
from placet.errors import Unauthorized
from placet.kit.wire_model import Absent, WireModel

_MAX_BODY: Final = 50_000
_MAX_FIELDS: Final = 20
_NEVER_STORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenForm(WireModel, alias_generator=None):
    """A request for a token, in the words of OAuth 2.0."""

    grant_type: Literal["client_credentials", "refresh_token"]
    client_id: Annotated[Absent[str], Field(description="The app key.")] = None
    client_secret: Annotated[Absent[str], Field(description="The app token.")] = None
    refresh_token: Annotated[Absent[str], Field(description="That of an earlier answer.")] = None


class TokenAnswer(WireModel, alias_generator=None):
    """A token, in the words of OAuth 2.0."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds.")]
    refresh_token: str


class TokenErrorAnswer(WireModel, alias_generator=None):
    """Why there is no token, in the words of OAuth 2.0."""

    error: str
    error_description: str


_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema_of(TokenForm)}},
    },
    # In the form, or by HTTP Basic authentication.
    "security": [{}, {CLIENT_SCHEME: []}],
}
_ERRORS: Final[Responses] = {
    status: described for status, described in ERRORS.items() if status in (413, 504)
}
_REFUSALS: Final[Responses] = {
    400: {
        "description": "The request is not one of OAuth 2.0.",
        "model": TokenErrorAnswer | ErrorAnswer,
    },
    401: {
        "description": "The app key, its token or the refresh token is wrong.",
        "model": TokenErrorAnswer,
    },
}

router: Final = APIRouter(prefix="/oauth2", tags=["Tokens"])


@router.post(
    "/token",
    summary="Get a token",
    openapi_extra=_BODY,
    responses=PLAIN_ERRORS
    | _ERRORS
    | _REFUSALS
    | answer("A token to send as `Authorization: Bearer …`.", TokenAnswer),
)
async def get_token(request: Request) -> Response:
    """Exchange an app key and its token for a token that stands for the key for an hour.

    The credentials come in the form or by HTTP Basic authentication.
    """
    form = _form(await read_body(request, _MAX_BODY))
    if form is None:
        return _refused("invalid_request", "send a form with each field once")
    grant = form.get("grant_type")
    if grant not in ("client_credentials", "refresh_token"):
        if not grant:
            return _refused("invalid_request", "`grant_type` is missing")
        words = "`grant_type` must be `client_credentials` or `refresh_token`"
        return _refused("unsupported_grant_type", words)
    refresh_token = form.get("refresh_token") if grant == "refresh_token" else None
    if grant == "refresh_token" and not refresh_token:
        return _refused("invalid_request", "`refresh_token` is missing")
    credentials = _credentials(request, form)
    if credentials is None:
        return _refused("invalid_client", "send your app key and its token", 401)
    tokens = desks_of(request).access.key_tokens
    try:
        token = await tokens.issue(*credentials, refresh_token=refresh_token)
    except Unauthorized as error:
        return _refused("invalid_client", error.message, 401)
    answer = {
        "access_token": token.access_token,
        "token_type": "Bearer",
        "expires_in": token.expires_in,
        "refresh_token": token.refresh_token,
    }
    return JSONResponse(answer, headers=_NEVER_STORED)


def _form(body: bytes) -> dict[str, str] | None:
    """The fields of a form; None for anything else."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict",
            max_num_fields=_MAX_FIELDS,
        )  # fmt: skip
    except ValueError:
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        return (unquote_plus(user), unquote_plus(secret)) if colon else None
    given = form.get("client_id"), form.get("client_secret")
    return (given[0], given[1]) if given[0] and given[1] else None


def _refused(error: str, description: str, status: int = 400) -> Response:
    headers = dict(_NEVER_STORED)
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="placet"'
    return JSONResponse({"error": error, "error_description": description}, status, headers)
