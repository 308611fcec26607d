"""Names that lead nowhere: functions, variables and fields that do not exist or are not used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.hazards.calls import unknown_function
from placet.jsonata.hazards.model import Hazard
from placet.jsonata.hazards.order_fields import fields_at
from placet.jsonata.hazards.scan import Scan
from placet.spelling import closest

__all__ = ["check_bindings", "check_name"]

_CONSTANTS: Final = {
    "none": "null",
    "nil": "null",
    "null": "null",
    "undefined": "null",
    "true": "true",
    "false": "false",
}
_AMOUNT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_QUOTED: Final = re.compile("[“”„‟‘’‚‛«»](.*)[“”„‟‘’‚‛«»]")


def check_name(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one name."""
    match node:
        case n.Variable():
            yield from _unknown_variable(scan, node)
        case n.Name():
            yield from _unknown_field(scan, node)


def check_bindings(scan: Scan) -> Iterator[Hazard]:
    """The variables that are bound and not used."""
    used = {node.name for node in scan.nodes if isinstance(node, n.Variable)}
    for node in scan.nodes:
        if not isinstance(node, n.Bind) or node.name in used:
            continue
        block = scan.parents[node]
        if not isinstance(block, n.Block) or node is block.expressions[-1]:
            continue
        index = next(i for i, part in enumerate(block.expressions) if part is node)
        following = block.expressions[index + 1]
        suggestion = scan.source[: node.start] + scan.source[following.start :]
        message = f"the variable `${node.name}` gets a value that nothing uses"
        yield Hazard("H09", node.start, node.end, message, suggestion)


def _unknown_variable(scan: Scan, node: n.Variable) -> Iterator[Hazard]:
    name = node.name
    if name in {"", "$"} or name in scan.bound or name in BUILTINS:
        return
    if _is_called(scan, node):
        yield unknown_function(scan, node)
        return
    message = f"nothing gives the variable `${name}` a value, so it is always missing"
    meant = None
    if _AMOUNT.fullmatch(name):
        meant, message = name, f"{message}: an amount is written without a currency sign"
    elif close := _meant(scan, name, scan.bound):
        meant, message = f"${close}", f"{message}; did you mean `${close}`?"
    elif field := _meant(scan, name, _known_fields(scan)):
        meant, message = _spelled(field), f"{message}; the order's field is `{field}`, without `$`"
    yield scan.hazard("H07", node, message, meant)


def _is_called(scan: Scan, node: n.Variable) -> bool:
    parent = scan.parents[node]
    if isinstance(parent, n.Call | n.Partial):
        return parent.procedure is node
    return isinstance(parent, n.Apply) and parent.right is node


def _meant(scan: Scan, name: str, known: Iterable[str]) -> str | None:
    return closest(name, known) if scan.may_guess() else None


def _known_fields(scan: Scan) -> frozenset[str]:
    shapes = scan.facts.input.shapes
    return fields_at(()).union(*(shape.fields for shape in shapes or ()))


def _unknown_field(scan: Scan, node: n.Name) -> Iterator[Hazard]:
    name = node.value
    known = frozenset().union(*(shape.fields for shape in scan.facts.absent.get(node, ())))
    if quoted := _QUOTED.fullmatch(name):
        message = f"`{name}` is read as a field: a text stands in straight quotes"
        quote = '"' if "'" in quoted[1] else "'"
        yield scan.hazard("H15", node, message, quote + quoted[1] + quote)
    elif name.casefold() in _CONSTANTS and _stands_alone(scan, node):
        meant = _CONSTANTS[name.casefold()]
        message = f"`{name}` is read as a field: the language writes `{meant}`"
        yield scan.hazard("H15", node, message, meant)
    elif known and (close := _meant(scan, name, known)):
        message = f"the order has no field `{name}` here; did you mean `{close}`?"
        yield scan.hazard("H14", node, message, _spelled(close))


def _stands_alone(scan: Scan, node: n.Name) -> bool:
    """Whether the name is a whole path, and not written in backticks."""
    path = scan.parents[node]
    alone = isinstance(path, n.Path) and len(path.steps) == 1
    return alone and not scan.text(node).startswith("`")


def _spelled(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d]\w*", name) else f"`{name}`"
