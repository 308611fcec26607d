"""Reading request bodies: bounded, strict JSON, and then a model."""

from __future__ import annotations

import math
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import from_json, to_json
from starlette.requests import ClientDisconnect, Request

from placet.api.web.error_answers import BodyTooLarge
from placet.api.web.raw_json import member_text
from placet.errors import InvalidRequest
from placet.kit.reading import read, read_many
from placet.kit.text.json_keys import duplicate_key

Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        BodyTooLarge: it is, or says that it is, longer than `limit` bytes; the rest is not read.
        InvalidRequest: the connection ended before the body did.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise InvalidRequest("the request body ended early") from error
    return b"".join(chunks)


def read_json(body: bytes) -> Any:
    """The JSON value of a body: UTF-8, at most 200 levels deep, no NaN and no infinities, and no
    key twice in an object.

    Raises:
        InvalidRequest: it is something else; the sentence says where.
    """
    if not body.strip():
        raise InvalidRequest("the request body is empty: send JSON")
    try:
        value = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise InvalidRequest(f"the request body is not valid JSON: {error}") from error
    written = to_json(value, inf_nan_mode="constants")
    if b"Infinity" in written and not _is_finite(value):
        raise InvalidRequest("the request body holds a number that is out of range")
    twice = duplicate_key(body, written)
    if twice is not None:
        raise duplicate_refused(twice)
    return value


def duplicate_refused(twice: str) -> InvalidRequest:
    """The refusal of a body in which, in these words, a key comes twice."""
    return InvalidRequest(f"the request body is not usable: {twice}", code="duplicate-key")


async def read_model(
    request: Request, model: type[Model], *, default: Model | None = None
) -> Model:
    """The body of a request, within the app's limit, as a model; `default` stands for an empty
    body.

    Raises:
        BodyTooLarge: it is too long.
        InvalidRequest: it is no JSON, or fields are missing or wrong.
    """
    body = await _read_within_limit(request)
    if not body and default is not None:
        return default
    return read(model, read_json(body))


async def read_model_and_text(
    request: Request, model: type[Model], member: str
) -> tuple[Model, str | None]:
    """The body of a request as a model, and the text of one of its members as it was sent; errors
    as in `read_model`.
    """
    body = await _read_within_limit(request)
    return read(model, read_json(body)), member_text(body, member)


async def read_models(request: Request, model: type[Model]) -> list[Model]:
    """The body of a request as an array of models; errors as in `read_model`."""
    return read_many(model, read_json(await _read_within_limit(request)))


async def _read_within_limit(request: Request) -> bytes:
    return await read_body(request, request.app.state.settings.max_body_bytes)


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(_is_finite(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_finite(item) for item in value)
    return True


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"the request body is larger than {limit} bytes")
