"""What an expression reads and uses, known from its tree alone.

Every part is followed as the set of places in the input that its value may be taken from; a place
that is then looked at is a field read. Where the tree does not tell, the answer is the cautious
one: the whole of what was handed over counts as read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from placet.jsonata import nodes as n
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.signature import Signature
from placet.jsonata.stack import on_fresh_stack

__all__ = ["Analysis", "analyse"]

_Place = tuple[str, ...]
_Places = frozenset[_Place]
_Names = dict[str, _Places | None]

_NOTHING: Final[_Places] = frozenset()
_INPUT: Final[_Places] = frozenset({()})
_BUDGETS: Final = frozenset({"budgetData", "*", "**"})
_CLOCKS: Final = frozenset({"now", "millis", "eval"})
_CHANCE: Final = frozenset({"random", "shuffle", "eval"})
_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")
# Steps like `.[a, b]` could multiply the places without end.
_MAX_PLACES: Final = 64
_ITEM, _KEY, _ALL, _SOFAR = "item", "key", "all", "so far"
# What the parameters of a function stand for that is handed to these, by position.
_HIGHER_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "map": (_ITEM, _KEY, _ALL),
    "filter": (_ITEM, _KEY, _ALL),
    "single": (_ITEM, _KEY, _ALL),
    "sort": (_ITEM, _ITEM),
    "reduce": (_SOFAR, _ITEM, _KEY, _ALL),
    "each": (_ITEM, _KEY, _ALL),
    "sift": (_ITEM, _KEY, _ALL),
}
_OVER_FIELDS: Final = frozenset({"each", "sift"})
_GIVES_BODY: Final = frozenset({"map", "each"})
_PASSING: Final = frozenset({"append", "reverse", "shuffle", "distinct", "zip", "merge", "spread"})


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one expression reads and uses; all names sorted, without `$`.

    `fields` are paths into the input: `items.price`, with `*` for any field, `**` for any depth,
    `$` for the input as a whole; a path stands for all that is below it. `variables` are those
    that the expression neither binds nor finds among the built-in functions, `functions` the
    built-in ones it names. `reads_budget_data` is false only when the value cannot depend on the
    input's `budgetData`, `depends_on_time` only when the clock cannot matter.
    """

    fields: tuple[str, ...]
    variables: tuple[str, ...]
    functions: tuple[str, ...]
    reads_budget_data: bool
    depends_on_time: bool
    is_deterministic: bool


def analyse(node: n.Node) -> Analysis:
    """What the expression with this tree reads and uses."""
    try:
        return _Reader().analyse(node)
    except RecursionError:
        analysis: Analysis = on_fresh_stack(_Reader().analyse, node)
        return analysis


