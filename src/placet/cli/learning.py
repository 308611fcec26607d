"""Orders that rule files are judged by: named on the command line, or kept beside the rules."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from placet.cli.files import opened
from placet.cli.orders import json_document
from placet.errors import InvalidRequest
from placet.policies.core.hazards import Shape, learn

# The folder beside a rule file whose orders say what the rules may read.
FOLDER: Final = "orders"
_SUFFIXES: Final = (".json", ".ndjson", ".jsonl")
_MOST_ORDERS: Final = 10_000
_MOST_BYTES: Final = 50_000_000
# Keys under which lists of orders come.
_LISTS: Final = ("orders", "list", "data")


def learn_from(names: Iterable[str]) -> tuple[Shape | None, int]:
    """What the orders of files and folders look like, and how many there are.

    A file holds one order, a list of them, or one on each line; `-` is standard input. Of very many
    orders the first 10,000 are looked at.

    Raises:
        InvalidRequest: a file cannot be read, or holds something else.
    """
    found = (order for name in names for order in _each(name))
    return _learnt(islice(found, _MOST_ORDERS))


def learn_beside(rule_file: str, *more: Any) -> Shape | None:
    """What the orders in the folder `orders` beside a rule file look like, and `more` orders.

    What is there and is no order is passed over: nobody named it. Without such a folder nothing is
    known of the fields that `more` do not have.
    """
    kept = list(islice(_readable(Path(rule_file).parent / FOLDER), _MOST_ORDERS))
    shape = learn([*kept, *more])
    if shape is not None and not kept:
        shape.may_have_more()
    return shape


def _learnt(orders: Iterable[Any]) -> tuple[Shape | None, int]:
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for order in orders:
            count += 1
            yield order

    return learn(counted()), count


def _each(name: str) -> Iterator[Any]:
    if not os.path.isdir(name):
        yield from orders_in(name)
        return
    files = list(_files(Path(name)))
    if not files:
        raise InvalidRequest(f"there are no orders in `{name}`: no file {' or '.join(_SUFFIXES)}")
    for file in files:
        yield from orders_in(str(file))


def _readable(folder: Path) -> Iterator[Any]:
    for file in _files(folder):
        try:
            yield from list(orders_in(str(file)))
        except InvalidRequest:
            continue


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        found = folder.rglob("*")
        yield from sorted(item for item in found if item.suffix in _SUFFIXES and item.is_file())


def orders_in(name: str) -> Iterator[Any]:
    """The orders of one file; errors as in `learn_from`."""
    with opened(name) as stream:
        content = stream.read(_MOST_BYTES + 1)
    whole = len(content) <= _MOST_BYTES
    try:
        documents = [json_document(content)] if whole else None
    except InvalidRequest as error:
        if len(content.strip().splitlines()) < 2:
            raise InvalidRequest(f"the orders in `{name}` cannot be used: {error}") from error
        documents = None
    if documents is not None:
        yield from _orders(documents[0], f"`{name}`")
        return
    lines = content.splitlines()
    for number, line in enumerate(lines if whole else lines[:-1], 1):
        if line.strip():
            yield from _orders(_line(line, name, number), f"line {number} of `{name}`")


def _line(line: bytes, name: str, number: int) -> Any:
    try:
        return json_document(line)
    except InvalidRequest as error:
        message = f"line {number} of `{name}` holds no order: {error}"
        raise InvalidRequest(message) from error


def _orders(document: Any, where: str) -> Iterator[Any]:
    """The orders of a document: itself, what a submission submits, or those of a list."""
    if isinstance(document, list):
        for item in document:
            yield from _orders(item, where)
        return
    if not isinstance(document, dict):
        raise InvalidRequest(f"{where} holds no order: an order is a JSON object")
    if "orderId" not in document:
        for key in _LISTS:
            if isinstance(document.get(key), list):
                yield from _orders(document[key], where)
                return
        if isinstance(document.get("order"), dict):
            document = document["order"]
    yield document
