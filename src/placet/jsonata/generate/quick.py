"""Writes code for well-behaved input: the form in which rules usually run.

Quick code carries no limits and reports no errors: whatever it does not expect makes it raise, and the
evaluation starts over in the complete program. It is written only for expressions whose work is
proportional to the size of their input (`is_quick`). Paths become nested loops that hand each item
on to a sink, which counts, adds up or collects, so that no intermediate list is made.
"""

from __future__ import annotations

import ast
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.registry import BUILTINS, Builtin
from placet.jsonata.generate.core import Context, Generator, Kind, Value
from placet.jsonata.generate.heads import constant_index, write_head
from placet.jsonata.quasi import NODES, block_template, constant, expression_template, load
from placet.jsonata.regexes import RegexMatcher, compile_regex
from placet.jsonata.signature import Parameter
from placet.jsonata.state import Limits, State

__all__ = ["QuickImpossibleError", "is_quick", "write_quick_call", "write_quick_path"]

_SIMPLE: Final = (
    nodes.Literal, nodes.Name, nodes.Wildcard, nodes.Variable, nodes.Binary, nodes.Negate,
    nodes.Conditional, nodes.Default, nodes.Coalesce, nodes.Block, nodes.Bind, nodes.Path,
    nodes.Call, nodes.ArrayConstructor, nodes.RegexLiteral,
)  # fmt: skip
_TOTAL_OPERATORS: Final = frozenset({"=", "!=", "in", "and", "or"})
_ORDER_OPERATORS: Final = frozenset({"<", "<=", ">", ">="})
# Functions that answer from their arguments alone, in time proportional to them.
_FUNCTIONS: Final = frozenset({
    "abs", "average", "boolean", "ceil", "contains", "count", "exists", "floor", "length",
    "lowercase", "max", "millis", "min", "not", "number", "power", "round", "sqrt", "string",
    "substring", "substringAfter", "substringBefore", "sum", "toMillis", "trim", "type", "uppercase",
})  # fmt: skip


def is_quick(node: nodes.Node) -> bool:
    """Whether the work of an expression is proportional to its input, and all its parts have quick code."""
    survey = _Survey()
    try:
        survey.visit(node, looping=False)
    except RecursionError:
        return False
    return survey.quick and not (survey.binds and survey.grows)


class _Survey:
    def __init__(self) -> None:
        self.quick = True
        self.binds = False
        self.grows = False

    def visit(self, node: nodes.Node | None, looping: bool) -> None:
        if node is None or not self.quick:
            return
        if not isinstance(node, _SIMPLE) or node.group is not None or node.keep_array:
            self.quick = False
            return
        for predicate in node.predicates:
            self.visit(predicate.expression, True)
        match node:
            case nodes.Path():
                self._visit_path(node, looping)
            case nodes.Call():
                self._visit_call(node, looping)
            case nodes.Bind():
                self.binds = True
                self.visit(node.value, looping)
            case nodes.Binary():
                self.grows |= node.operator == "&"
                self.visit(node.left, looping)
                self.visit(node.right, looping)
            case nodes.ArrayConstructor():
                self.grows = True
                self.quick &= not node.cons
                self._visit_all(node.items, looping)
            case nodes.Variable():
                # what does not come from the current item may be as long as the input, once per item
                self.quick &= node.name in ("", "$") or not looping
            case nodes.Block():
                self._visit_all(node.expressions, looping)
            case nodes.Negate():
                self.visit(node.operand, looping)
            case nodes.Conditional():
                self._visit_all([node.condition, node.then, node.otherwise], looping)
            case nodes.Default() | nodes.Coalesce():
                self._visit_all([node.left, node.right], looping)
            case _:
                pass

    def _visit_all(self, parts: list[Any], looping: bool) -> None:
        for part in parts:
            self.visit(part, looping)

    def _visit_path(self, path: nodes.Path, looping: bool) -> None:
        self.quick &= not path.keep_singleton
        for number, step in enumerate(path.steps):
            first = step.node
            if isinstance(first, nodes.Variable) and first.name != "" and (looping or number):
                self.quick = False
            self.quick &= not step.tuples
            self.visit(step.node, looping or number > 0)
            for stage in step.stages:
                if isinstance(stage, nodes.Filter):
                    self.visit(stage.expression, True)

    def _visit_call(self, call: nodes.Call, looping: bool) -> None:
        procedure = call.procedure
        self.grows = True
        if (
            not isinstance(procedure, nodes.Variable)
            or procedure.name not in _FUNCTIONS
            or procedure.predicates
            or len(call.arguments) > len(BUILTINS[procedure.name].signature.parameters)
        ):
            self.quick = False
            return
        self._visit_all(list(call.arguments), looping)


