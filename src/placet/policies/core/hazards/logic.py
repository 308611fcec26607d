"""Tests that are none: no truth value, always the same one, or an assignment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.recognition import calls, literal, unwrapped
from placet.policies.core.hazards.conditions import contradiction
from placet.policies.core.hazards.inference import ORDERINGS
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan

__all__ = ["check_logic", "check_result"]

_JOINS: Final = frozenset({"and", "or"})
_COMPARISONS: Final = ORDERINGS | {"=", "!="}
_ARTICLES: Final = {
    "array": "a list",
    "function": "a function",
    "null": "`null`",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}


def check_result(scan: Scan) -> Iterator[Hazard]:
    """Whether the whole expression gives true or false, as a rule must."""
    for node in _results(unwrapped(scan.root)):
        if isinstance(node, n.Bind):
            continue
        fact = scan.fact(node)
        kind = _non_boolean(scan, node)
        if kind is None:
            continue
        message = (
            f"a rule must give true or false, but `{_brief(scan.text(node))}` gives {kind}: "
            "that is an error, and the rule needs a manual review"
        )
        replacement = None
        if isinstance(node, n.Path) and (fact.many or fact.of_type("object")):
            replacement = f"$exists({scan.text(node)})"
        elif calls(node, "count", "sum"):
            replacement = f"{scan.text(node)} > 0"
        yield scan.hazard("H04", node, message, replacement)


def _results(node: n.Node) -> Iterator[n.Node]:
    """The parts whose value can be the result."""
    node = unwrapped(node)
    plain = not node.predicates and node.group is None
    if isinstance(node, n.Conditional) and plain:
        yield from _results(node.then)
        if node.otherwise is not None:
            yield from _results(node.otherwise)
    elif isinstance(node, n.Default | n.Coalesce) and plain:
        yield from _results(node.left)
        yield from _results(node.right)
    elif isinstance(node, n.Block) and node.expressions and plain:
        yield from _results(node.expressions[-1])
    else:
        yield node


def _non_boolean(scan: Scan, node: n.Node) -> str | None:
    """What else than true or false the node surely gives."""
    fact = scan.fact(node)
    if fact.types is not None and "boolean" not in fact.types:
        kinds = sorted(_ARTICLES.get(kind, kind) for kind in fact.types)
        return "a list" if fact.many and len(kinds) > 1 else " or ".join(kinds)
    if fact.many and fact.types is None and isinstance(node, n.Path | n.Call):
        return "the items themselves, not whether there are any"
    return None


def check_logic(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one node as a test or a part of one."""
    if negated := calls(node, "not"):
        yield from _negation(scan, negated)
    elif isinstance(node, n.Bind):
        yield from _assignment(scan, node)
    elif isinstance(node, n.Conditional):
        if literal(node.condition) is not None:
            yield _constant(scan, node.condition, "one branch is never taken")
    elif isinstance(node, n.Binary) and node.operator in _JOINS:
        outer = scan.parents[node]
        if not isinstance(outer, n.Binary) or outer.operator != node.operator:
            yield from _joined(scan, node)
    elif isinstance(node, n.Binary) and node.operator in _COMPARISONS:
        yield from _fixed_comparison(scan, node)


def _negation(scan: Scan, node: n.Call) -> Iterator[Hazard]:
    if len(node.arguments) != 1:
        return
    argument = node.arguments[0]
    fact = scan.fact(argument)
    if not fact.missing:
        return
    message = (
        f"where a field of `{_brief(scan.text(argument))}` is missing, `$not(…)` is neither true "
        "nor false, so the rule does not fire there"
    )
    yield scan.hazard("H03", node, message, f"$not({scan.operand(argument)} ?? false)")


def _assignment(scan: Scan, node: n.Bind) -> Iterator[Hazard]:
    if not _is_test(scan, node):
        return
    message = (
        f"`:=` gives the variable `${node.name}` a value and tests nothing: equality is written `=`"
    )
    rebound = any(
        isinstance(other, n.Bind) and other is not node and other.name == node.name
        for other in scan.nodes
    )
    left = f"${node.name}" if rebound else node.name
    yield scan.hazard("H13", node, message, f"{left} = {scan.text(node.value)}")


def _is_test(scan: Scan, node: n.Node) -> bool:
    """Whether truth is what is asked of a node."""
    if node in scan.predicates:
        return True
    parent = scan.parents[node]
    while isinstance(parent, n.Block) and len(parent.expressions) == 1:
        if parent in scan.predicates:
            return True
        node, parent = parent, scan.parents[parent]
    if parent is None:
        return True
    if isinstance(parent, n.Conditional):
        return parent.condition is node
    return calls(parent, "not") is not None or (
        isinstance(parent, n.Binary) and parent.operator in _JOINS
    )


def _constant(scan: Scan, node: n.Node, effect: str) -> Hazard:
    return scan.hazard("H08", node, f"`{scan.text(node)}` is the same for every order: {effect}")


def _fixed_comparison(scan: Scan, node: n.Binary) -> Iterator[Hazard]:
    both = literal(node.left) is not None and literal(node.right) is not None
    same = isinstance(node.left, n.Path) and scan.text(node.left) == scan.text(node.right)
    if both or same:
        yield _constant(scan, node, "it compares nothing of the order with anything")


def _joined(scan: Scan, node: n.Binary) -> Iterator[Hazard]:
    """What `and` or `or` joins: plain values, and limits that contradict each other."""
    operands = _operands(node)
    plain = [(part, found.value) for part in operands if (found := literal(part)) is not None]
    for operand, value in plain:
        if isinstance(value, bool):
            advice = f"leave it out, or write what `{node.operator}` should join"
            yield _constant(scan, operand, advice)
    values = [operand for operand, value in plain if not isinstance(value, bool)]
    if values:
        yield _plain_values(scan, node, operands, values)
    if hazard := contradiction(scan, node, operands):
        yield hazard


def _operands(node: n.Binary) -> list[n.Node]:
    operands: list[n.Node] = []
    left: n.Node = node
    while isinstance(left, n.Binary) and left.operator == node.operator and not left.predicates:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


def _plain_values(
    scan: Scan, node: n.Binary, operands: list[n.Node], values: list[n.Node]
) -> Hazard:
    text = scan.text(values[0])
    message = (
        f"`{text}` is not compared with anything here: each side of `{node.operator}` must be a "
        "whole test of its own"
    )
    replacement = _spread(scan, node.operator, operands)
    suggestion = None if replacement is None else scan.replaced(node, replacement)
    return Hazard("H11", values[0].start, values[0].end, message, suggestion)


def _spread(scan: Scan, operator: str, operands: list[n.Node]) -> str | None:
    """`a = 'x' or 'y'` as `a in ['x', 'y']`, and other comparisons as one each."""
    parts: list[str] = []
    index = 0
    while index < len(operands):
        test = operands[index]
        index += 1
        more: list[str] = []
        while index < len(operands) and literal(operands[index]) is not None:
            more.append(scan.text(operands[index]))
            index += 1
        if not more:
            parts.append(scan.text(test))
            continue
        if not isinstance(test, n.Binary) or test.operator not in _COMPARISONS:
            return None
        left = scan.text(test.left)
        if test.operator == "=" and operator == "or":
            parts.append(f"{left} in [{', '.join([scan.text(test.right), *more])}]")
        elif test.operator == "=" or (test.operator == "!=" and operator == "or"):
            return None
        else:
            parts += [scan.text(test), *(f"{left} {test.operator} {value}" for value in more)]
    return f" {operator} ".join(parts)


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
