"""What is known of the value of every part of an expression before it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.functions.facts import Gives, Missing
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.recognition import chain
from placet.policies.core.hazards.order_fields import KNOWN_TYPES, LISTS_BY_KEY, PLURALS, fields_at
from placet.policies.core.hazards.shape import Shape

__all__ = ["ORDERINGS", "Fact", "Facts"]

ORDERINGS: Final = frozenset({"<", "<=", ">", ">="})
_TESTS: Final = frozenset({"=", "!=", "in", "and", "or"})
_LETTERS: Final = {"s": "string", "n": "number", "b": "boolean", "o": "object", "f": "function"}
_BY_ITEM: Final = frozenset({"filter", "map", "single"})
_SPELLED: Final[dict[type[n.Node], str]] = {n.Wildcard: "*", n.Descendant: "**"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one value.

    `types` are those it or its items can have (None: any). `many`: it can be a list of several.
    `missing`: it can be undefined. `shapes` are those the input's description gives (None: the
    description does not reach here). `path` is the fields that lead to it from the input.
    """

    types: frozenset[str] | None = None
    many: bool = False
    missing: bool = True
    shapes: tuple[Shape, ...] | None = None
    path: tuple[str, ...] | None = None

    def of_type(self, *types: str) -> bool:
        """Whether the value is surely of one of these types."""
        return self.types is not None and self.types <= set(types)


_UNKNOWN: Final = Fact()
_Names = dict[str, Fact]


def _typed(*types: str, missing: bool = False, many: bool = False) -> Fact:
    return Fact(frozenset(types), missing=missing, many=many)