def _harmless(node: nodes.Node) -> bool:
    """Whether a predicate can neither hold nor fail where there is no item."""
    match node:
        case nodes.Binary(operator=operator) if operator in _TOTAL_OPERATORS:
            return _harmless_side(node.left) and _harmless_side(node.right)
        case nodes.Binary(operator=operator) if operator in _ORDER_OPERATORS:
            sides = (node.left, node.right)
            return any(isinstance(side, nodes.Path) for side in sides) and all(
                _harmless_side(side) for side in sides
            )
        case nodes.Path():
            return _harmless_side(node)
    return False


def _harmless_side(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Literal):
        return isinstance(node.value, str | int | float) and not isinstance(node.value, bool)
    if isinstance(node, nodes.Path):
        return all(isinstance(step.node, nodes.Name) and not step.stages for step in node.steps)
    if isinstance(node, nodes.ArrayConstructor):
        return all(isinstance(item, nodes.Literal) for item in node.items)
    return _harmless(node)


_ASSIGN = block_template("T = V")
_ZERO = block_template("T = 0")
_FALSE = block_template("T = False")
_TRUE = block_template("T = True")
_EMPTY = block_template("T = []")
_LOOP = block_template("for X in V:\n    BODY")
_IF = block_template("if C:\n    BODY")
_SOURCE = expression_template("V if type(V) is list else quick_inputs(V)")
_SOURCE_PRESENT = expression_template("V if type(V) is list else quick_inputs_present(V)")
_INPUTS = expression_template("inputs(V)")
_REFUSE_LIST = block_template("if type(V) is list:\n    raise TypeError")
_INDEX = expression_template("collapse(index(V, K))")
_IF_FOUND = block_template("if V is not undefined:\n    BODY")
_APPEND = block_template("T.append(V)")
_COUNT_ITEM = block_template("N += 1\nT = V")
_COUNT_FOUND = block_template("N += quick_size(V)")
_EXISTS_FOUND = block_template("T = T or quick_exists(V)")
_ADD = block_template("""
if type(V) is int and -LIMIT < V < LIMIT or type(V) is float:
    T += V
    N += 1
elif V is not undefined:
    raise TypeError
""")
_KEEP_LARGEST = block_template("""
if type(V) is int and -LIMIT < V < LIMIT or type(V) is float:
    if N == 0 or V > T:
        T = V
    N += 1
elif V is not undefined:
    raise TypeError
""")
_KEEP_SMALLEST = block_template("""
if type(V) is int and -LIMIT < V < LIMIT or type(V) is float:
    if N == 0 or V < T:
        T = V
    N += 1
elif V is not undefined:
    raise TypeError
""")
_COUNTED = expression_template("N if N != 1 or type(T) is dict else quick_refuse()")
_SUMMED = expression_template("(T if N < LIMIT else quick_refuse()) if N else undefined")
_AVERAGED = expression_template("(T / N if N < LIMIT else quick_refuse()) if N else undefined")
_EXTREME = expression_template("T if N else undefined")
_ONE_ITEM = expression_template("T[0] if len(T) == 1 else collapse(Sequence(T))")
_ONE_FOUND = expression_template("T[0] if len(T) == 1 else collapse(select(T, True))")
_MATCHES = expression_template("V if type(V) is bool else quick_refuse_number(V)")
_SEARCH = expression_template("F(V) is not None if type(V) is str and len(V) <= N else quick_call(B, [V, P])")
_CALL_TYPED = expression_template("F(quick_state(), V) if type(V) is T else quick_call(B, [V])")
_CALL = expression_template("quick_call(B, A)")
_IS_DEFINED = expression_template("V is not undefined")
_NOT_CONDITION = expression_template("undefined if V is undefined else not V")
_NOT = expression_template("undefined if V is undefined else not truthy(V)")
_TO_MILLIS = expression_template("quick_millis(V)")
_CLOCK = expression_template("now if now is not None else quick_clock()")
_LIMIT: Final = 2**40
_MANY: Final = 2**12


