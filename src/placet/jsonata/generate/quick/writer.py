"""Writes code for well-behaved input: the form in which rules usually run.

Quick code carries no limits but that of `state` and reports no errors: whatever it does not
expect makes it raise, and the evaluation starts over in the complete program. It is written only
for expressions whose work is proportional to the size of their input (`quick_share`). Paths become
nested loops that hand each item on to a sink, which counts, adds up or collects, so that no
intermediate list is made.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.registry import BUILTINS, Builtin
from placet.jsonata.generate.called import called_builtin, matcher_of
from placet.jsonata.generate.core import Context, Generator, Kind, Value
from placet.jsonata.generate.heads import Head, constant_index, write_head
from placet.jsonata.generate.operators import emit_test
from placet.jsonata.generate.quasi import (
    NODES,
    block_template,
    constant,
    expression_template,
    list_of,
    load,
)
from placet.jsonata.generate.quick.builtins import literal_text, write_usual_call
from placet.jsonata.generate.quick.eligible import is_equality, is_harmless, reads_first
from placet.jsonata.generate.quick.lambdas import write_each, write_reduce
from placet.jsonata.generate.quick.objects import write_quick_group, write_quick_sort
from placet.jsonata.generate.quick.sinks import AGGREGATES, Collect, Few, Inputs, Sink, sink_for
from placet.jsonata.generate.quick.state import write_account, write_source
from placet.jsonata.runtime.signature import Parameter
from placet.jsonata.runtime.state import Limits, State

__all__ = ["QuickImpossibleError", "write_quick_call", "write_quick_path"]

_ASSIGN = block_template("T = V")
_LOOP = block_template("for X in V:\n    BODY")
_IF = block_template("if C:\n    BODY")
_SOURCE = expression_template(
    "V if type(V) is list else (V,) if type(V) is dict else quick_inputs(V)"
)
_VALUES = expression_template("quick_values(V, ST)")
_FIELDS = expression_template("V.values() if type(V) is dict else quick_fields(V, ST)")
_OTHER = expression_template("(V,) if type(V) is dict else quick_inputs(V)")
_OTHER_PRESENT = expression_template("quick_inputs_present(V)")
_REFUSE_LIST = block_template("if type(V) is list:\n    raise TypeError")
_ITEM = expression_template("quick_item(V, K)")
_INDEX = expression_template("collapse(index(V, K))")
_MATCHES = expression_template("V if type(V) is bool else quick_refuse_number(V)")
_SEARCH = expression_template(
    "F(V) is not None if type(V) is str and len(V) <= N else quick_absent(V)"
)

_CALL_TYPED = expression_template("FN if TEST else CALL")
_HAS_TYPE = expression_template("type(V) is T")
_IS_SHORT = expression_template("type(V) is T and quick_short(V)")
_ALL = expression_template("A and B")
_COLLAPSE = expression_template("collapse(V)")
_CALL = expression_template("quick_call(B, A, ST)")
_IS_DEFINED = expression_template("V is not undefined")
_NOT_CONDITION = expression_template("undefined if V is undefined else not V")
_NOT = expression_template("undefined if V is undefined else not truthy(V, ST)")
_TO_MILLIS = expression_template("quick_millis(V) if type(V) is str else quick_absent(V)")
_CLOCK = expression_template("now if now is not None else quick_clock()")

# Of numbers only an int is sure to be finite.
_PYTHON_TYPES: Final = {"s": "str", "n": "int", "(nsb)": "str"}
_ANY_TYPE: Final = "x"
# Stands behind the last step where the path goes on.
_END: Final = nodes.Step(node=nodes.Literal(value=None, position=0))
_SCALAR_RESULTS: Final = (":s>", ":n>", ":b>")


class QuickImpossibleError(Exception):
    """Quick code would have to nest deeper than Python allows, or lacks a form for a call."""


def write_quick_path(
    gen: Generator, path: nodes.Path, context: Context, sink: Sink | None = None
) -> Value:
    """A path as loops around a sink; without one its value is collected."""
    if path.group is not None:
        items = _write_inputs(gen, path, len(path.steps), context)
        value = write_quick_group(gen, path.group, items)
        return value if sink is None else sink.whole(value)
    for number, step in enumerate(path.steps):
        if isinstance(step.node, nodes.Sort):
            return _write_sorted(gen, path, number, context, sink)
    # what is computed from a path that goes on after a name is most often computed from many
    looping = sink is not None and (context.many or len(path.steps) > 1)
    head = write_head(gen, path, context, simple=True, looping=looping)
    if head.whole and sink is None:
        return Value(head.code)
    loops = _Loops(gen, path, _collector(gen, path) if sink is None else sink)
    if head.whole:
        return loops.sink.whole(Value(head.code))
    loops.sink.begin()
    loops.start(head)
    return loops.sink.value()


def _collector(gen: Generator, path: nodes.Path) -> Collect:
    stages = [stage for step in path.steps for stage in step.stages]
    filters = [stage.expression for stage in stages if isinstance(stage, nodes.Filter)]
    return Few(gen) if any(map(is_equality, filters)) else Collect(gen)


def _write_inputs(gen: Generator, path: nodes.Path, number: int, context: Context) -> str:
    """What the first `number` steps give, as the array that whatever follows runs over."""
    if number == 0:
        raise QuickImpossibleError
    head = write_head(gen, replace(path, steps=[*path.steps, _END]), context, simple=True)
    if head.covered == number:
        return gen.name(Value(_SOURCE(V=gen.name(Value(head.code)))))
    loops = _Loops(gen, replace(path, steps=path.steps[:number], group=None), Inputs(gen))
    loops.sink.begin()
    loops.start(head)
    return gen.name(loops.sink.value())


def _write_sorted(
    gen: Generator, path: nodes.Path, number: int, context: Context, sink: Sink | None
) -> Value:
    """A path whose step `number` is a sort."""
    step = path.steps[number]
    if not isinstance(step.node, nodes.Sort):
        raise AssertionError("this step is a sort")
    items = _write_inputs(gen, path, number, context)
    indexes = [constant_index(stage) for stage in step.stages]
    first = indexes[:1] == [0]
    value = write_quick_sort(gen, step.node, items, first=first)
    for index in indexes[first:]:
        if index is None:
            raise QuickImpossibleError
        value = Value(load(gen.name(Value(_ITEM(V=value.code, K=constant(index))))))
    if number + 1 == len(path.steps):
        value = Value(load(gen.name(Value(_COLLAPSE(V=value.code)))))
        return value if sink is None else sink.whole(value)
    loops = _Loops(gen, path, Collect(gen) if sink is None else sink)
    loops.sink.begin()
    loops.loop(number + 1, value)
    return loops.sink.value()


@dataclass(slots=True, frozen=True)
class _Loops:
    """Writes the steps of one path inside each other."""

    gen: Generator
    path: nodes.Path
    sink: Sink

    def start(self, head: Head) -> None:
        """Run the steps behind the head."""
        context = head.context
        if context is None:
            self.loop(head.covered, Value(head.code))
        elif context.many:
            self.loop(head.covered, Value(load(context.name)))
        else:
            if not context.root:
                # a first step in the path's own context, which is one item unless it is an array
                self.gen.add(_REFUSE_LIST(V=context.name))
            self.step(head.covered, context)

    def loop(self, number: int, source: Value) -> None:
        """Run step `number` for every input in `source`."""
        item = self.gen.fresh("x")
        with self._body(item, self.gen.name(source), _OTHER):
            self.step(number, Context(item))

    def _loop_fields(self, number: int, name: str) -> None:
        """Run what follows step `number`, a wildcard, for every field of what `name` holds.

        Where a field holds an array, the wildcard would give that one's items.
        """
        item = self.gen.fresh("x")
        fields = self.gen.name(Value(_FIELDS(V=name, ST=self.gen.account())))
        with self._body(item, fields):
            stages = self.path.steps[number].stages
            if stages:
                self._test(number, stages[0], item)
            else:
                self.step(number + 1, Context(item, single=True))

    def _refuses_arrays(self, number: int) -> bool:
        """Whether what follows step `number` begins with a field of each item."""
        step = self.path.steps[number]
        if len(step.stages) == 1:
            stage = step.stages[0]
            return isinstance(stage, nodes.Filter) and reads_first(stage.expression)
        following = self.path.steps[number + 1 : number + 2]
        return not step.stages and any(isinstance(step.node, nodes.Name) for step in following)

    @contextmanager
    def _body(
        self, item: str, source: str, other: Callable[..., ast.expr] | None = None
    ) -> Iterator[None]:
        """The loop around what is written meanwhile. `other`: what it runs over in place of a
        `source` that is no array; without, `source` is fit to be run over."""
        if self.gen.too_deep():
            raise QuickImpossibleError
        with self.gen.block(nested=True) as body:
            yield
        inputs = source
        if other is None:
            self.gen.add(write_account(source, body))
        else:
            inputs = self.gen.fresh()
            self.gen.add(write_source(inputs, source, other(V=source), body))
        self.gen.add(_LOOP(X=item, V=inputs, BODY=body))

    def step(self, number: int, context: Context) -> None:
        """One step for one input: its value, cut down by its predicates, goes on."""
        step = self.path.steps[number]
        last = number + 1 == len(self.path.steps) and not step.stages
        if last and self.sink.take(step.node, context):
            return
        wildcard = isinstance(step.node, nodes.Wildcard) and not (last or step.node.predicates)
        if wildcard and self._refuses_arrays(number):
            self._loop_fields(number, context.name)
            return
        if wildcard:
            value = Value(
                load(self.gen.name(Value(_VALUES(V=context.name, ST=self.gen.account()))))
            )
        else:
            value = self.gen.emit(step.node, context, loose=last and self.sink.computes)
        stages = list(step.stages)
        while stages and (index := constant_index(stages[0])) is not None:
            code = _INDEX(V=value.code, K=constant(index))
            value = Value(load(self.gen.name(Value(code))))
            del stages[0]
        if len(stages) > 1:
            raise QuickImpossibleError
        if stages:
            self._filter(number, value, stages[0])
        elif number + 1 < len(self.path.steps):
            self.loop(number + 1, value)
        else:
            self.sink.found(value)

    def _filter(self, number: int, value: Value, stage: Any) -> None:
        other = _OTHER if is_harmless(stage.expression) else _OTHER_PRESENT
        item = self.gen.fresh("x")
        with self._body(item, self.gen.name(value), other):
            self._test(number, stage, item)

    def _test(self, number: int, stage: Any, item: str) -> None:
        """Go on behind step `number` with an item for which its predicate holds."""
        single = reads_first(stage.expression)
        answer = emit_test(self.gen, stage.expression, Context(item, single=single))
        test = answer.code
        if answer.kind not in {Kind.BOOL, Kind.CONDITION}:
            test = _MATCHES(V=self.gen.stored(answer).code)
        with self.gen.block() as kept:
            if number + 1 < len(self.path.steps):
                self.step(number + 1, Context(item, single=single))
            else:
                self.sink.item(item, flat=single)
        self.gen.add(_IF(C=test, BODY=kept))


def write_quick_call(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value:
    """A call of a built-in that `is_quick` allows."""
    arguments = node.arguments
    if name == "reduce":
        return write_reduce(gen, node, context, write_quick_path)
    if name in ("map", "filter"):
        return write_each(gen, node, name, context, Collect(gen))
    if name in ("count", "exists", *AGGREGATES) and len(arguments) == 1:
        return _write_aggregate(gen, node, name, context)
    if name == "contains" and len(arguments) == 2 and isinstance(arguments[1], nodes.RegexLiteral):
        return _write_search(gen, arguments[0], arguments[1], context)
    if name == "millis":
        return _write_millis(gen)
    builtin = BUILTINS[name]
    if name == "toMillis" and len(arguments) == 1:
        text = literal_text(arguments[0])
        if text is not None:
            return _folded(gen, builtin, text)
        value = gen.stored(gen.emit(arguments[0], context))
        return gen.stored(Value(_TO_MILLIS(V=value.code), Kind.NUMBER))
    usual = write_usual_call(gen, node, context, name)
    if usual is not None:
        return usual
    if name == "fromMillis":
        # a picture can ask for any length
        raise QuickImpossibleError
    values = [gen.stored(gen.emit(argument, context)) for argument in arguments]
    if name == "not" and len(values) == 1:
        condition = values[0].kind in (Kind.BOOL, Kind.CONDITION)
        name = gen.name(values[0])
        code = _NOT_CONDITION(V=name) if condition else _NOT(V=name, ST=gen.account())
        return gen.stored(Value(code, Kind.CONDITION))
    if _context_may_stand_in(builtin.signature.parameters, len(values)):
        raise QuickImpossibleError
    arguments_code = list_of([value.code for value in values])
    code = _CALL(B=gen.keep_constant(builtin), A=arguments_code, ST=gen.account())
    direct = _direct_call(gen, builtin, values)
    if direct is not None:
        applied, test = direct
        code = applied if test is None else _CALL_TYPED(FN=applied, TEST=test, CALL=code)
    return gen.stored(Value(code))


def _direct_call(
    gen: Generator, builtin: Builtin, values: list[Value]
) -> tuple[ast.expr, ast.expr | None] | None:
    """The call without its signature, and what must hold of the arguments' types for it."""
    test: ast.expr | None = None
    parameters = builtin.signature.parameters
    if not all(parameter.optional for parameter in parameters[len(values) :]):
        return None
    for parameter, value in zip(parameters, values, strict=False):
        if parameter.type == _ANY_TYPE:
            continue
        python_type = _PYTHON_TYPES.get(parameter.type)
        if python_type is None:
            return None
        if type(value.literal).__name__ == python_type:
            continue
        short = python_type == "str" and gen.many_texts
        has_type = (_IS_SHORT if short else _HAS_TYPE)(V=value.code, T=python_type)
        test = has_type if test is None else _ALL(A=test, B=has_type)
    given = [value.code for value in values]
    rest = [load("undefined")] * (len(parameters) - len(given))
    function = load(gen.keep_constant(builtin.implementation))
    call = NODES["Call"](func=function, args=[load(gen.account()), *given, *rest], keywords=[])
    scalar = builtin.signature.text.endswith(_SCALAR_RESULTS)
    return call if scalar else _COLLAPSE(V=call), test


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


