"""What the value of a part is used for: as a truth, to be counted, or as a value."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from placet.jsonata import nodes as n
from placet.jsonata.functions.facts import Reads
from placet.jsonata.functions.registry import names_where
from placet.jsonata.recognition import calls, literal, unwrapped
from placet.policies.core.hazards.scan import Scan

__all__ = ["ARITHMETIC", "COMPARISONS", "JOINS", "ORDERINGS", "Use", "is_constant", "use_of"]

JOINS: Final = frozenset({"and", "or"})
ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%"})
ORDERINGS: Final = frozenset({"<", "<=", ">", ">="})
COMPARISONS: Final = ORDERINGS | {"=", "!=", "in"}
_BY_TRUTH: Final = ("filter", "single", "sift")
_FIXED: Final = names_where(lambda stated: stated.reads in (Reads.ARGUMENTS, Reads.TODAY))
_Counting = Literal["exists", "count", "sum"]
_COUNTING: Final[tuple[_Counting, ...]] = ("exists", "count", "sum")


# In longer expressions variables are not followed, since all would be looked at for each.
_MANY_NODES: Final = 2_000


class Use(NamedTuple):
    """`node` is the call that counts the value, else the part whose value is used."""

    kind: Literal["truth", "exists", "count", "sum", "value"]
    node: n.Node


def use_of(scan: Scan, node: n.Node, *, follow: bool = True) -> Use:
    """What is made of a node's value by what is around it.

    With `follow` a value that gets a name is used as its variable is.
    """
    part = node
    while True:
        parent = scan.parents[part]
        if part in scan.predicates or parent is None:
            return Use("truth", part)
        if part.predicates or part.group is not None or not _hands_on(parent, part):
            return _final_use(scan, part, parent, follow)
        part = parent


def _hands_on(parent: n.Node, part: n.Node) -> bool:
    """Whether the value of a part is that of what is around it."""
    match parent:
        case n.Block():
            return parent.expressions[-1] is part
        case n.Conditional():
            return parent.condition is not part
        case n.Default() | n.Coalesce():
            return True
    return False


def _final_use(scan: Scan, part: n.Node, parent: n.Node, follow: bool) -> Use:
    if part.predicates or part.group is not None:
        return Use("value", part)
    if isinstance(parent, n.Conditional) or calls(parent, "not", "boolean"):
        return Use("truth", part)
    if isinstance(parent, n.Binary):
        return _joined_use(parent, part)
    if isinstance(parent, n.Lambda):
        called = scan.parents[parent]
        sifts = called is not None and calls(called, *_BY_TRUTH) is not None
        return Use("truth" if sifts and parent.body is part else "value", part)
    for kind in _COUNTING:
        if (call := calls(parent, kind)) and call.arguments == [part]:
            return Use(kind, call)
    if isinstance(parent, n.Bind) and follow:
        return Use("truth" if _bound_truth(scan, parent) else "value", part)
    return Use("value", part)


def _joined_use(parent: n.Binary, part: n.Node) -> Use:
    other = parent.right if parent.left is part else parent.left
    compared = literal(other) if parent.operator in {"=", "!="} else None
    truth = parent.operator in JOINS or (compared is not None and isinstance(compared.value, bool))
    return Use("truth" if truth else "value", part)


def _bound_truth(scan: Scan, bind: n.Bind) -> bool:
    """Whether a variable is asked for nothing but its truth."""
    if len(scan.nodes) > _MANY_NODES:
        return False
    uses = [
        use_of(scan, node, follow=False)
        for node in scan.nodes
        if isinstance(node, n.Variable) and node.name == bind.name
    ]
    return bool(uses) and all(use.kind == "truth" for use in uses)


def is_constant(scan: Scan, node: n.Node) -> bool:
    """Whether nothing of the order, the clock or chance is in a node's value."""
    parts = [part for part in scan.inside(node) if not isinstance(part, n.Lambda)]
    return all(
        not isinstance(part, n.Name | n.Wildcard | n.Descendant | n.Parent | n.Partial)
        and not (isinstance(part, n.Variable) and not _is_fixed_function(scan, part))
        and not (isinstance(part, n.Call) and not part.arguments)
        for part in parts
    ) and not isinstance(unwrapped(node), n.Placeholder)


def _is_fixed_function(scan: Scan, node: n.Variable) -> bool:
    parent = scan.parents[node]
    called = isinstance(parent, n.Call) and parent.procedure is node
    return called and node.name in _FIXED - scan.bound
