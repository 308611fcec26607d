"""Variables that do not exist or are not used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.functions.registry import BUILTINS
from placet.kit.spelling import closest
from placet.policies.core.hazards.calls import unknown_function
from placet.policies.core.hazards.fields import root_fields, spelled
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.order_fields import WRAPPERS
from placet.policies.core.hazards.scan import Scan

__all__ = ["check_bindings", "check_name"]

_AMOUNT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def check_name(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one variable."""
    if isinstance(node, n.Variable):
        yield from _unknown_variable(scan, node)


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
    if name.casefold() in WRAPPERS and (text := _without_owner(scan, node)):
        message = f"an order's fields are written without `${name}.` before them"
        yield Hazard("H07", node.start, node.end, message, text)
        return
    message = f"nothing gives the variable `${name}` a value, so it is always missing"
    meant = None
    if _AMOUNT.fullmatch(name):
        meant, message = name, f"{message}: an amount is written without a currency sign"
    elif close := _meant(scan, name, scan.bound):
        meant, message = f"${close}", f"{message}; did you mean `${close}`?"
    elif field := _meant(scan, name, root_fields(scan)):
        meant, message = spelled(field), f"{message}; the order's field is `{field}`, without `$`"
    yield scan.hazard("H07", node, message, meant)


def _is_called(scan: Scan, node: n.Variable) -> bool:
    parent = scan.parents[node]
    if isinstance(parent, n.Call | n.Partial):
        return parent.procedure is node
    return isinstance(parent, n.Apply) and parent.right is node


def _without_owner(scan: Scan, node: n.Variable) -> str | None:
    """`$order.value` as `value`."""
    path = scan.parents[node]
    if not isinstance(path, n.Path) or path.steps[0].node is not node or len(path.steps) < 2:
        return None
    following = path.steps[1].node
    if not isinstance(following, n.Name) or following.value not in root_fields(scan):
        return None
    return scan.source[: node.start] + scan.source[following.start :]


def _meant(scan: Scan, name: str, known: Iterable[str]) -> str | None:
    return closest(name, known) if scan.may_guess() else None