class Facts:
    """The facts of an expression's nodes, and the fields that its input is known not to have.

    `contexts` are the facts of what each node is evaluated on.
    """

    def __init__(self, root: n.Node, shape: Shape | None) -> None:
        shapes = None if shape is None else tuple(shape.elements())
        whole = Fact(frozenset({"object"}), missing=False, shapes=shapes, path=())
        self.input = whole
        self.contexts: dict[n.Node, Fact] = {}
        self._facts: dict[n.Node, Fact] = {}
        self.absent: dict[n.Node, tuple[Shape, ...]] = {}
        # The steps of paths behind their predicates.
        self.kept: dict[n.Node, Fact] = {}
        self.value(root, whole, {})

    def __getitem__(self, node: n.Node) -> Fact:
        return self._facts.get(node, _UNKNOWN)

    def value(self, node: n.Node, context: Fact, names: _Names) -> Fact:
        self.contexts[node] = context
        fact: Fact = _INFERENCES[type(node)](self, node, context, names)
        for stage in node.predicates:
            fact = self.filter(stage, fact, names)
        if node.group is not None:
            for pair in node.group.pairs:
                for side in pair:
                    self.value(side, _item(fact), names)
            fact = _typed("object", missing=True)
        if node.keep_array:
            fact = replace(fact, many=True)
        self._facts[node] = fact
        return fact

    def filter(self, stage: n.Filter, fact: Fact, names: _Names) -> Fact:
        """What a predicate leaves of a value."""
        test = self.value(stage.expression, _item(fact), names)
        single = (test.of_type("number") and not test.many) or _picks_one(stage.expression, fact)
        return replace(fact, many=not single, missing=True)

    def literal(self, node: n.Literal, context: Fact, names: _Names) -> Fact:
        value = node.value
        if isinstance(value, bool):
            return _typed("boolean")
        if value is None:
            return _typed("null")
        return _typed("string" if isinstance(value, str) else "number")

    def function(self, node: n.Node, context: Fact, names: _Names) -> Fact:
        return _typed("function")

    def unknown(self, node: n.Node, context: Fact, names: _Names) -> Fact:
        return _UNKNOWN

    def name(self, node: n.Name, context: Fact, names: _Names) -> Fact:
        path = None if context.path is None else (*context.path, node.value)
        known = KNOWN_TYPES.get(path or ())
        types = frozenset({known}) if known else None
        plural = node.value in PLURALS or bool(context.path and context.path[-1] in LISTS_BY_KEY)
        holders = [shape for shape in context.shapes or () if shape.fields]
        if not holders or _is_documented(path, holders):
            return Fact(types, many=plural, path=path)
        found = [shape.fields[node.value] for shape in holders if node.value in shape.fields]
        if not found:
            self.absent[node] = tuple(holders)
            return Fact(types, many=plural, path=path)
        elements = tuple(element for shape in found for element in shape.elements())
        kinds = frozenset().union(*(element.kinds for element in elements)) - {"null"}
        return Fact(
            types=kinds or types,
            many=any("array" in shape.kinds for shape in found),
            missing=context.missing or any(node.value not in holder.required for holder in holders),
            shapes=elements,
            path=path,
        )

    def wildcard(self, node: n.Node, context: Fact, names: _Names) -> Fact:
        shapes = [
            element
            for shape in (context.shapes or () if isinstance(node, n.Wildcard) else ())
            for field in shape.fields.values()
            for element in field.elements()
        ]
        place = None if context.path is None else (*context.path, _SPELLED[type(node)])
        return Fact(many=True, shapes=tuple(shapes) or None, path=place)

    def variable(self, node: n.Variable, context: Fact, names: _Names) -> Fact:
        if node.name == "":
            return context
        if node.name == "$":
            return self.input
        if node.name in names:
            return names[node.name]
        return _typed("function") if node.name in BUILTINS else _UNKNOWN

    def binary(self, node: n.Binary, context: Fact, names: _Names) -> Fact:
        parts = chain(node)
        left = self.value(parts[0].left, context, names)
        for part in parts:
            self.contexts[part] = context
            right = self.value(part.right, context, names)
            left = self._facts[part] = _operation(part.operator, left, right)
        return left

    def negate(self, node: n.Negate, context: Fact, names: _Names) -> Fact:
        return _typed("number", missing=self.value(node.operand, context, names).missing)

    def range(self, node: n.Range, context: Fact, names: _Names) -> Fact:
        self.value(node.left, context, names)
        self.value(node.right, context, names)
        return _typed("number", many=True, missing=True)

    def array(self, node: n.ArrayConstructor, context: Fact, names: _Names) -> Fact:
        for item in node.items:
            self.value(item, context, names)
        return _typed("array")

    def object(self, node: n.ObjectConstructor, context: Fact, names: _Names) -> Fact:
        for pair in node.pairs:
            for side in pair:
                self.value(side, context, names)
        return _typed("object")

    def block(self, node: n.Block, context: Fact, names: _Names) -> Fact:
        names = dict(names)
        fact = _UNKNOWN
        for expression in node.expressions:
            fact = self.value(expression, context, names)
        return fact

    def conditional(self, node: n.Conditional, context: Fact, names: _Names) -> Fact:
        self.value(node.condition, context, names)
        then = self.value(node.then, context, names)
        if node.otherwise is None:
            return replace(then, missing=True)
        return _either(then, self.value(node.otherwise, context, names))

    def fallback(self, node: n.Default | n.Coalesce, context: Fact, names: _Names) -> Fact:
        left = self.value(node.left, context, names)
        right = self.value(node.right, context, names)
        return replace(_either(left, right), missing=right.missing)

    def bind(self, node: n.Bind, context: Fact, names: _Names) -> Fact:
        fact = self.value(node.value, context, names)
        names[node.name] = _either(names[node.name], fact) if node.name in names else fact
        return fact

    def body(self, node: n.Lambda, given: Iterable[Fact], context: Fact, names: _Names) -> Fact:
        inner = {**names, **dict.fromkeys(node.parameters, _UNKNOWN)}
        inner.update(zip(node.parameters, given, strict=False))
        self._facts[node] = _typed("function")
        return self.value(node.body, context, inner)

    def define(self, node: n.Lambda, context: Fact, names: _Names) -> Fact:
        self.body(node, (), context, names)
        return _typed("function")

    def call(self, node: n.Call | n.Partial, context: Fact, names: _Names) -> Fact:
        return self.invoke(node, [], context, names)

    def invoke(
        self, node: n.Call | n.Partial, piped: list[Fact], context: Fact, names: _Names
    ) -> Fact:
        given = list(piped)
        name = node.procedure.name if isinstance(node.procedure, n.Variable) else ""
        for argument in node.arguments:
            if isinstance(argument, n.Lambda) and given and name in _BY_ITEM:
                self.body(argument, [_item(given[0])], context, names)
                given.append(_typed("function"))
            else:
                given.append(self.value(argument, context, names))
        self.value(node.procedure, context, names)
        if isinstance(node, n.Partial):
            return _typed("function")
        if name in names or name not in BUILTINS:
            return _UNKNOWN
        if name == "match" and _matches_once(node.arguments):
            return Fact()
        return _result(name, given or [context])

    def apply(self, node: n.Apply, context: Fact, names: _Names) -> Fact:
        left = self.value(node.left, context, names)
        right = node.right
        if isinstance(right, n.Call):
            fact = self.invoke(right, [left], context, names)
            self.contexts[right], self._facts[right] = context, fact
            return fact if not right.predicates else _UNKNOWN
        self.value(right, context, names)
        if isinstance(right, n.Variable) and right.name in BUILTINS and right.name not in names:
            return _result(right.name, [left])
        return _UNKNOWN

    def transform(self, node: n.Transform, context: Fact, names: _Names) -> Fact:
        pattern = self.value(node.pattern, _UNKNOWN, names)
        for part in (node.update, node.delete):
            if part is not None:
                self.value(part, _item(pattern), names)
        return _typed("function")

    def path(self, node: n.Path, context: Fact, names: _Names) -> Fact:
        if any(step.tuples for step in node.steps):
            names = dict(names)
        many = False
        fact = context
        for index, step in enumerate(node.steps):
            before = _item(fact) if index else fact
            fact = self.value(step.node, before, names)
            if step.focus is not None:
                names[step.focus] = _item(fact)
                fact, many = replace(before, many=False), many or fact.many
            for stage in step.stages:
                if isinstance(stage, n.Filter):
                    fact = self.filter(stage, fact, names)
            self.kept[step.node] = fact
            # A sort takes the whole list, and so does an index behind it.
            many = fact.many or (many and not isinstance(step.node, n.Sort))
        return replace(fact, many=many or node.keep_singleton, missing=fact.missing or many)

    def sort(self, node: n.Sort, context: Fact, names: _Names) -> Fact:
        for term in node.terms:
            self.value(term.expression, context, names)
        return replace(context, many=True)