class _Reader:
    def __init__(self) -> None:
        self.used: set[_Place] = set()
        # Places that decide only whether or how often something is evaluated.
        self.touched: set[_Place] = set()
        self.variables: set[str] = set()
        self.functions: set[str] = set()
        self.labels: dict[str, _Places] = {}
        # Names looked up before anything was bound to them: in a function, or in the next round.
        self.early: set[str] = set()
        # Where functions that are not known by name are called, and whether one of those may take
        # what it is called on as its argument.
        self.called_on: _Places = _NOTHING
        self.contextual = False
        self.lambdas = 0
        self.clock = False

    def analyse(self, node: n.Node) -> Analysis:
        self.use(self.value(node, _INPUT, _declared([node])))
        if self.contextual:
            self.use(self.called_on)
        used = self.used
        prefixes = {place[:length] for place in used for length in range(len(place))}
        fields = used | (self.touched - prefixes - _INPUT)
        return Analysis(
            fields=tuple(sorted(map(_spell, fields))),
            variables=tuple(sorted(self.variables)),
            functions=tuple(sorted(self.functions)),
            reads_budget_data=any(not place or place[0] in _BUDGETS for place in fields),
            depends_on_time=self.clock or not _CLOCKS.isdisjoint(self.functions),
            is_deterministic=_CHANCE.isdisjoint(self.functions),
        )

    def use(self, places: _Places) -> None:
        self.used.update(places)

    def value(self, node: n.Node, context: _Places, names: _Names) -> _Places:
        """The places that the value of `node` may come from."""
        return self.suffixes(node, _READERS[type(node)](self, node, context, names), names)

    def consume(self, node: n.Node, context: _Places, names: _Names) -> None:
        self.use(self.value(node, context, names))

    def suffixes(self, node: n.Node, places: _Places, names: _Names) -> _Places:
        for stage in node.predicates:
            self.consume(stage.expression, places, names)
        if node.group is None:
            return places
        self.touched |= places
        for pair in node.group.pairs:
            for side in pair:
                self.consume(side, places, names)
        return _NOTHING

    def constant(self, node: n.Node, context: _Places, names: _Names) -> _Places:
        return _NOTHING

    def name(self, node: n.Name, context: _Places, names: _Names) -> _Places:
        return _extend(context, node.value)

    def wildcard(self, node: n.Wildcard, context: _Places, names: _Names) -> _Places:
        return _extend(context, "*")

    def descendant(self, node: n.Descendant, context: _Places, names: _Names) -> _Places:
        return _extend(context, "**")

    def parent(self, node: n.Parent, context: _Places, names: _Names) -> _Places:
        return self.labels.get(node.label, _INPUT)

    def variable(self, node: n.Variable, context: _Places, names: _Names) -> _Places:
        name = node.name
        if name == "":
            return context
        if name == "$":
            return _INPUT
        places = names.get(name)
        if places is not None:
            return places
        self.early.add(name)
        if name in names and self.lambdas:
            return _NOTHING
        if name not in BUILTINS:
            self.variables.add(name)
            return _NOTHING
        self.functions.add(name)
        self.contextual = self.contextual or _stands_in(BUILTINS[name].signature)
        self.clock = self.clock or name == "toMillis"
        if name == "eval":
            self.use(_INPUT)
        return _NOTHING

    def binary(self, node: n.Binary, context: _Places, names: _Names) -> _Places:
        right = [node.right]
        left = node.left
        while isinstance(left, n.Binary) and not left.predicates and left.group is None:
            right.append(left.right)
            left = left.left
        self.consume(left, context, names)
        for operand in reversed(right):
            self.consume(operand, context, names)
        return _NOTHING

    def operands(self, node: n.Negate | n.Range, context: _Places, names: _Names) -> _Places:
        for part in (node.operand,) if isinstance(node, n.Negate) else (node.left, node.right):
            self.consume(part, context, names)
        return _NOTHING

    def array(self, node: n.ArrayConstructor, context: _Places, names: _Names) -> _Places:
        return _join(self.value(item, context, names) for item in node.items)

    def object(self, node: n.ObjectConstructor, context: _Places, names: _Names) -> _Places:
        for pair in node.pairs:
            for side in pair:
                self.consume(side, context, names)
        return _NOTHING

    def block(self, node: n.Block, context: _Places, names: _Names) -> _Places:
        names = {**names, **_declared(node.expressions)}
        for expression in node.expressions[:-1]:
            places = self.value(expression, context, names)
            if not isinstance(expression, n.Bind):
                self.use(places)
        return self.value(node.expressions[-1], context, names) if node.expressions else _NOTHING

    def conditional(self, node: n.Conditional, context: _Places, names: _Names) -> _Places:
        self.consume(node.condition, context, names)
        then = self.value(node.then, context, names)
        return then | self.value(node.otherwise, context, names) if node.otherwise else then

    def either(self, node: n.Default | n.Coalesce, context: _Places, names: _Names) -> _Places:
        left = self.value(node.left, context, names)
        self.touched |= left
        return left | self.value(node.right, context, names)

    def bind(self, node: n.Bind, context: _Places, names: _Names) -> _Places:
        if isinstance(node.value, n.Lambda):
            names[node.name] = names.get(node.name) or _NOTHING
        places = self.value(node.value, context, names)
        earlier = names.get(node.name)
        if node.name in self.early or (earlier and earlier != places):
            # What looked the name up before may see this value the next time.
            self.use(places)
        names[node.name] = places | (earlier or _NOTHING)
        return places

    def function(self, node: n.Lambda, context: _Places, names: _Names) -> _Places:
        self.use(self.body(node, [], context, names))
        return _NOTHING

    def body(
        self, node: n.Lambda, arguments: list[_Places], context: _Places, names: _Names
    ) -> _Places:
        """What a function gives for arguments from these places; more arguments are unknown."""
        inner = {**names, **dict.fromkeys(node.parameters, _NOTHING), **_declared([node.body])}
        inner.update(zip(node.parameters, arguments, strict=False))
        if node.signature is not None and _stands_in(node.signature):
            self.use(_INPUT)
        self.lambdas += 1
        places = self.value(node.body, context, inner)
        self.lambdas -= 1
        return places

    def call(self, node: n.Call | n.Partial, context: _Places, names: _Names) -> _Places:
        return self.invoke(node, None, context, names)

    def invoke(
        self, node: n.Call | n.Partial, piped: _Places | None, context: _Places, names: _Names
    ) -> _Places:
        """A call; `piped` is the first argument that `~>` hands over."""
        procedure = node.procedure
        given = [] if piped is None else [piped]
        if isinstance(procedure, n.Variable) and not procedure.predicates:
            name = procedure.name
            if name not in names and name in BUILTINS and isinstance(node, n.Call):
                return self.builtin(name, given, node.arguments, context, names)
        places = [*given, *(self.value(item, context, names) for item in node.arguments)]
        if isinstance(procedure, n.Lambda) and isinstance(node, n.Call):
            return self.body(procedure, places, context, names)
        self.use(_join(places))
        self.called_on |= context
        while isinstance(procedure, n.Call) and not procedure.predicates:
            for argument in procedure.arguments:
                self.consume(argument, context, names)
            procedure = procedure.procedure
        self.consume(procedure, context, names)
        return _NOTHING

    def builtin(
        self,
        name: str,
        given: list[_Places],
        arguments: list[n.Node],
        context: _Places,
        names: _Names,
    ) -> _Places:
        self.functions.add(name)
        if _takes_context(BUILTINS[name].signature, len(given) + len(arguments)):
            given = [context, *given]
        if name in _HIGHER_ORDER:
            return self.higher_order(name, given, arguments, context, names)
        places = [*given, *(self.value(item, context, names) for item in arguments)]
        if name in _PASSING:
            return _join(places)
        key = arguments[-1] if arguments else None
        if name == "lookup" and isinstance(key, n.Literal) and isinstance(key.value, str):
            return _extend(places[0], key.value)
        if name == "toMillis" and len(places) > 1:
            # A picture without a year takes what is missing from today.
            year = isinstance(key, n.Literal) and "[Y" in str(key.value)
            self.clock = self.clock or not year
        if name == "eval":
            self.use(_INPUT)
        self.use(_join(places))
        return _extend(places[0], "*") if name == "lookup" else _NOTHING

    def higher_order(
        self,
        name: str,
        given: list[_Places],
        arguments: list[n.Node],
        context: _Places,
        names: _Names,
    ) -> _Places:
        functions = [item for item in arguments if isinstance(item, n.Lambda)]
        others = [item for item in arguments if not isinstance(item, n.Lambda)]
        places = [*given, *(self.value(item, context, names) for item in others)]
        whole = places[0] if places else _NOTHING
        if len(functions) != 1:
            self.use(_join(places))
            for function in functions:
                self.consume(function, context, names)
            return whole
        item = _extend(whole, "*") if name in _OVER_FIELDS else whole
        meaning = {_ITEM: item, _KEY: _NOTHING, _ALL: whole, _SOFAR: _join(places)}
        known = [meaning[role] for role in _HIGHER_ORDER[name]]
        result = self.body(functions[0], known, context, names)
        self.touched |= whole
        if name in _GIVES_BODY:
            return result
        self.use(result)
        return _join(places)

    def apply(self, node: n.Apply, context: _Places, names: _Names) -> _Places:
        right = [node.right]
        left = node.left
        while isinstance(left, n.Apply) and not left.predicates and left.group is None:
            right.append(left.right)
            left = left.left
        places = self.value(left, context, names)
        for target in reversed(right):
            places = self.suffixes(target, self.pipe(target, places, context, names), names)
        return places

    def pipe(self, target: n.Node, places: _Places, context: _Places, names: _Names) -> _Places:
        match target:
            case n.Call():
                return self.invoke(target, places, context, names)
            case n.Lambda():
                return self.body(target, [places], context, names)
            case n.Transform():
                return self.transform(target, places, names)
            case n.Variable(name=name) if name not in names and name in BUILTINS:
                return self.builtin(name, [places], [], context, names)
        self.use(places)
        return _READERS[type(target)](self, target, context, names)

    def transformer(self, node: n.Transform, context: _Places, names: _Names) -> _Places:
        self.transform(node, _NOTHING, names)
        return _NOTHING

    def transform(self, node: n.Transform, places: _Places, names: _Names) -> _Places:
        """The copy that a transform makes of what comes from `places`."""
        changed = self.value(node.pattern, places, names)
        self.touched |= changed
        self.consume(node.update, changed, names)
        if node.delete is not None:
            self.consume(node.delete, changed, names)
        return places

    def path(self, node: n.Path, context: _Places, names: _Names) -> _Places:
        hidden = {name: names.get(name) for name in _bound_by(node) if name in names}
        for index, step in enumerate(node.steps):
            if index and type(step.node) not in _SELECTING:
                self.touched |= context
            context = self.step(step, context, names)
        for name in _bound_by(node):
            del names[name]
        names.update(hidden)
        return context

    def step(self, step: n.Step, context: _Places, names: _Names) -> _Places:
        for label in step.ancestors:
            self.labels[label] = context
        places = self.value(step.node, context, names)
        if step.index is not None:
            names[step.index] = _NOTHING
        if step.focus is not None:
            # The variable walks on while the context stays where it was.
            names[step.focus] = places
            self.touched |= places
        kept = places if step.focus is None else context
        for stage in step.stages:
            if isinstance(stage, n.IndexBind):
                names[stage.name] = _NOTHING
            else:
                self.consume(stage.expression, kept, names)
        return kept

    def sort(self, node: n.Sort, context: _Places, names: _Names) -> _Places:
        for term in node.terms:
            self.consume(term.expression, context, names)
        return context


