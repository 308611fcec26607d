"""Comparisons that fail, or that never hold: of lists, of `null`, of money, of different types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.hazards.facts import ORDERINGS
from placet.jsonata.hazards.model import Hazard
from placet.jsonata.hazards.order_fields import MONEY
from placet.jsonata.hazards.scan import Scan
from placet.jsonata.recognition import calls, literal, unwrapped

__all__ = ["check_comparison"]

_EQUALITIES: Final = frozenset({"=", "!="})
_NUMERIC: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/"})
_SCALARS: Final = frozenset({"string", "number", "boolean"})


def check_comparison(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one comparison; none of any other node."""
    if not isinstance(node, n.Binary):
        return
    if node.operator in ORDERINGS:
        if null := _ordered_null(scan, node):
            yield null
            return
        if many := _ordered_list(scan, node):
            yield many
    elif node.operator in _EQUALITIES:
        if many := _equal_list(scan, node):
            yield many
        elif money := _equal_money(scan, node):
            yield money
    else:
        return
    if types := _different_types(scan, node):
        yield types


def _is_null(node: n.Node) -> bool:
    found = literal(node)
    return found is not None and found.value is None


def _ordered_null(scan: Scan, node: n.Binary) -> Hazard | None:
    if not _is_null(node.left) and not _is_null(node.right):
        return None
    other = node.left if _is_null(node.right) else node.right
    message = (
        f"`null` is neither above nor below anything: `{node.operator}` stops with an error here "
        "(T2010), and the rule needs a manual review"
    )
    rewritten = None if _is_null(other) else f"{scan.operand(other)} != null"
    return scan.hazard("H12", node, message, rewritten)


def _ordered_list(scan: Scan, node: n.Binary) -> Hazard | None:
    left, right = _is_list(scan, node.left), _is_list(scan, node.right)
    if not left and not right:
        return None
    listed = node.left if left else node.right
    message = (
        f"`{scan.text(listed)}` can hold several values: with two or more of them "
        f"`{node.operator}` stops with an error (T2010), and the rule needs a manual review"
    )
    rewritten = None if left and right else _for_any_item(scan, node, listed)
    return scan.hazard("H01", node, message, rewritten)


def _is_list(scan: Scan, node: n.Node) -> bool:
    fact = scan.fact(node)
    return fact.many or fact.of_type("array")


def _for_any_item(scan: Scan, node: n.Binary, listed: n.Node) -> str | None:
    """The test asked of each item, or of the largest or smallest one."""
    other = node.right if listed is node.left else node.left
    if literal(other) is not None and (split := _split_last(scan, listed)):
        owner, field = split
        sides = (field, scan.text(other)) if listed is node.left else (scan.text(other), field)
        return f"$exists({owner}[{sides[0]} {node.operator} {sides[1]}])"
    if scan.fact(listed).of_type("string"):
        return None
    largest = (node.operator in {">", ">="}) is (listed is node.left)
    extreme = f"${'max' if largest else 'min'}({scan.text(listed)})"
    sides = (
        (extreme, scan.text(node.right)) if listed is node.left else (scan.text(node.left), extreme)
    )
    return f"{sides[0]} {node.operator} {sides[1]}"


def _split_last(scan: Scan, node: n.Node) -> tuple[str, str] | None:
    """A path as what holds the items and the plain field at its end."""
    if not isinstance(node, n.Path) or len(node.steps) < 2 or node.group is not None:
        return None
    last, before = node.steps[-1], node.steps[-2]
    plain = isinstance(last.node, n.Name) and not last.stages and not last.node.keep_array
    if not plain or last.focus or last.index or any(step.tuples for step in node.steps):
        return None
    if isinstance(before.node, n.Sort) or not _holds_many(scan, node):
        return None
    owner = scan.source[node.start : last.node.start].rstrip()
    return owner.removesuffix(".").rstrip(), scan.text(last.node)


def _holds_many(scan: Scan, path: n.Path) -> bool:
    """Whether the items come from the steps before the last one, which itself is one value."""
    return not scan.fact(path.steps[-1].node).many


