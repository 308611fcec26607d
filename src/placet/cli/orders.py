"""Orders from files: one JSON document, or one per line, in the shape that the server reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from pydantic_core import from_json, to_json

from placet.cli.files import opened
from placet.errors import InvalidRequest
from placet.kit.reading import read
from placet.kit.text.json_keys import duplicate_key
from placet.orders.core.submission import Submission


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file of orders: its number from 1, and the order or what is wrong with it."""

    number: int
    content: Submission | InvalidRequest


def one_order(name: str, unit_id: str | None, limit: int) -> Submission:
    """The order in the file `name` (`-`: standard input) of at most `limit` bytes.

    Raises:
        InvalidRequest: the file cannot be read, or what it holds would be refused by the server.
    """
    with opened(name) as stream:
        content = stream.read(limit + 1)
    try:
        return _submission(content, unit_id, limit)
    except InvalidRequest as error:
        raise InvalidRequest(f"the order in `{name}` cannot be used: {error.message}") from error


def each_order(
    stream: BinaryIO, unit_id: str | None, limit: int, advance: Callable[[int], None]
) -> Iterator[Line]:
    """The orders of a stream, one per line; blank lines are passed over.

    `limit` bounds a line in bytes; `advance` is told the bytes of every line read.
    """
    number = 0
    while content := stream.readline(limit + 2):
        number += 1
        size = len(content)
        while not content.endswith(b"\n") and size > limit:
            rest = stream.readline(limit)
            size += len(rest)
            if not rest or rest.endswith(b"\n"):
                break
        advance(size)
        if not content.strip():
            continue
        try:
            yield Line(number, _submission(content, unit_id, limit))
        except InvalidRequest as error:
            yield Line(number, error)


def json_document(content: bytes) -> Any:
    """The JSON value of a file's content.

    Raises:
        InvalidRequest: it is none; the sentence says where.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        document = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidRequest(f"it is not JSON: {error}") from error
    twice = duplicate_key(content, to_json(document))
    if twice is not None:
        raise InvalidRequest(twice)
    return document


def _submission(content: bytes, unit_id: str | None, limit: int) -> Submission:
    if len(content.rstrip(b"\r\n")) > limit:
        raise InvalidRequest(f"it is larger than {limit} bytes")
    document = json_document(content)
    if not isinstance(document, dict):
        raise InvalidRequest("an order must be a JSON object")
    if not isinstance(document.get("order"), dict) or "orderId" in document:
        document = {"order": document}
    if unit_id is not None:
        document = {"unitId": unit_id} | document
    return read(Submission, document)