class Sink:
    """Takes a path's results where they arise: `item` one that stays whole, `found` a last step's value."""

    def __init__(self, gen: Generator) -> None:
        self.gen = gen
        self.result = gen.fresh("r")
        self.number = gen.fresh("n")

    def item(self, name: str) -> None:
        """Write the taking of one definite item."""
        raise AssertionError

    def found(self, value: Value) -> None:
        """Write the taking of a last step's value: undefined, one item, or an array of them."""
        raise AssertionError


class _Collect(Sink):
    def __init__(self, gen: Generator) -> None:
        super().__init__(gen)
        self.whole_items = False
        gen.add(_EMPTY(T=self.result))

    def item(self, name: str) -> None:
        self.whole_items = True
        self.gen.add(_APPEND(T=self.result, V=name))

    def found(self, value: Value) -> None:
        code = self.gen.stored(value).code
        taken = _APPEND(T=self.result, V=code)
        self.gen.add(_IF_FOUND(V=code, BODY=taken))

    def value(self) -> Value:
        return Value((_ONE_ITEM if self.whole_items else _ONE_FOUND)(T=self.result))


class _Count(Sink):
    def __init__(self, gen: Generator) -> None:
        super().__init__(gen)
        gen.add(_ZERO(T=self.number), _EMPTY_DICT(T=self.result))

    def item(self, name: str) -> None:
        self.gen.add(_COUNT_ITEM(N=self.number, T=self.result, V=name))

    def found(self, value: Value) -> None:
        self.gen.add(_COUNT_FOUND(N=self.number, V=value.code))

    def value(self) -> Value:
        return Value(_COUNTED(N=self.number, T=self.result), Kind.NUMBER)


_EMPTY_DICT = block_template("T = {}")


class _Exists(Sink):
    def __init__(self, gen: Generator) -> None:
        super().__init__(gen)
        gen.add(_FALSE(T=self.result))

    def item(self, name: str) -> None:
        self.gen.add(_TRUE(T=self.result))

    def found(self, value: Value) -> None:
        self.gen.add(_EXISTS_FOUND(T=self.result, V=self.gen.stored(value).code))

    def value(self) -> Value:
        return Value(load(self.result), Kind.BOOL)


class _Aggregate(Sink):
    def __init__(self, gen: Generator, take: Any, finish: Any) -> None:
        super().__init__(gen)
        self.take, self.finish = take, finish
        gen.add(_ZERO(T=self.number), _ZERO(T=self.result))

    def item(self, name: str) -> None:
        self.found(Value(load(name)))

    def found(self, value: Value) -> None:
        code = self.gen.stored(value).code
        parts = {"V": code, "T": self.result, "N": self.number}
        self.gen.add(self.take(LIMIT=constant(_LIMIT), **parts))

    def value(self) -> Value:
        parts: dict[str, Any] = {"T": self.result, "N": self.number}
        if self.finish is not _EXTREME:
            parts["LIMIT"] = constant(_MANY)
        return Value(self.finish(**parts), Kind.NUMBER)


