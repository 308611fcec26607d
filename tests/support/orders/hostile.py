"""Orders of the length of the longest request body, each with much of one thing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

BODY = 2_000_000


def _usual() -> Any:
    items = [
        {"id": f"{n}", "name": f"Paper A{n % 7}", "price": 1000 + n, "quantity": 1 + n % 9,
         "tags": ["a", "b"], "sellerId": "1"}
        for n in range(300)
    ]  # fmt: skip
    return {"value": 120_000, "items": items, "name": "Order", "tags": ["x", "y"]}


def _filled(part: str) -> Any:
    """An order whose `items` are as many of `part` as a body holds."""
    return {"items": json.loads("[" + ",".join([part] * ((BODY - 100) // (len(part) + 1))) + "]")}


def _nested() -> Any:
    return {"items": [{"tags": list(range(400))} for _ in range(1_000)], "name": "x"}


def _text(characters: str) -> Callable[[], Any]:
    def make() -> Any:
        count = (BODY - 100) // len(characters.encode()) // 2
        text = characters * count
        return {"name": text, "items": [{"name": text[1:] + "y"}]}

    return make


def _deep() -> Any:
    value: Any = 1
    for _ in range(5_000):
        value = {"items": [value, "x"], "name": "n"}
    return value


def _fields() -> Any:
    fields = {f"f{n}": n for n in range(120_000)}
    return {"items": [{"fields": fields}], "name": "x", **fields}


def _many() -> Any:
    items = [
        {"id": f"{n}", "name": f"Paper A{n % 7}", "price": 1000.25 + n, "quantity": 1 + n % 9}
        for n in range(10_000)
    ]
    return {"value": 1, "items": items, "name": "Order", "tags": ["x"]}


ORDERS: dict[str, Callable[[], Any]] = {
    "usual": _usual,
    "many items": _many,
    "numbers": lambda: _filled("1.5"),
    "digits": lambda: _filled("0"),
    "empty objects": lambda: _filled("{}"),
    "objects": lambda: _filled('{"name":"x","price":1}'),
    "texts": lambda: _filled('"ab"'),
    "arrays": lambda: _filled("[[1]]"),
    "nested": _nested,
    "text": _text("ab, "),
    "wide text": _text("é"),
    "widest text": _text("a\N{GRINNING FACE}"),
    "deep": _deep,
    "fields": _fields,
}
