"""Writes `$map`, `$filter` and `$reduce` with a function written in place as quick loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Kind, Value
from placet.jsonata.generate.operators import write_truth
from placet.jsonata.generate.quasi import block_template, constant, expression_template, load
from placet.jsonata.generate.quick.sinks import Sink
from placet.jsonata.generate.quick.state import write_source

__all__ = ["write_each", "write_reduce"]

_ASSIGN = block_template("T = V")
_LOOP = block_template("for X in V:\n    BODY")
_IF = block_template("if C:\n    BODY")
_COLLAPSE = block_template("if type(V) is Sequence:\n    V = collapse(V)")
_FOUND = expression_template("V is not undefined")
_OTHER = expression_template("quick_inputs(V)")
_REFUSE_MANY = block_template("if type(V) is list or type(V) is Sequence:\n    raise TypeError")
_REFUSE_NONE = block_template("if N is None:\n    raise TypeError")
_ONE_VALUE: Final = (Kind.BOOL, Kind.CONDITION, Kind.COUNT, Kind.NUMBER, Kind.TEXT)


def _parts(node: nodes.Call) -> tuple[nodes.Node, nodes.Lambda]:
    source, function = node.arguments[:2]
    if not isinstance(function, nodes.Lambda):
        raise AssertionError("the survey lets no other function pass")
    return source, function


@contextmanager
def _called(gen: Generator, function: nodes.Lambda, names: list[str]) -> Iterator[None]:
    """Write the body of a function whose arguments stand in Python variables."""
    for name in names:
        gen.add(_COLLAPSE(V=name))
    with gen.frame([]) as scope:
        scope.collapsed |= set(function.parameters)
        scope.variables |= zip(function.parameters, names, strict=True)
        scope.bound |= set(function.parameters)
        yield


def write_each(gen: Generator, node: nodes.Call, name: str, context: Context, sink: Sink) -> Value:
    """`$map(source, function($i){…})` or `$filter(…)`, item by item into a sink."""
    source, function = _parts(node)
    items, inputs = gen.name(gen.emit(source, context)), gen.fresh()
    item = gen.fresh("x")
    sink.begin()
    with gen.block(nested=True) as body:
        if name == "filter":
            with _called(gen, function, [item]):
                test = write_truth(gen, function.body, context)
            with gen.block() as kept:
                sink.item(item)
            gen.add(_IF(C=test, BODY=kept))
        else:
            _write_answer(gen, function, item, context, sink)
    gen.add(write_source(inputs, items, _OTHER(V=items), body))
    gen.add(_LOOP(X=item, V=inputs, BODY=body))
    return sink.value()


def _write_answer(
    gen: Generator, function: nodes.Lambda, item: str, context: Context, sink: Sink
) -> None:
    """What a function makes of one item."""
    with _called(gen, function, [item]):
        if sink.take(function.body, context):
            return
        value = gen.emit(function.body, context, loose=sink.computes)
    answer = gen.name(value)
    if value.kind not in _ONE_VALUE:
        gen.add(_REFUSE_MANY(V=answer))
    with gen.block() as kept:
        sink.item(answer)
    gen.add(_IF(C=_FOUND(V=answer), BODY=kept))


def write_reduce(
    gen: Generator,
    node: nodes.Call,
    context: Context,
    write_path: Callable[[Generator, nodes.Path, Context, Sink], Value],
) -> Value:
    """`$reduce(source, function($a, $b){…}, start)`."""
    source, function = _parts(node)
    sink = _Reduce(gen, function, gen.emit(node.arguments[2], context), context)
    if isinstance(source, nodes.Path):
        return write_path(gen, source, context, sink)
    return sink.whole(gen.emit(source, context))


class _Reduce(Sink):
    """Calls a function with what there is so far and each result."""

    def __init__(
        self, gen: Generator, function: nodes.Lambda, start: Value, context: Context
    ) -> None:
        super().__init__(gen)
        self.function, self.start, self.context = function, start, context

    def begin(self) -> None:
        self.gen.add(
            _ASSIGN(T=self.result, V=self.start.code), _ASSIGN(T=self.number, V=constant(None))
        )

    def item(self, name: str, flat: bool = False) -> None:
        with _called(self.gen, self.function, [self.result, name]):
            value = self.gen.emit(self.function.body, self.context)
        self.gen.add(_ASSIGN(T=self.result, V=value.code), _ASSIGN(T=self.number, V=constant(True)))

    def found(self, value: Value) -> None:
        name = self.gen.name(value)
        self.gen.add(_REFUSE_MANY(V=name))
        with self.gen.block() as present:
            self.item(name)
        self.gen.add(_IF(C=_FOUND(V=name), BODY=present))

    def value(self) -> Value:
        self.gen.add(_REFUSE_NONE(N=self.number))
        return Value(load(self.result))

    def whole(self, value: Value) -> Value:
        self.begin()
        item = self.gen.fresh("x")
        with self.gen.block(nested=True) as body:
            self.item(item)
        items, inputs = self.gen.name(value), self.gen.fresh()
        self.gen.add(write_source(inputs, items, _OTHER(V=items), body))
        self.gen.add(_LOOP(X=item, V=inputs, BODY=body))
        return self.value()
