"""The parent operator: which step's input each `%` means.

A `%` looks back along its path: each name or wildcard it passes is one level up, each further `%`
one more to go. What the path cannot answer is passed on to the expression around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.errors import JSONataError

__all__ = ["Ancestry", "kind_of"]

_MAX_LEVELS: Final = 100
_KINDS: Final[dict[type[n.Node], str]] = {
    n.RegexLiteral: "regex",
    n.Name: "name",
    n.Wildcard: "wildcard",
    n.Descendant: "descendant",
    n.Parent: "parent",
    n.Variable: "variable",
    n.Binary: "binary",
    n.Range: "binary",
    n.Negate: "unary",
    n.ArrayConstructor: "unary",
    n.ObjectConstructor: "unary",
    n.Block: "block",
    n.Conditional: "condition",
    n.Default: "condition",
    n.Coalesce: "condition",
    n.Bind: "bind",
    n.Lambda: "lambda",
    n.Call: "function",
    n.Partial: "partial",
    n.Placeholder: "operator",
    n.Apply: "apply",
    n.Transform: "transform",
    n.Sort: "sort",
    n.Path: "path",
}


class _Search:
    """One `%` on its way back, and how many levels it still has to go."""

    __slots__ = ("level", "parent")

    def __init__(self, parent: n.Parent) -> None:
        self.parent = parent
        self.level = 1


class Ancestry:
    """The searches of one expression. Nodes are known by identity; a step is known by its node."""

    def __init__(self) -> None:
        self._own: dict[n.Node, _Search] = {}
        self._open: dict[n.Node, list[_Search]] = {}
        self._found: dict[n.Node, _Search] = {}
        self._tupled: set[n.Node] = set()

    def begin(self, parent: n.Parent) -> None:
        """Register a new `%` and give it its label."""
        parent.label = f"!{len(self._own)}"
        self._own[parent] = _Search(parent)

    def replace(self, old: n.Node, new: n.Node) -> None:
        """Let `new` stand for `old`."""
        if old in self._open:
            self._open[new] = self._open.pop(old)

    def pass_on(self, outer: n.Node, *parts: n.Node) -> None:
        """Let `outer` ask for what its `parts` did not find."""
        if self._own:
            for part in parts:
                searches = self._searches(part)
                if searches:
                    self._open.setdefault(outer, []).extend(searches)

    def start_path(self, path: n.Path, first: n.Parent) -> None:
        """A path that begins with `%` asks for it from outside."""
        self._open[path] = [self._own[first]]

    def resolve(self, path: n.Path) -> None:
        """Let the last step look for what it needs in the steps before it."""
        if self._own:
            for search in self._searches(path.steps[-1].node):
                self._look_back(path, search)

    def resolve_predicate(self, filtered: n.Node, predicate: n.Node) -> None:
        """Let a predicate look for its `%` at what it filters."""
        if self._own and predicate in self._open:
            for search in self._open[predicate]:
                if search.level == 1:
                    self._seek(filtered, search)
                else:
                    search.level -= 1
            self.pass_on(filtered, predicate)

    def check(self, root: n.Node) -> None:
        """Refuse an expression whose own input would have to have a parent.

        Raises:
            JSONataError: S0217.
        """
        searches = self._searches(root)
        if searches:
            outermost = root
            if isinstance(root, n.Path):
                outermost = searches[0].parent
            raise JSONataError("S0217", position=outermost.position, token=kind_of(root))

    def finish(self, steps: Iterable[n.Step]) -> None:
        """Write what was found into the steps."""
        if not self._own:
            return
        for step in steps:
            search = self._found.get(step.node)
            if search is not None:
                step.ancestors = [search.parent.label]
            if step.node in self._tupled:
                step.tuples = True

    def _searches(self, node: n.Node) -> list[_Search]:
        searches = self._open.get(node, [])
        own = self._own.get(node)
        return searches if own is None else [*searches, own]

    def _look_back(self, path: n.Path, search: _Search) -> None:
        steps = path.steps
        index = len(steps) - 2
        while search.level > 0:
            if index < 0:
                self._open.setdefault(path, []).append(search)
                return
            step = steps[index]
            index -= 1
            # Steps in a row that bind a variable all start from the input of the first.
            while index >= 0 and step.focus and steps[index].focus:
                step = steps[index]
                index -= 1
            self._seek(step.node, search)

    def _seek(self, node: n.Node, search: _Search) -> None:
        match node:
            case n.Name() | n.Wildcard():
                search.level -= 1
                if search.level == 0:
                    self._settle(node, search)
            case n.Parent():
                search.level += 1
                if search.level > _MAX_LEVELS:
                    limit = f"{_MAX_LEVELS} parents in a row"
                    raise JSONataError("U1003", position=search.parent.position, limit=limit)
            case n.Block():
                if node.expressions:
                    self._tupled.add(node)
                    self._seek(node.expressions[-1], search)
            case n.Path():
                node.tuples = True
                for step in reversed(node.steps):
                    self._seek(step.node, search)
                    if search.level <= 0:
                        break
            case _:
                raise JSONataError("S0217", position=node.position, token=kind_of(node))

    def _settle(self, node: n.Node, search: _Search) -> None:
        earlier = self._found.get(node)
        if earlier is not None:
            search.parent.label = earlier.parent.label
        self._found[node] = search
        self._tupled.add(node)


def kind_of(node: n.Node) -> str:
    """The language's own word for a kind of node, as errors name it."""
    if isinstance(node, n.Literal):
        if isinstance(node.value, str):
            return "string"
        return "value" if node.value is None or isinstance(node.value, bool) else "number"
    return _KINDS[type(node)]