def _matches_once(arguments: list[n.Node]) -> bool:
    """Whether a regular expression is bound to the start or the end of the text."""
    regex = arguments[-1] if arguments else None
    if not isinstance(regex, n.RegexLiteral) or "m" in regex.flags or "|" in regex.pattern:
        return False
    return regex.pattern.startswith("^") or re.search(r"(?<!\\)\$\Z", regex.pattern) is not None


def _is_documented(path: tuple[str, ...] | None, holders: list[Shape]) -> bool:
    """Whether a field that no order at hand has is one that orders may have."""
    if not path or any(path[-1] in holder.fields for holder in holders):
        return False
    return path[-1] in fields_at(path[:-1], usual=False)


def _item(fact: Fact) -> Fact:
    return replace(fact, many=False, missing=False)


def _either(left: Fact, right: Fact) -> Fact:
    known = left.types is not None and right.types is not None
    return Fact(
        types=(left.types or frozenset()) | (right.types or frozenset()) if known else None,
        many=left.many or right.many,
        missing=left.missing or right.missing,
    )


def _operation(operator: str, left: Fact, right: Fact) -> Fact:
    if operator in _TESTS:
        return _typed("boolean")
    if operator == "&":
        return _typed("string")
    missing = left.missing or right.missing
    return _typed("boolean" if operator in ORDERINGS else "number", missing=missing)


def _result(name: str, given: list[Fact]) -> Fact:
    first = given[0]
    stated = BUILTINS[name].facts
    missing = stated.missing is not Missing.NEVER and any(fact.missing for fact in given)
    if stated.gives is Gives.SOME:
        return replace(first, many=True, missing=True)
    if stated.gives is Gives.ITEM:
        return _item(first)
    if stated.gives is Gives.LIST:
        return Fact(many=True, missing=True)
    _, colon, result = BUILTINS[name].signature.text.rstrip(">").rpartition(":")
    letter = _LETTERS.get(result) if colon else None
    return _typed(letter, missing=missing) if letter else _UNKNOWN


def _picks_one(test: n.Node, fact: Fact) -> bool:
    """Whether a predicate compares a field that tells the items of its list apart."""
    if not isinstance(test, n.Binary) or test.operator != "=":
        return False
    owner = fact.path[-1].casefold() if fact.path else ""
    keys = {"id", "name", "key", "uniqueid"}
    for side in (test.left, test.right):
        if isinstance(side, n.Path) and len(side.steps) == 1:
            field = side.steps[0].node
            name = field.value.casefold() if isinstance(field, n.Name) else ""
            if name in keys or (owner and name.endswith(owner.removesuffix("s") + "id")):
                return True
    return False


_INFERENCES: Final[dict[type[n.Node], Callable[..., Any]]] = {
    n.Literal: Facts.literal,
    n.RegexLiteral: Facts.function,
    n.Placeholder: Facts.unknown,
    n.Name: Facts.name,
    n.Wildcard: Facts.wildcard,
    n.Descendant: Facts.wildcard,
    n.Parent: Facts.unknown,
    n.Variable: Facts.variable,
    n.Binary: Facts.binary,
    n.Negate: Facts.negate,
    n.Range: Facts.range,
    n.ArrayConstructor: Facts.array,
    n.ObjectConstructor: Facts.object,
    n.Block: Facts.block,
    n.Conditional: Facts.conditional,
    n.Default: Facts.fallback,
    n.Coalesce: Facts.fallback,
    n.Bind: Facts.bind,
    n.Lambda: Facts.define,
    n.Call: Facts.call,
    n.Partial: Facts.call,
    n.Apply: Facts.apply,
    n.Transform: Facts.transform,
    n.Path: Facts.path,
    n.Sort: Facts.sort,
}
