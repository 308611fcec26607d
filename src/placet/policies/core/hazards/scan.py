"""One expression under inspection: its text, its nodes and what is around and known of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from placet.jsonata import nodes as n
from placet.policies.core.hazards.inference import Fact, Facts
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.shape import Shape

__all__ = ["Scan"]

_PARTS = (n.Node, n.Filter, n.IndexBind, n.GroupBy, n.Step, n.SortTerm)
_SIMPLE = (n.Path, n.Literal, n.Variable, n.Call, n.Block, n.ArrayConstructor)


class Scan:
    """What the checks look at.

    `nodes` are all nodes, outer before inner; `parents` lead from a node to the one around it.
    `guesses` is how many unknown names may be compared with the known ones, which takes long.
    """

    def __init__(self, source: str, root: n.Node, shape: Shape | None, guesses: int) -> None:
        self.source = source
        self.root = root
        self.nodes: list[n.Node] = []
        self.parents: dict[n.Node, n.Node | None] = {root: None}
        self.predicates: set[n.Node] = set()
        self.bound: set[str] = set()
        self._collect(root)
        self.facts = Facts(root, shape)
        self._guesses = guesses
        self._known: dict[str, bool] = {}

    def _collect(self, root: n.Node) -> None:
        pending: list[tuple[Any, n.Node | None]] = [(root, None)]
        while pending:
            part, parent = pending.pop()
            if isinstance(part, n.Node):
                self.nodes.append(part)
                self.parents[part] = parent
                parent = part
            elif isinstance(part, n.Filter):
                self.predicates.add(part.expression)
            self.bound.update(_bound(part))
            pending += [(inner, parent) for inner in reversed(list(_parts(part)))]

    def text(self, node: n.Node) -> str:
        """The node as written."""
        return self.source[node.start : node.end]

    def operand(self, node: n.Node) -> str:
        """The node as it can stand beside any operator."""
        text = self.text(node)
        return text if isinstance(node, _SIMPLE) and node.group is None else f"({text})"

    def fact(self, node: n.Node) -> Fact:
        """What is known of the node's value."""
        return self.facts[node]

    def hazard(
        self, code: str, node: n.Node, message: str, replacement: str | None = None
    ) -> Hazard:
        """A hazard at a node, with the node replaced in the suggestion."""
        suggestion = None if replacement is None else self.replaced(node, replacement)
        return Hazard(code, node.start, node.end, message, suggestion)

    def rewrite(
        self, code: str, node: n.Node, message: str, change: tuple[n.Node, str] | None
    ) -> Hazard:
        """A hazard at a node, with that or another one replaced in the suggestion."""
        suggestion = None if change is None else self.replaced(*change)
        return Hazard(code, node.start, node.end, message, suggestion)

    def inside(self, node: n.Node) -> Iterator[n.Node]:
        """The node and all that is below it."""
        pending: list[Any] = [node]
        while pending:
            part = pending.pop()
            if isinstance(part, n.Node):
                yield part
            pending += reversed(list(_parts(part)))

    def replaced(self, node: n.Node, text: str) -> str:
        """The whole expression with another text for one node."""
        return self.source[: node.start] + text + self.source[node.end :]

    def may_guess(self) -> bool:
        """Whether one more unknown name may be compared with the known ones."""
        self._guesses -= 1
        return self._guesses >= 0

    def known(self, name: str, ask: Callable[[Scan], bool]) -> bool:
        """What is asked of the expression as a whole, found out once."""
        if name not in self._known:
            self._known[name] = ask(self)
        return self._known[name]

    def in_root_context(self, node: n.Node) -> bool:
        """Whether names in this node are fields of the input itself."""
        context = self.facts.contexts.get(node)
        return context is not None and context.path == ()


def _parts(part: Any) -> Iterator[Any]:
    for name in _part_names(part.__class__):
        yield from _flat(getattr(part, name))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, _PARTS):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)


@cache
def _part_names(kind: Any) -> tuple[str, ...]:
    own = [field.name for field in fields(kind)]
    # What a node is made of stands before what is done to it.
    suffixes = [name for name in ("predicates", "group") if name in own]
    return (*(name for name in own if name not in suffixes), *suffixes)


def _bound(part: Any) -> set[str]:
    match part:
        case n.Bind() | n.IndexBind():
            return {part.name}
        case n.Lambda():
            return set(part.parameters)
        case n.Step():
            return {name for name in (part.focus, part.index) if name is not None}
    return set()
