"""The route of OAuth 2.0 tokens: app keys as client credentials."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from placet.api.access.caller import desks_of
from placet.api.web.body import read_body
from placet.errors import Unauthorized

_MAX_BODY: Final = 50_000
_MAX_FIELDS: Final = 20
_NEVER_STORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_STRING: Final = {"type": "string"}
_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials", "refresh_token"]},
        "client_id": {"type": "string", "description": "The app key."},
        "client_secret": {"type": "string", "description": "The app token."},
        "refresh_token": {"type": "string", "description": "That of an earlier answer."},
    },
}
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": _FORM}},
    }
}
_TOKEN: Final = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "refresh_token"],
    "properties": {
        "access_token": _STRING,
        "token_type": {"type": "string", "enum": ["Bearer"]},
        "expires_in": {"type": "integer", "description": "Seconds."},
        "refresh_token": _STRING,
    },
}
_ERROR: Final = {
    "type": "object",
    "required": ["error", "error_description"],
    "properties": {"error": _STRING, "error_description": _STRING},
}


def _described(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


router: Final = APIRouter(prefix="/oauth2", tags=["Tokens"])


@router.post(
    "/token",
    summary="Get a token",
    openapi_extra=_BODY,
    responses={
        200: _described("A token to send as `Authorization: Bearer …`.", _TOKEN),
        400: _described("The request is not one of OAuth 2.0.", _ERROR),
        401: _described("The app key, its token or the refresh token is wrong.", _ERROR),
    },
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
