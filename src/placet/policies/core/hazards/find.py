"""All hazards of an expression, each with a rewrite that was tried, or with none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.expression import Expression
from placet.jsonata.nodes import Node
from placet.jsonata.parser.parse import parse
from placet.jsonata.runtime.stack import on_fresh_stack
from placet.policies.core.hazards.arguments import check_arguments
from placet.policies.core.hazards.calls import check_call
from placet.policies.core.hazards.comparisons import check_comparison
from placet.policies.core.hazards.conditions import check_condition
from placet.policies.core.hazards.fields import check_field
from placet.policies.core.hazards.logic import check_logic, check_result
from placet.policies.core.hazards.lookalikes import check_characters
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.names import check_bindings, check_name
from placet.policies.core.hazards.overdraft import check_budgets
from placet.policies.core.hazards.rewrites.proof import Prover
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.shape import Shape, shape_of
from placet.policies.core.hazards.times import check_moments
from placet.policies.core.hazards.words import check_word

__all__ = ["EFFORT", "MAX_HAZARDS", "find_hazards", "prove_rewrite"]

EFFORT: Final = 50_000
MAX_HAZARDS: Final = 100
_GUESSES: Final = 50
_WORDS: Final = frozenset({"H15", "H20", "H21"})
_FIELDS: Final = frozenset({"H14", "H18"})


def find_hazards(
    expression: Expression,
    *,
    sample: Any = None,
    schema: Mapping[str, Any] | None = None,
    orders: Shape | None = None,
    effort: int = EFFORT,
) -> list[Hazard]:
    """What is probably not meant in the expression of a rule, in the order of its text.

    `sample` is an order, `schema` a JSON schema of orders, `orders` what was learnt from many; with
    any of them, fields are checked by name and type, and it is known which hold lists. Without, the
    documented order fields are assumed. At most `MAX_HAZARDS` are told. Each suggestion is proved:
    the rewritten expression has no hazard itself, and was run over orders made for it. `effort` is
    how many characters may be searched for that, the hazards behind get none; with 0 no unknown
    name is compared with the known ones either.
    """
    shape = shape_of(sample, schema, orders)
    scan, found = _search(expression.source, expression.node, shape, _GUESSES if effort > 0 else 0)
    found = found[:MAX_HAZARDS]
    if scan is None or effort <= 0:
        return [replace(hazard, suggestion=None) for hazard in found]

    def search(text: str, node: Node) -> tuple[Scan | None, list[Hazard]]:
        # The names in a rewrite are looked up as well: it may hold a slip that is left.
        return _search(text, node, shape, _GUESSES)

    return Prover(search, scan, effort).prove(found)


def prove_rewrite(text: str, effort: int = EFFORT) -> str | None:
    """An expression made free of hazards and tried, as the suggestions are; None where it cannot.

    `effort` is as of `find_hazards`.
    """
    try:
        node = parse(text)
    except JSONataError:
        return None

    def search(text: str, node: Node) -> tuple[Scan | None, list[Hazard]]:
        return _search(text, node, None, _GUESSES)

    scan, _ = search(text, node)
    return None if scan is None else Prover(search, scan, effort).mended(text)


def _search(
    source: str, node: Node, shape: Shape | None, guesses: int
) -> tuple[Scan | None, list[Hazard]]:
    """The scan of the expression, None where it is too deep, and its hazards in their order."""
    found: list[Hazard] = []
    scan: Scan | None = None
    try:
        scan = Scan(source, node, shape, guesses)
        found += _hazards(scan)
    except RecursionError:
        # What is too long even for an empty stack is no rule that a person wrote.
        with suppress(RecursionError):
            found = on_fresh_stack(lambda: list(_hazards(Scan(source, node, shape, guesses))))
    told = sorted(
        _without_doubles(set(found)),
        key=lambda item: (item.start, item.code, item.end, item.message, item.suggestion or ""),
    )
    return scan, told


def _without_doubles(found: set[Hazard]) -> Iterator[Hazard]:
    """A word that is no field at all needs no search for one."""
    words = {(hazard.start, hazard.end) for hazard in found if hazard.code in _WORDS}
    for hazard in found:
        if hazard.code not in _FIELDS or (hazard.start, hazard.end) not in words:
            yield hazard


def _hazards(scan: Scan) -> Iterator[Hazard]:
    yield from check_result(scan)
    yield from check_bindings(scan)
    for part in scan.nodes:
        yield from check_comparison(scan, part)
        yield from check_logic(scan, part)
        yield from check_name(scan, part)
        yield from check_call(scan, part)
        yield from check_arguments(scan, part)
        yield from check_moments(scan, part)
        yield from check_condition(scan, part)
        yield from check_characters(scan, part)
        yield from check_field(scan, part)
        yield from check_word(scan, part)
        yield from check_budgets(scan, part)
