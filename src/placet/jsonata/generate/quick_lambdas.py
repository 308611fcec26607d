"""Writes `$map`, `$filter` and `$reduce` with a function written in place as quick loops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Kind, Value
from placet.jsonata.generate.operators import write_truth
from placet.jsonata.generate.sinks import Sink
from placet.jsonata.quasi import block_template, expression_template, load

__all__ = ["write_each", "write_reduce"]

_ASSIGN = block_template("T = V")
_LOOP = block_template("for X in V:\n    BODY")
_IF = block_template("if C:\n    BODY")
_FOUND = expression_template("V is not undefined")
_SOURCE = expression_template("V if type(V) is list else quick_inputs(V)")
_REFUSE_MANY = block_template("if type(V) is list or type(V) is Sequence:\n    raise TypeError")
_REFUSE_NOTHING = block_template("if V is undefined:\n    raise TypeError")
_ONE_VALUE: Final = (Kind.BOOL, Kind.CONDITION, Kind.COUNT, Kind.NUMBER, Kind.TEXT)


def _parts(node: nodes.Call) -> tuple[nodes.Node, nodes.Lambda]:
    source, function = node.arguments[:2]
    if not isinstance(function, nodes.Lambda):
        raise AssertionError("the survey lets no other function pass")
    return source, function


@contextmanager
def _called(gen: Generator, function: nodes.Lambda, names: list[str]) -> Iterator[None]:
    """Write the body of a function whose arguments stand in Python variables."""
    with gen.frame([]) as scope:
        scope.variables |= zip(function.parameters, names, strict=True)
        scope.bound |= set(function.parameters)
        yield


def write_each(gen: Generator, node: nodes.Call, name: str, context: Context, sink: Sink) -> Value:
    """`$map(source, function($i){…})` or `$filter(…)`, item by item into a sink."""
    source, function = _parts(node)
    items = _SOURCE(V=gen.name(gen.emit(source, context)))
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
    gen.add(_LOOP(X=item, V=items, BODY=body))
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


def write_reduce(gen: Generator, node: nodes.Call, context: Context) -> Value:
    """`$reduce(source, function($a, $b){…}, start)`."""
    source, function = _parts(node)
    values = gen.name(gen.emit(source, context))
    gen.add(_REFUSE_NOTHING(V=values))
    result, item = gen.fresh("r"), gen.fresh("x")
    gen.add(_ASSIGN(T=result, V=gen.emit(node.arguments[2], context).code))
    with gen.block(nested=True) as body:
        with _called(gen, function, [result, item]):
            value = gen.emit(function.body, context)
        gen.add(_ASSIGN(T=result, V=value.code))
    gen.add(_LOOP(X=item, V=_SOURCE(V=values), BODY=body))
    return Value(load(result))