_AGGREGATES: Final = {
    "sum": (_ADD, _SUMMED),
    "average": (_ADD, _AVERAGED),
    "max": (_KEEP_LARGEST, _EXTREME),
    "min": (_KEEP_SMALLEST, _EXTREME),
}


def _sink_for(gen: Generator, function: str) -> Any:
    if function == "count":
        return _Count(gen)
    if function == "exists":
        return _Exists(gen)
    return _Aggregate(gen, *_AGGREGATES[function])


def write_quick_path(
    gen: Generator, path: nodes.Path, context: Context, sink: Any = None
) -> Value:
    """A path as loops around a sink; without one its value is collected."""
    head = write_head(gen, path, context, simple=True)
    if head.whole and sink is None:
        return Value(head.code)
    target: Any = _Collect(gen) if sink is None else sink
    if head.whole:
        target.found(Value(head.code))
    elif head.context is not None:
        _first_step(gen, path, head.covered, head.context, target)
    else:
        _loop(gen, path, head.covered, Value(head.code), target)
    value: Value = target.value()
    return value


def _first_step(
    gen: Generator, path: nodes.Path, number: int, context: Context, sink: Sink
) -> None:
    """A first step in the path's own context, which is one item unless it is an array."""
    if not context.root:
        gen.add(_REFUSE_LIST(V=context.name))
    _step(gen, path, number, context, sink)


def _loop(gen: Generator, path: nodes.Path, number: int, source: Value, sink: Sink) -> None:
    """Run step `number` for every input in `source`."""
    if gen.too_deep():
        raise QuickImpossibleError
    item = gen.fresh("x")
    inputs = _SOURCE(V=gen.name(source))
    with gen.block(nested=True) as body:
        _step(gen, path, number, Context(item), sink)
    gen.add(_LOOP(X=item, V=inputs, BODY=body))


class QuickImpossibleError(Exception):
    """Quick code would have to nest deeper than Python allows, or lacks a form for a call."""


def _step(gen: Generator, path: nodes.Path, number: int, context: Context, sink: Sink) -> None:
    step = path.steps[number]
    value = gen.emit(step.node, context)
    _stages(gen, path, number, value, list(step.stages), sink)


def _stages(
    gen: Generator, path: nodes.Path, number: int, value: Value, stages: list[Any], sink: Sink
) -> None:
    """Apply a step's predicates to its value and pass on what they keep."""
    while stages:
        index = constant_index(stages[0])
        if index is None:
            break
        value = Value(load(gen.name(Value(_INDEX(V=value.code, K=constant(index))))))
        stages = stages[1:]
    if stages:
        _filter(gen, path, number, value, stages, sink)
    elif number + 1 < len(path.steps):
        _loop(gen, path, number + 1, value, sink)
    else:
        sink.found(value)


def _filter(
    gen: Generator, path: nodes.Path, number: int, value: Value, stages: list[Any], sink: Sink
) -> None:
    predicate = stages[0].expression
    if len(stages) > 1 or gen.too_deep():
        raise QuickImpossibleError
    source = _SOURCE if _harmless(predicate) else _SOURCE_PRESENT
    item = gen.fresh("x")
    inputs = source(V=gen.name(value))
    with gen.block(nested=True) as body:
        answer = gen.emit(predicate, Context(item))
        test = answer.code
        if answer.kind not in (Kind.BOOL, Kind.CONDITION):
            test = _MATCHES(V=gen.stored(answer).code)
        with gen.block() as kept:
            if number + 1 < len(path.steps):
                _step(gen, path, number + 1, Context(item), sink)
            else:
                sink.item(item)
        gen.add(_IF(C=test, BODY=kept))
    gen.add(_LOOP(X=item, V=inputs, BODY=body))


