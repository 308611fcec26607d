"""Fields that lead nowhere: slips of known ones, a name before the order, and unseen ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.recognition import calls
from placet.kit.spelling import closest
from placet.policies.core.hazards.items import AGGREGATES
from placet.policies.core.hazards.lookalikes import plain
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.order_fields import WRAPPERS, fields_at
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.shape import Shape

__all__ = ["check_field", "is_known_field", "root_fields", "spelled"]

# Names that hold an order and nothing else; others of the wrappers may be fields of a shop's own.
_ORDERS: Final = frozenset({"order", "orderform", "cart"})
_DEEPEST: Final = 5


def check_field(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """The hazards of one field's name."""
    if not isinstance(node, n.Name) or _is_told(scan, node):
        return
    if is_known_field(scan, node) and not _is_of_value(scan, node):
        return
    if wrapped := _wrapped(scan, node):
        yield wrapped
    elif part := _part_of_value(scan, node):
        yield part
    elif close := _slip(scan, node):
        message = f"the order has no field `{node.value}` here; did you mean `{close}`?"
        yield scan.hazard("H14", node, message, spelled(close))
    elif _is_unseen(scan, node):
        yield _unseen(scan, node)


def is_known_field(scan: Scan, node: n.Name) -> bool:
    """Whether the orders at hand, a schema or the documentation have the field at its place."""
    context = scan.facts.contexts.get(node)
    if node in scan.facts.absent:
        return False
    if context is None or context.path is None:
        return True
    if any(node.value in shape.fields for shape in context.shapes or ()):
        return True
    return node.value in fields_at(context.path)


def root_fields(scan: Scan) -> frozenset[str]:
    """The names that the order itself is known to have."""
    shapes = scan.facts.input.shapes
    return fields_at(()).union(*(shape.fields for shape in shapes or ()))


def spelled(name: str) -> str:
    """A field's name as the language writes it."""
    return name if re.fullmatch(r"[^\W\d]\w*", name) else f"`{name}`"


def _is_told(scan: Scan, node: n.Name) -> bool:
    """Whether another check speaks of the name: it is called, or has odd characters."""
    path = scan.parents[node]
    outer = scan.parents[path] if path is not None else None
    called = isinstance(outer, n.Call | n.Partial) and outer.procedure is path
    return called or plain(scan.text(node)) is not None


def _is_of_value(scan: Scan, node: n.Name) -> bool:
    """Whether the field is asked of a text, a number or a truth value."""
    context = scan.facts.contexts.get(node)
    return context is not None and context.of_type("string", "number", "boolean")


def _part_of_value(scan: Scan, node: n.Name) -> Hazard | None:
    if not _is_of_value(scan, node):
        return None
    context = scan.facts.contexts[node]
    above = ".".join(context.path or ())
    kinds = " or ".join(sorted(context.types or ()))
    message = f"`{above or 'what is before it'}` is a {kinds}, which has no field `{node.value}`"
    return scan.hazard("H17", node, message)


def _place(scan: Scan, node: n.Name) -> tuple[n.Path, int] | None:
    path = scan.parents[node]
    if not isinstance(path, n.Path):
        return None
    found = [index for index, step in enumerate(path.steps) if step.node is node]
    return (path, found[0]) if found else None


def _wrapped(scan: Scan, node: n.Name) -> Hazard | None:
    """`order.value`, as the API's body has it, and `items[items.price > 5]`."""
    context, place = scan.facts.contexts.get(node), _place(scan, node)
    if context is None or context.path is None or place is None:
        return None
    path, index = place
    following = path.steps[index + 1].node if index + 1 < len(path.steps) else None
    if node.value.casefold() in WRAPPERS and (index == 0 or context.path == ()):
        return _without_wrapper(scan, node, following, at_root=context.path == ())
    if context.path and context.path[-1] == node.value and index == 0:
        return _without_repetition(scan, node, path, following)
    return None


