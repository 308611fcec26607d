"""From the syntax as written to the nodes that the compiler works on.

Paths become flat, predicates and groups go to what they apply to, `%` finds its step, calls in
tail position are marked. Left-leaning chains are walked in a loop, nesting by recursion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.errors import JSONataError
from placet.jsonata.parser.ancestry import Ancestry
from placet.jsonata.parser.syntax import Syntax

__all__ = ["build_tree"]

_Pairs = list[tuple[Syntax, Syntax]]


def build_tree(syntax: Syntax) -> n.Node:
    """The tree of a whole expression.

    Raises:
        JSONataError: S0209, S0210, S0213, S0215, S0216, S0217, S0401, S0402 or U1003.
    """
    builder = _TreeBuilder()
    root = builder.build(syntax)
    builder.ancestry.check(root)
    builder.ancestry.finish(builder.steps)
    return root


class _TreeBuilder:
    def __init__(self) -> None:
        self.ancestry = Ancestry()
        self.steps: list[n.Step] = []
        # `@$v` on what is not a step yet; it counts when a path is made of it.
        self._focus: dict[n.Node, str] = {}

    def build(self, syntax: Syntax) -> n.Node:
        """The node of `syntax`; what it continues to the left is built first, without recursion."""
        pending: list[Syntax] = []
        while syntax.kind in _CONTINUATIONS:
            pending.append(syntax)
            syntax = syntax.parts[0]
        node = _OPERANDS[syntax.kind](self, syntax)
        if syntax.keep:
            node.keep_array = True
        while pending:
            syntax = pending.pop()
            node = _CONTINUATIONS[syntax.kind](self, node, syntax)
            if syntax.keep:
                node.keep_array = True
        return node

    # Operands

    def literal(self, syntax: Syntax) -> n.Node:
        return n.Literal(value=syntax.value, **_place(syntax))

    def regex(self, syntax: Syntax) -> n.Node:
        pattern, _, flags = syntax.value[1:].rpartition("/")
        return n.RegexLiteral(pattern=pattern, flags=flags, **_place(syntax))

    def name(self, syntax: Syntax) -> n.Node:
        name = n.Name(value=syntax.value, keep_array=syntax.keep, **_place(syntax))
        return n.Path(steps=[self._step(name)], keep_singleton=syntax.keep, **_place(syntax))

    def wildcard(self, syntax: Syntax) -> n.Node:
        return n.Wildcard(**_place(syntax))

    def descendant(self, syntax: Syntax) -> n.Node:
        return n.Descendant(**_place(syntax))

    def parent(self, syntax: Syntax) -> n.Node:
        parent = n.Parent(label="", **_place(syntax))
        self.ancestry.begin(parent)
        return parent

    def variable(self, syntax: Syntax) -> n.Node:
        return n.Variable(name=syntax.value, **_place(syntax))

    def placeholder(self, syntax: Syntax) -> n.Node:
        return n.Placeholder(**_place(syntax))

    def negate(self, syntax: Syntax) -> n.Node:
        operand = self.build(syntax.parts[0])
        if isinstance(operand, n.Literal):
            value = operand.value
            if isinstance(value, int | float) and not isinstance(value, bool):
                operand.value = -value
                operand.start = syntax.start
                return operand
        negate = n.Negate(operand=operand, **_place(syntax))
        self.ancestry.pass_on(negate, operand)
        return negate

    def range(self, syntax: Syntax) -> n.Node:
        left, right = map(self.build, syntax.parts)
        node = n.Range(left=left, right=right, **_place(syntax))
        self.ancestry.pass_on(node, left, right)
        return node

    def array(self, syntax: Syntax) -> n.Node:
        items = [self.build(item) for item in syntax.parts]
        node = n.ArrayConstructor(items=items, **_place(syntax))
        self.ancestry.pass_on(node, *items)
        return node

    def object(self, syntax: Syntax) -> n.Node:
        pairs = self._pairs(syntax.parts)
        node = n.ObjectConstructor(pairs=pairs, **_place(syntax))
        for pair in pairs:
            self.ancestry.pass_on(node, *pair)
        return node

    def block(self, syntax: Syntax) -> n.Node:
        expressions = [self.build(part) for part in syntax.parts]
        node = n.Block(expressions=expressions, **_place(syntax))
        node.cons = any(_starts_with_constructor(part) for part in expressions)
        self.ancestry.pass_on(node, *expressions)
        return node

    def conditional(self, syntax: Syntax) -> n.Node:
        condition, then, otherwise = syntax.parts
        node = n.Conditional(
            condition=self.build(condition),
            then=self.build(then),
            otherwise=self.build(otherwise) if otherwise else None,
            **_place(syntax),
        )
        self.ancestry.pass_on(node, node.condition, node.then)
        if node.otherwise:
            self.ancestry.pass_on(node, node.otherwise)
        return node

    def fallback(self, syntax: Syntax) -> n.Node:
        left, right = self.build(syntax.parts[0]), self.build(syntax.parts[1])
        kind = n.Default if syntax.kind == "?:" else n.Coalesce
        node = kind(left=left, right=right, **_place(syntax))
        self.ancestry.pass_on(node, left, right)
        return node

    def bind(self, syntax: Syntax) -> n.Node:
        target, value = syntax.parts[:2]
        node = n.Bind(name=target.value, value=self.build(value), **_place(syntax))
        self.ancestry.pass_on(node, node.value)
        return node

    def function(self, syntax: Syntax) -> n.Node:
        parameters, signature, body = syntax.parts
        node = self.build(body)
        _mark_tail_calls(node)
        return n.Lambda(parameters=parameters, body=node, signature=signature, **_place(syntax))

    def transform(self, syntax: Syntax) -> n.Node:
        pattern, update, delete = syntax.parts
        return n.Transform(
            pattern=self.build(pattern),
            update=self.build(update),
            delete=self.build(delete) if delete else None,
            **_place(syntax),
        )

    # Continuations

    def binary(self, left: n.Node, syntax: Syntax) -> n.Node:
        right = self.build(syntax.parts[1])
        node = n.Binary(operator=syntax.value, left=left, right=right, **_place(syntax))
        self.ancestry.pass_on(node, left, right)
        return node

    def apply(self, left: n.Node, syntax: Syntax) -> n.Node:
        right = self.build(syntax.parts[1])
        kept = _is_kept(left) or _is_kept(right)
        return n.Apply(left=left, right=right, keep_array=kept, **_place(syntax))

    def call(self, procedure: n.Node, syntax: Syntax) -> n.Node:
        arguments = [self.build(argument) for argument in syntax.parts[1]]
        partial = any(isinstance(argument, n.Placeholder) for argument in arguments)
        kind = n.Partial if partial else n.Call
        node = kind(procedure=procedure, arguments=arguments, **_place(syntax))
        self.ancestry.pass_on(node, *arguments)
        return node

    def dot(self, left: n.Node, syntax: Syntax) -> n.Node:
        path = self._path(left)
        if isinstance(left, n.Parent):
            self.ancestry.start_path(path, left)
        right = self.build(syntax.parts[1])
        if isinstance(right, n.Path):
            added = right.steps
            path.keep_singleton = path.keep_singleton or right.keep_array
        else:
            added = [self._step(right)]
            added[0].stages, right.predicates = [*right.predicates], []
        path.steps.extend(added)
        for step in (path.steps[0], *added):
            self._check_step(path, step)
        for step in (path.steps[0], path.steps[-1]):
            if isinstance(step.node, n.ArrayConstructor):
                step.node.cons = True
        path.position, path.end = syntax.position, syntax.end
        self.ancestry.resolve(path)
        return path

    def filter(self, left: n.Node, syntax: Syntax) -> n.Node:
        step = left.steps[-1] if isinstance(left, n.Path) else None
        filtered = step.node if step else left
        if filtered.group:
            raise JSONataError("S0209", position=syntax.position)
        predicate = self.build(syntax.parts[1])
        self.ancestry.resolve_predicate(filtered, predicate)
        stage = n.Filter(expression=predicate, position=syntax.position)
        if step:
            step.stages.append(stage)
        else:
            left.predicates.append(stage)
        left.end = syntax.end
        return left

    def group(self, left: n.Node, syntax: Syntax) -> n.Node:
        if left.group:
            raise JSONataError("S0210", position=syntax.position)
        left.group = n.GroupBy(pairs=self._pairs(syntax.parts[1]), position=syntax.position)
        left.end = syntax.end
        return left

    def sort(self, left: n.Node, syntax: Syntax) -> n.Node:
        path = self._path(left)
        terms = [
            n.SortTerm(expression=self.build(term), descending=descending, position=position)
            for term, descending, position in syntax.parts[1]
        ]
        sort = n.Sort(terms=terms, **_place(syntax))
        self.ancestry.pass_on(sort, *(term.expression for term in terms))
        path.steps.append(self._step(sort))
        path.end = syntax.end
        self.ancestry.resolve(path)
        return path

    def focus(self, left: n.Node, syntax: Syntax) -> n.Node:
        step = left.steps[-1] if isinstance(left, n.Path) else None
        node = step.node if step else left
        if node.predicates or (step and step.stages):
            raise JSONataError("S0215", position=syntax.position)
        if isinstance(node, n.Sort):
            raise JSONataError("S0216", position=syntax.position)
        if syntax.keep:
            node.keep_array = True
        name = syntax.parts[1]
        if step:
            step.focus, step.tuples = name, True
        else:
            self._focus[node] = name
        left.end = syntax.end
        return left

    def index(self, left: n.Node, syntax: Syntax) -> n.Node:
        path = self._path(left)
        step = path.steps[-1]
        if path is not left:
            step.stages, left.predicates = [*left.predicates], []
        name = syntax.parts[1]
        if step.stages:
            step.stages.append(n.IndexBind(name=name, position=syntax.position))
        else:
            step.index = name
        step.tuples = True
        path.end = syntax.end
        return path

    # Parts

    def _pairs(self, pairs: _Pairs) -> list[tuple[n.Node, n.Node]]:
        return [(self.build(key), self.build(value)) for key, value in pairs]

    def _path(self, node: n.Node) -> n.Path:
        if isinstance(node, n.Path):
            return node
        step = self._step(node)
        return n.Path(steps=[step], position=node.position, start=node.start, end=node.end)

    def _step(self, node: n.Node) -> n.Step:
        focus = self._focus.get(node)
        step = n.Step(node=node, focus=focus, tuples=focus is not None)
        self.steps.append(step)
        return step

    def _check_step(self, path: n.Path, step: n.Step) -> None:
        node = step.node
        if node.keep_array:
            path.keep_singleton = True
        if not isinstance(node, n.Literal):
            return
        if not isinstance(node.value, str):
            token = "null" if node.value is None else str(node.value).lower()
            raise JSONataError("S0213", position=node.position, token=token)
        step.node = n.Name(
            value=node.value,
            position=node.position,
            start=node.start,
            end=node.end,
            predicates=node.predicates,
            group=node.group,
            keep_array=node.keep_array,
        )
        self.ancestry.replace(node, step.node)


def _place(syntax: Syntax) -> dict[str, Any]:
    return {"position": syntax.position, "start": syntax.start, "end": syntax.end}


def _is_kept(node: n.Node) -> bool:
    """Whether a `[]` keeps the node's only result an array."""
    return node.keep_array or (isinstance(node, n.Path) and node.keep_singleton)