def _extend(places: _Places, part: str) -> _Places:
    return frozenset([(*place, part) for place in places])


def _join(several: Any) -> _Places:
    places: _Places = frozenset().union(*several)
    if len(places) > _MAX_PLACES:
        return frozenset((place[0], "**") if place else place for place in places)
    return places


def _declared(expressions: list[n.Node]) -> _Names:
    """The names that a frame binds directly, not bound yet."""
    return {item.name: None for item in expressions if isinstance(item, n.Bind)}


def _bound_by(path: n.Path) -> set[str]:
    """The names that the steps of a path bind for the steps behind them."""
    bound = {step.focus for step in path.steps} | {step.index for step in path.steps}
    for step in path.steps:
        bound.update(stage.name for stage in step.stages if isinstance(stage, n.IndexBind))
    return {name for name in bound if name is not None}


def _stands_in(signature: Signature) -> bool:
    """Whether the context can be an argument."""
    return any(parameter.context for parameter in signature.parameters)


def _takes_context(signature: Signature, count: int) -> bool:
    """Whether a call with `count` arguments takes the context as its first one."""
    parameters = signature.parameters
    if not parameters or not parameters[0].context:
        return False
    required = sum(parameter.context or not parameter.optional for parameter in parameters)
    # `$sift(f)` leaves out the object although the function is the optional one.
    return count < required or (parameters[0].type == "o" and count < len(parameters))