def write_quick_call(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value:
    """A call of a built-in that `is_quick` allows."""
    arguments = node.arguments
    if name in ("count", "exists", *_AGGREGATES) and len(arguments) == 1:
        return _write_aggregate(gen, name, arguments[0], context)
    if name == "contains" and len(arguments) == 2 and isinstance(arguments[1], nodes.RegexLiteral):
        return _write_search(gen, arguments[0], arguments[1], context)
    if name == "millis":
        return _write_millis(gen)
    builtin = BUILTINS[name]
    if name == "toMillis" and len(arguments) == 1:
        if _folds(arguments):
            return _folded(gen, builtin, arguments[0])
        value = gen.stored(gen.emit(arguments[0], context))
        return gen.stored(Value(_TO_MILLIS(V=value.code), Kind.NUMBER))
    values = [gen.stored(gen.emit(argument, context)) for argument in arguments]
    if name == "not" and len(values) == 1:
        condition = values[0].kind in (Kind.BOOL, Kind.CONDITION)
        negation = _NOT_CONDITION if condition else _NOT
        return gen.stored(Value(negation(V=gen.name(values[0])), Kind.CONDITION))
    constant_builtin = gen.keep_constant(builtin)
    if len(values) == 1 and len(builtin.signature.parameters) == 1:
        python_type = _python_type(builtin.signature.parameters[0])
        if python_type is not None:
            function = gen.keep_constant(builtin.implementation)
            parts = {"V": values[0].code, "F": function, "T": python_type, "B": constant_builtin}
            return gen.stored(Value(_CALL_TYPED(**parts)))
    if _context_may_stand_in(builtin.signature.parameters, len(values)):
        raise QuickImpossibleError
    return gen.stored(Value(_CALL(B=constant_builtin, A=listed(values))))


def listed(values: list[Value]) -> ast.expr:
    """The code of a list of values."""
    code: ast.expr = NODES["List"](elts=[value.code for value in values], ctx=ast.Load())
    return code


def _write_millis(gen: Generator) -> Value:
    """The time of the evaluation, the same wherever it is asked for."""
    name = gen.paths.get(("millis",))
    if name is None:
        name = gen.fresh()
        gen.header.extend(_ASSIGN(T=name, V=_CLOCK()))
        gen.paths["millis",] = name
    return Value(load(name), Kind.NUMBER)


def _context_may_stand_in(parameters: tuple[Parameter, ...], given: int) -> bool:
    return any(parameter.context for parameter in parameters) and given < len(parameters)


def _python_type(parameter: Parameter) -> str | None:
    return {"s": "str"}.get(parameter.type)


def _folds(arguments: list[nodes.Node]) -> bool:
    return (
        len(arguments) == 1
        and isinstance(arguments[0], nodes.Literal)
        and isinstance(arguments[0].value, str)
        and not arguments[0].predicates
    )


def _folded(gen: Generator, builtin: Builtin, argument: nodes.Node) -> Value:
    """A call whose result is known now."""
    assert isinstance(argument, nodes.Literal)
    try:
        return gen.literal(builtin.call(State(Limits()), [argument.value], None))
    except JSONataError as error:
        raise QuickImpossibleError from error


def _write_aggregate(
    gen: Generator, name: str, argument: nodes.Node, context: Context
) -> Value:
    if isinstance(argument, nodes.Path):
        return write_quick_path(gen, argument, context, _sink_for(gen, name))
    value = gen.emit(argument, context)
    if name == "exists":
        return Value(_IS_DEFINED(V=gen.name(value)), Kind.BOOL)
    return gen.stored(Value(_CALL(B=gen.keep_constant(BUILTINS[name]), A=listed([value]))))


def _write_search(
    gen: Generator, text: nodes.Node, pattern: nodes.RegexLiteral, context: Context
) -> Value:
    value = gen.stored(gen.emit(text, context))
    matcher: RegexMatcher = compile_regex(pattern.pattern, pattern.flags)
    search, longest = matcher.quick_search()
    code = _SEARCH(
        V=value.code,
        F=gen.keep_constant(search),
        N=constant(longest),
        B=gen.keep_constant(BUILTINS["contains"]),
        P=gen.keep_constant(matcher),
    )
    return gen.stored(Value(code, Kind.CONDITION))