def _folded(gen: Generator, builtin: Builtin, text: str) -> Value:
    """A call whose result is known now."""
    try:
        return gen.literal(builtin.call(State(Limits()), [text], None))
    except JSONataError as error:
        raise QuickImpossibleError from error


def _write_aggregate(gen: Generator, node: nodes.Call, name: str, context: Context) -> Value:
    argument = node.arguments[0]
    if isinstance(argument, nodes.Path):
        return write_quick_path(gen, argument, context, sink_for(gen, name))
    if isinstance(argument, nodes.Call) and not (argument.predicates or argument.keep_array):
        inner = called_builtin(gen, argument)
        if inner in ("map", "filter"):
            return write_each(gen, argument, inner, context, sink_for(gen, name))
    if name == "count" and (usual := write_usual_call(gen, node, context, name)):
        return usual
    value = gen.emit(argument, context)
    if name == "exists":
        return Value(_IS_DEFINED(V=gen.name(value)), Kind.BOOL)
    function = gen.keep_constant(BUILTINS[name])
    return gen.stored(Value(_CALL(B=function, A=list_of([value.code]), ST=gen.account())))


def _write_search(
    gen: Generator, text: nodes.Node, pattern: nodes.RegexLiteral, context: Context
) -> Value:
    value = gen.stored(gen.emit(text, context))
    search, longest = matcher_of(gen, pattern).quick_search()
    code = _SEARCH(V=value.code, F=gen.keep_constant(search), N=constant(longest))
    return gen.stored(Value(code, Kind.CONDITION))