def _spell(place: _Place) -> str:
    if not place:
        return "$"
    return ".".join(
        part if part in {"*", "**"} or _PLAIN_NAME.fullmatch(part) else f"`{part}`"
        for part in place
    )


_SELECTING: Final = frozenset({n.Name, n.Wildcard, n.Descendant, n.Sort})
_READERS: Final[dict[type[n.Node], Callable[..., _Places]]] = {
    n.Literal: _Reader.constant,
    n.RegexLiteral: _Reader.constant,
    n.Placeholder: _Reader.constant,
    n.Name: _Reader.name,
    n.Wildcard: _Reader.wildcard,
    n.Descendant: _Reader.descendant,
    n.Parent: _Reader.parent,
    n.Variable: _Reader.variable,
    n.Binary: _Reader.binary,
    n.Negate: _Reader.operands,
    n.Range: _Reader.operands,
    n.ArrayConstructor: _Reader.array,
    n.ObjectConstructor: _Reader.object,
    n.Block: _Reader.block,
    n.Conditional: _Reader.conditional,
    n.Default: _Reader.either,
    n.Coalesce: _Reader.either,
    n.Bind: _Reader.bind,
    n.Lambda: _Reader.function,
    n.Call: _Reader.call,
    n.Partial: _Reader.call,
    n.Apply: _Reader.apply,
    n.Transform: _Reader.transformer,
    n.Path: _Reader.path,
    n.Sort: _Reader.sort,
}