def _starts_with_constructor(node: n.Node) -> bool:
    if isinstance(node, n.Path):
        node = node.steps[0].node
    return isinstance(node, n.ArrayConstructor | n.Block) and node.cons


def _mark_tail_calls(node: n.Node) -> None:
    """Mark the calls whose result is the result of `node`, and nothing is done to it after."""
    if node.predicates or node.group:
        return
    match node:
        case n.Call():
            node.tail = True
        case n.Conditional():
            _mark_tail_calls(node.then)
            if node.otherwise:
                _mark_tail_calls(node.otherwise)
        case n.Default() | n.Coalesce():
            _mark_tail_calls(node.right)
        case n.Block() if node.expressions:
            _mark_tail_calls(node.expressions[-1])


_OPERANDS: Final[dict[str, Callable[[_TreeBuilder, Syntax], n.Node]]] = {
    "number": _TreeBuilder.literal,
    "string": _TreeBuilder.literal,
    "value": _TreeBuilder.literal,
    "regex": _TreeBuilder.regex,
    "name": _TreeBuilder.name,
    "wildcard": _TreeBuilder.wildcard,
    "descendant": _TreeBuilder.descendant,
    "parent": _TreeBuilder.parent,
    "variable": _TreeBuilder.variable,
    "placeholder": _TreeBuilder.placeholder,
    "negate": _TreeBuilder.negate,
    "range": _TreeBuilder.range,
    "array": _TreeBuilder.array,
    "object": _TreeBuilder.object,
    "block": _TreeBuilder.block,
    "condition": _TreeBuilder.conditional,
    "?:": _TreeBuilder.fallback,
    "??": _TreeBuilder.fallback,
    "bind": _TreeBuilder.bind,
    "lambda": _TreeBuilder.function,
    "transform": _TreeBuilder.transform,
}

_CONTINUATIONS: Final[dict[str, Callable[[_TreeBuilder, n.Node, Syntax], n.Node]]] = {
    "binary": _TreeBuilder.binary,
    "~>": _TreeBuilder.apply,
    "call": _TreeBuilder.call,
    ".": _TreeBuilder.dot,
    "[": _TreeBuilder.filter,
    "{": _TreeBuilder.group,
    "^": _TreeBuilder.sort,
    "@": _TreeBuilder.focus,
    "#": _TreeBuilder.index,
}
