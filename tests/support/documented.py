"""Every answer that tests get is one that the API document describes: status, type and content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from placet.api.web.document import operations
from placet.app import api_document

__all__ = ["CHECKED", "CHECKED_AT_ONCE", "check_answer", "document"]

# What is served beside the API.
PAGES = {"/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}
PARAMETER = re.compile(r"\{(\w+)\}")
JSON = "application/json"


@cache
def document() -> dict[str, Any]:
    """The API document, without a server."""
    return api_document()


@dataclass(frozen=True)
class Operation:
    """An operation of the document, and which requests it is for."""

    method: str
    path: re.Pattern[str]
    responses: dict[str, Any]


@cache
def described() -> list[Operation]:
    """Every operation, in the order in which routes are tried."""
    found = []
    for method, path, operation in operations(document()):
        # Ids of orders alone may hold slashes.
        parts = PARAMETER.sub(lambda name: ".+" if name[1] == "orderId" else "[^/]+", path)
        found.append(Operation(method.upper(), re.compile(parts), operation["responses"]))
    return found


def operation_of(request: httpx.Request) -> Operation | None:
    """The operation that a request is for."""
    for operation in described():
        if operation.method == request.method and operation.path.fullmatch(request.url.path):
            return operation
    return None


def check_answer(answer: httpx.Response) -> None:
    """Make sure that an answer, which has been read, is as the document says."""
    problems = list(differences(answer))
    told = f"{answer.request.method} {answer.request.url}: {answer.status_code}"
    assert not problems, "\n".join([told, *problems, answer.text[:2_000]])


def differences(answer: httpx.Response) -> Iterator[str]:
    """What of an answer is not as the document says."""
    operation = operation_of(answer.request)
    if operation is None:
        if answer.request.url.path not in PAGES and answer.status_code not in {400, 404, 405}:
            yield "there is no such operation"
        return
    said = operation.responses.get(str(answer.status_code))
    if said is None:
        yield "the operation does not have this status"
        return
    for name in said.get("headers", ()):
        if name not in answer.headers:
            yield f"the header `{name}` is missing"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    schema = said.get("content", {"": None}).get(kind, "another type")
    if schema == "another type" or (schema is None and answer.content):
        yield f"the content is of the type `{kind}`"
    elif kind == JSON:
        for problem in validator(json.dumps(schema["schema"])).iter_errors(answer.json()):
            yield f"/{'/'.join(map(str, problem.instance_path))}: {problem.message}"


@cache
def validator(schema: str) -> Any:
    """What checks documents by a schema of the document, in which nothing else may be."""
    components = {name: closed(part) for name, part in document()["components"]["schemas"].items()}
    return jsonschema_rs.Draft202012Validator(
        json.loads(schema) | {"components": {"schemas": components}}, validate_formats=True
    )


def closed(schema: Any) -> Any:
    """The schema, where objects have no properties that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and isinstance(schema.get("type"), str):
        shut.setdefault("additionalProperties", False)
    return shut


async def checked(answer: httpx.Response) -> None:
    """A hook of clients that read answers asynchronously."""
    await answer.aread()
    check_answer(answer)


def checked_at_once(answer: httpx.Response) -> None:
    """A hook of clients that wait."""
    answer.read()
    check_answer(answer)


CHECKED: dict[str, list[Any]] = {"response": [checked]}
CHECKED_AT_ONCE: dict[str, list[Any]] = {"response": [checked_at_once]}
