"""All hazards of an expression, each with a rewrite that is known to be free of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.expression import Expression
from placet.jsonata.hazards.comparisons import check_comparison
from placet.jsonata.hazards.logic import check_logic, check_result
from placet.jsonata.hazards.model import Hazard
from placet.jsonata.hazards.names import check_bindings, check_name
from placet.jsonata.hazards.scan import Scan
from placet.jsonata.hazards.shape import Shape, shape_of
from placet.jsonata.nodes import Node
from placet.jsonata.parser import parse
from placet.jsonata.stack import on_fresh_stack

__all__ = ["EFFORT", "MAX_HAZARDS", "find_hazards"]

EFFORT: Final = 50_000
MAX_HAZARDS: Final = 100
_GUESSES: Final = 50


def find_hazards(
    expression: Expression,
    *,
    sample: Any = None,
    schema: Mapping[str, Any] | None = None,
    effort: int = EFFORT,
) -> list[Hazard]:
    """What is probably not meant in the expression of a rule, in the order of its text.

    `sample` is an order, `schema` a JSON schema of orders; with either, fields are checked by name
    and type, and it is known which hold lists. Without, the usual order fields are assumed.
    At most `MAX_HAZARDS` are told. Each suggestion is proved by searching the rewritten expression;
    `effort` is how many characters may be searched for that, the hazards behind get none; with 0
    no unknown name is compared with the known ones either.
    """
    shape = shape_of(sample, schema)
    found = _scan(expression.source, expression.node, shape, _GUESSES if effort > 0 else 0)
    before = Counter(hazard.code for hazard in found)
    told = []
    for hazard in found[:MAX_HAZARDS]:
        effort -= len(hazard.suggestion or "")
        kept = hazard if effort >= 0 else replace(hazard, suggestion=None)
        told.append(_with_sound_suggestion(kept, before, shape))
    return told


def _scan(source: str, node: Node, shape: Shape | None, guesses: int) -> list[Hazard]:
    found: list[Hazard] = []
    try:
        found += _hazards(source, node, shape, guesses)
    except RecursionError:
        # What is too long even for an empty stack is no rule that a person wrote.
        with suppress(RecursionError):
            found = on_fresh_stack(lambda: list(_hazards(source, node, shape, guesses)))
    return sorted(set(found), key=lambda hazard: (hazard.start, hazard.code, hazard.end))


def _hazards(source: str, node: Node, shape: Shape | None, guesses: int) -> Iterator[Hazard]:
    scan = Scan(source, node, shape, guesses)
    yield from check_result(scan)
    yield from check_bindings(scan)
    for part in scan.nodes:
        yield from check_comparison(scan, part)
        yield from check_logic(scan, part)
        yield from check_name(scan, part)


def _with_sound_suggestion(hazard: Hazard, before: Counter[str], shape: Shape | None) -> Hazard:
    """The hazard without its suggestion where that does not compile, or is no better."""
    if hazard.suggestion is None:
        return hazard
    try:
        node = parse(hazard.suggestion)
    except JSONataError:
        return replace(hazard, suggestion=None)
    # What is meant by the other names matters only to their messages.
    after = Counter(other.code for other in _scan(hazard.suggestion, node, shape, guesses=0))
    better = after[hazard.code] < before[hazard.code] and not after - before
    return hazard if better else replace(hazard, suggestion=None)