def _equal_list(scan: Scan, node: n.Binary) -> Hazard | None:
    left, right = scan.fact(node.left), scan.fact(node.right)
    if left.many is right.many or left.of_type("array") or right.of_type("array"):
        return None
    listed, other = (node.left, node.right) if left.many else (node.right, node.left)
    if node.operator == "=":
        effect = "never equals one value, so this is false however many of them match"
    else:
        effect = "differs from any one value, so this is true even where all of them match"
    message = f"`{scan.text(listed)}` can hold several values, and a list of two or more {effect}"
    contains = f"{scan.operand(other)} in {scan.operand(listed)}"
    return scan.hazard(
        "H02", node, message, contains if node.operator == "=" else f"$not({contains})"
    )


def _equal_money(scan: Scan, node: n.Binary) -> Hazard | None:
    sides = (node.left, node.right)
    computed = [side for side in sides if _is_computed_money(side)]
    constants = [found.value for side in sides if (found := literal(side)) is not None]
    if not computed or 0 in constants:
        return None
    message = (
        f"`{scan.text(computed[0])}` is computed from amounts: a tiny rounding difference makes "
        f"`{node.operator}` give the wrong answer, so round both sides"
    )
    texts = [
        scan.text(side) if literal(side) else f"$round({scan.text(side)}, 2)" for side in sides
    ]
    return scan.hazard("H05", node, message, f"{texts[0]} {node.operator} {texts[1]}")


def _is_computed_money(node: n.Node) -> bool:
    node = unwrapped(node)
    if total := calls(node, "sum", "average"):
        return any(_names_money(argument) for argument in total.arguments)
    if isinstance(node, n.Binary) and node.operator in _ARITHMETIC:
        sides = (unwrapped(node.left), unwrapped(node.right))
        return any(_is_computed_money(side) or _names_money(side) for side in sides)
    return False


def _names_money(node: n.Node) -> bool:
    node = unwrapped(node)
    if isinstance(node, n.Binary):
        return _names_money(node.left) or _names_money(node.right)
    if isinstance(node, n.Path):
        last = node.steps[-1].node
        return last.value in MONEY if isinstance(last, n.Name) else _names_money(last)
    return False


def _different_types(scan: Scan, node: n.Binary) -> Hazard | None:
    left, right = scan.fact(node.left), scan.fact(node.right)
    if left.types is None or right.types is None or left.types & right.types:
        return None
    if not left.types or not right.types or not (left.types | right.types) <= _SCALARS:
        return None
    kinds = [" or ".join(sorted(types)) for types in (left.types, right.types)]
    outcome = (
        "stops with an error (T2009)"
        if node.operator in ORDERINGS
        else f"is always {'false' if node.operator == '=' else 'true'}"
    )
    message = (
        f"`{scan.text(node.left)}` is a {kinds[0]} and `{scan.text(node.right)}` a {kinds[1]}: "
        f"comparing them {outcome}"
    )
    return scan.hazard("H10", node, message, _same_type(scan, node))


def _same_type(scan: Scan, node: n.Binary) -> str | None:
    """The comparison with its literal spelled in the type of the other side."""
    for side, other in ((node.right, node.left), (node.left, node.right)):
        found, wanted = literal(side), scan.fact(other)
        if found is None or literal(other) is not None:
            continue
        text = _spelled(found.value, wanted.types or frozenset())
        if text is None:
            return None
        sides = (scan.text(other), text) if side is node.right else (text, scan.text(other))
        return f"{sides[0]} {node.operator} {sides[1]}"
    return None


def _spelled(value: str | float | bool | None, types: frozenset[str]) -> str | None:
    if isinstance(value, str):
        if types == {"number"} and _NUMERIC.fullmatch(value):
            return value
        return value if types == {"boolean"} and value in {"true", "false"} else None
    if types == {"string"} and value is not None:
        return f"'{str(value).lower() if isinstance(value, bool) else value}'"
    return None