def _without_wrapper(
    scan: Scan, node: n.Name, following: n.Node | None, *, at_root: bool
) -> Hazard | None:
    leads = isinstance(following, n.Name) and following.value in root_fields(scan)
    if not leads and not (at_root and node.value.casefold() in _ORDERS):
        return None
    if not at_root and node.value.casefold() not in _ORDERS:
        return None
    message = (
        f"the expression is evaluated on the order itself, which has no field `{node.value}`: "
        "its fields are written without a name before them, as in `value`"
    )
    if not leads or following is None:
        return scan.hazard("H18", node, message)
    return _shortened(scan, node, following, message, "" if at_root else "$$.")


def _without_repetition(
    scan: Scan, node: n.Name, path: n.Path, following: n.Node | None
) -> Hazard | None:
    """In a list's predicate its items' fields are at hand, and the list itself is not."""
    if node.value not in root_fields(scan):
        return None
    message = (
        f"this is asked of one of `{node.value}` already: its fields are written without "
        f"`{node.value}.` before them, and the whole list is `$$.{node.value}`"
    )
    outer = scan.parents[path]
    whole = outer is not None and calls(outer, *AGGREGATES, "exists", "length") is not None
    if whole or not isinstance(following, n.Name):
        return scan.hazard("H18", node, message, f"$$.{scan.text(node)}")
    return _shortened(scan, node, following, message, "")


def _shortened(scan: Scan, node: n.Name, following: n.Node, message: str, prefix: str) -> Hazard:
    suggestion = scan.source[: node.start] + prefix + scan.source[following.start :]
    return Hazard("H18", node.start, node.end, message, suggestion)


def _known_at(scan: Scan, node: n.Name) -> frozenset[str]:
    """The fields that are known where the name stands."""
    context = scan.facts.contexts.get(node)
    documented = fields_at(context.path) if context and context.path is not None else frozenset()
    holders = scan.facts.absent.get(node, ())
    return documented.union(*(shape.fields for shape in holders))


def _slip(scan: Scan, node: n.Name) -> str | None:
    known = _known_at(scan, node)
    if not known or node.value in known or not scan.may_guess():
        return None
    return closest(node.value, known)


def _is_unseen(scan: Scan, node: n.Name) -> bool:
    """Whether all orders at hand lack the field, and the rule counts on it."""
    holders = scan.facts.absent.get(node, ())
    return bool(holders) and all(shape.learnt for shape in holders) and not _may_miss(scan, node)


def _may_miss(scan: Scan, node: n.Name) -> bool:
    """Whether the rule asks if the field is there, so that it thinks of orders without it."""
    path = scan.parents[node]
    outer = scan.parents[path] if path is not None else None
    if isinstance(outer, n.Coalesce | n.Default):
        return outer.left is path
    return outer is not None and calls(outer, "exists") is not None


def _unseen(scan: Scan, node: n.Name) -> Hazard:
    context = scan.facts.contexts.get(node)
    above = ".".join(context.path) if context and context.path else ""
    where = f" in `{above}`" if above else ""
    message = f"no order at hand has a field `{node.value}`{where}"
    places = _elsewhere(scan, node) if above == "" else []
    if len(places) != 1:
        return scan.hazard("H18", node, message)
    meant = ".".join(map(spelled, places[0]))
    return scan.hazard("H18", node, f"{message}; did you mean `{meant}`?", meant)


def _elsewhere(scan: Scan, node: n.Name) -> list[tuple[str, ...]]:
    """Where else the orders at hand have a field of this name, the nearest places only."""
    place = _place(scan, node)
    if place is None or place[1] > 0:
        return []
    level: list[tuple[tuple[str, ...], Shape]] = [((), s) for s in scan.facts.input.shapes or ()]
    for _ in range(_DEEPEST):
        following = [
            ((*path, name), element)
            for path, shape in level
            for name, field in shape.fields.items()
            for element in field.elements()
        ]
        found = [path for path, _ in following if path[-1] == node.value]
        if found:
            return sorted(set(found))
        level = following
    return []
