"""Why a rule fired, in clauses people understand: `value 61250 is above 50000`.

Read off the expression's tree: comparisons, `in`, `$exists`, and what `and` and `or` join of them.
Anything else is quoted as it is written. Best effort: evidence never changes a decision.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from placet.jsonata import UNDEFINED, Expression, JSONataError, Limits
from placet.jsonata.nodes import Binary, Literal, Node
from placet.jsonata.recognition import calls, unwrapped
from placet.policies.core.compiled import compile_expression

PHRASES: Final = {
    ">": "is above",
    ">=": "is at least",
    "<": "is below",
    "<=": "is at most",
    "=": "is",
    "!=": "is not",
    "in": "is one of",
}
MIRRORED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!="}
SIMPLE_PATH: Final = re.compile(r"(?:\$\$?\.)?(\w+(?:\.\w+)*)")
MAX_TEXT: Final = 80
MAX_CLAUSES: Final = 8
LIMITS: Final = Limits(time_ms=10.0, steps=200_000)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the clauses of one expression are evaluated against."""

    source: str
    data: Any
    now: int

    def text(self, node: Node) -> str:
        return " ".join(self.source[node.start : node.end].split())

    def value(self, node: Node) -> Any:
        """The value of a part of the expression; undefined when it cannot stand alone."""
        program = compile_expression(self.source[node.start : node.end])
        if isinstance(program, JSONataError):
            return UNDEFINED
        return program.evaluate(self.data, limits=LIMITS, now=self.now)


def evidence(program: Expression, data: Any, now: int) -> tuple[str, ...]:
    """The clauses that made `program` yield true for `data`; empty when it does not lend itself.

    Never raises: a part that fails on its own costs the explanation, not the decision.
    """
    try:
        place = _Place(program.source, data, now)
        clauses = _clauses(program.node, place)
        if clauses == [_quoted(unwrapped(program.node), place)]:
            return ()
    except Exception:
        return ()
    return tuple(clauses[:MAX_CLAUSES])


def describe_value(value: Any) -> str:
    """A value in few words: scalars as JSON, anything larger by its kind."""
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return shorten(json.dumps(value))
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, str):
        return json.dumps(shorten(value), ensure_ascii=False)
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return "an object" if isinstance(value, dict) else "a function"


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """`text` with its tail cut off where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _clauses(node: Node, place: _Place) -> list[str]:
    node = unwrapped(node)
    if isinstance(node, Binary) and node.operator == "and":
        return _clauses(node.left, place) + _clauses(node.right, place)
    if isinstance(node, Binary) and node.operator == "or":
        holds = place.value(node.left) is True
        return _clauses(node.left if holds else node.right, place)
    if isinstance(node, Binary) and node.operator in PHRASES:
        return [_comparison(node, place)]
    exists = calls(node, "exists")
    if exists is not None and len(exists.arguments) == 1:
        return [f"{_operand(exists.arguments[0], place)} exists"]
    return [_quoted(node, place)]


def _comparison(node: Binary, place: _Place) -> str:
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, Literal) and operator in MIRRORED:
        left, right, operator = right, left, MIRRORED[operator]
    value = place.value(left)
    if value is UNDEFINED:
        return _quoted(node, place)
    subject = _operand(left, place)
    if operator == "=":
        return f"{subject} is {_bound(right, place)}"
    return f"{subject} {describe_value(value)} {PHRASES[operator]} {_bound(right, place)}"


def _bound(node: Node, place: _Place) -> str:
    """The other side of a comparison: a constant as written, anything else with its value."""
    if isinstance(node, Literal) or place.text(node).startswith(("[", "-")):
        return shorten(place.text(node).replace("'", '"'))
    return f"{_operand(node, place)} {describe_value(place.value(node))}"


def _operand(node: Node, place: _Place) -> str:
    text = place.text(node)
    path = SIMPLE_PATH.fullmatch(text)
    return path[1] if path else f"`{shorten(text)}`"


def _quoted(node: Node, place: _Place) -> str:
    return f"`{shorten(place.text(node))}` is true"
