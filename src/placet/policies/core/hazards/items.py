"""A test or a sum of a list's fields, asked of each item instead: moved into the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from placet.jsonata import nodes as n
from placet.jsonata.functions.facts import Takes
from placet.jsonata.functions.registry import BUILTINS, names_where
from placet.jsonata.recognition import literal
from placet.policies.core.hazards.scan import Scan
from placet.policies.core.hazards.uses import ARITHMETIC, COMPARISONS, JOINS, use_of

__all__ = [
    "AGGREGATES", "Each", "each_item", "is_list", "is_single_valued", "rooted", "split_path",
    "test_of_each",
]  # fmt: skip

AGGREGATES: Final = tuple(sorted(names_where(lambda stated: stated.takes is Takes.ALL)))
# Functions of lists, objects and functions: what they are given is no item's field.
_WHOLE: Final = names_where(lambda stated: stated.takes is not Takes.ONE)
_OPERATORS: Final = ARITHMETIC | COMPARISONS | JOINS | {"&"}
_Edit = tuple[int, int, str]


class Each(NamedTuple):
    """What holds the items, and what is asked of one."""

    owner: str
    inner: str


def is_list(scan: Scan, node: n.Node) -> bool:
    """Whether a node's value can be several."""
    fact = scan.fact(node)
    return fact.many or fact.of_type("array")


def is_single_valued(name: str) -> bool:
    """Whether a built-in function takes single values, so that an item's field may be given."""
    return name in BUILTINS and name not in _WHOLE


def split_path(scan: Scan, node: n.Node) -> Each | None:
    """A path as what holds the items, and the fields that lead from one of them to one value."""
    if not isinstance(node, n.Path) or node.group is not None or node.keep_singleton:
        return None
    steps = node.steps
    if any(step.tuples or isinstance(step.node, n.Sort) for step in steps):
        return None
    lists = [index for index, step in enumerate(steps) if _is_many(scan, step)]
    if not lists or lists[-1] + 1 >= len(steps):
        return None
    following = steps[lists[-1] + 1 :]
    if not all(isinstance(step.node, n.Name) and not step.stages for step in following):
        return None
    start = following[0].node.start
    owner = scan.source[node.start : start].rstrip().removesuffix(".").rstrip()
    return Each(owner, scan.source[start : node.end])


def _is_many(scan: Scan, step: n.Step) -> bool:
    fact = scan.facts.kept.get(step.node)
    return step.node.keep_array or (fact is not None and fact.many)


def each_item(scan: Scan, node: n.Node) -> Each | None:
    """A value made of the fields of one list, as what is asked of each of its items."""
    owners: set[str] = set()
    edits = _moved(scan, node, owners)
    if edits is None or len(owners) != 1:
        return None
    return Each(owners.pop(), _edited(scan, node, edits))


def test_of_each(scan: Scan, test: n.Node) -> tuple[n.Node, str] | None:
    """The part to replace, and whether any item of the list passes the test (or how many do)."""
    each = each_item(scan, test)
    if each is None:
        return None
    use = use_of(scan, test)
    items = f"{each.owner}[{each.inner}]"
    if use.kind == "truth":
        return test, f"$exists({items})"
    if use.kind == "exists":
        return use.node, f"$exists({items})"
    if use.kind == "count":
        return use.node, f"$count({items})"
    return _counted(scan, use.node, items) if use.kind == "sum" else None


def _counted(scan: Scan, call: n.Node, items: str) -> tuple[n.Node, str] | None:
    """`$sum(tests) > 0`: whether any holds."""
    outer = scan.parents[call]
    if not isinstance(outer, n.Binary) or outer.operator != ">" or outer.left is not call:
        return None
    zero = literal(outer.right)
    positive = zero is not None and zero.value == 0 and zero.value is not False
    truth = positive and use_of(scan, outer).kind == "truth"
    return (outer, f"$exists({items})") if truth else None


def rooted(scan: Scan, node: n.Node) -> list[_Edit] | None:
    """The changes that let a node be evaluated anywhere; None where it depends on its place."""
    edits: list[_Edit] = []
    own = scan.facts.contexts.get(node)
    for part in scan.inside(node):
        if isinstance(part, n.Parent):
            return None
        first = part.steps[0].node if isinstance(part, n.Path) else part
        if not isinstance(first, n.Name | n.Wildcard | n.Descendant) and not _is_context(first):
            continue
        if isinstance(part, n.Name | n.Wildcard | n.Descendant):
            continue  # a step of a path that is looked at itself
        if scan.in_root_context(part):
            new = "$$" if _is_context(first) else "$$."
            edits.append((first.start, first.start + _is_context(first), new))
        elif scan.facts.contexts.get(part) is own:
            return None
    return sorted(set(edits))


def _is_context(node: n.Node) -> bool:
    return isinstance(node, n.Variable) and node.name == ""


def _moved(scan: Scan, node: n.Node, owners: set[str]) -> list[_Edit] | None:
    """The changes that move a node into the list of its fields."""
    if literal(node) is not None or isinstance(node, n.RegexLiteral):
        return []
    if isinstance(node, n.ArrayConstructor) or not (is_list(scan, node) or _has_list(scan, node)):
        return rooted(scan, node)
    if isinstance(node, n.Path):
        each = split_path(scan, node)
        if each is None:
            return None
        owners.add(each.owner)
        return [(node.start, node.end, each.inner)]
    edits: list[_Edit] = []
    parts = list(_operands(scan, node))
    for part in parts:
        moved = _moved(scan, part, owners)
        if moved is None:
            return None
        edits += moved
    return edits if parts else None


def _operands(scan: Scan, node: n.Node) -> Iterator[n.Node]:
    if node.predicates or node.group is not None:
        return
    match node:
        case n.Binary() if node.operator in _OPERATORS:
            yield from (node.left, node.right)
        case n.Negate():
            yield node.operand
        case n.Block(expressions=[single]) if not isinstance(single, n.Bind):
            yield single
        case n.Call() if _is_single_valued_call(scan, node):
            yield from node.arguments


def _is_single_valued_call(scan: Scan, node: n.Call) -> bool:
    procedure = node.procedure
    known = isinstance(procedure, n.Variable) and procedure.name not in scan.bound
    return known and is_single_valued(getattr(procedure, "name", "")) and _calls_plainly(node)


def _calls_plainly(node: n.Call) -> bool:
    """Whether no argument is a function or left open."""
    return not any(isinstance(part, n.Lambda | n.Placeholder) for part in node.arguments)


def _has_list(scan: Scan, node: n.Node) -> bool:
    """Whether a list's field is used as one value somewhere in a node."""
    if isinstance(node, n.Path) and is_list(scan, node):
        return True
    return any(_has_list(scan, part) for part in _operands(scan, node))


def _edited(scan: Scan, node: n.Node, edits: list[_Edit]) -> str:
    text, start = "", node.start
    for first, last, new in sorted(edits):
        text += scan.source[start:first] + new
        start = last
    return text + scan.source[start : node.end]
