"""Built-ins that quick code computes in place, or with one plain call, for the usual types."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from placet.jsonata import nodes
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate.called import called_builtin
from placet.jsonata.generate.core import Context, Generator, Kind, Value
from placet.jsonata.generate.quasi import constant, expression_template, list_of
from placet.jsonata.generate.quick.dates import write_date_text

__all__ = ["literal_text", "write_usual_call"]

_CALL = expression_template("quick_call(B, A, ST)")
_LIMITED = expression_template(
    "FN(V) if (type(V) is int or type(V) is float) and -HALF < V < HALF else CALL"
)
_ROUND = expression_template("quick_round(V, PLACES, SCALE)")
_NUMBER = expression_template("V if type(V) is int or type(V) is float else quick_number(V)")
_STRING = expression_template(
    "V if type(V) is str else str(V) if type(V) is int and -HALF < V < HALF else CALL"
)
_COUNT = expression_template("len(V) if isinstance(V, list) else quick_count(V)")
_DIFFERENT = expression_template("quick_different(V, ST)")
_DISTINCT = expression_template("quick_distinct(V, ST)")
_KEYS = expression_template("Sequence(V) if type(V) is dict and 1 < len(V) < 1000 else CALL")
_JOIN = expression_template("quick_join(V, BETWEEN)")
_SPLIT = expression_template(
    "quick_split(V, SEPARATOR) if type(V) is str and len(V) < 2000 else quick_absent(V)"
)
_SORT = expression_template("quick_sort(V, ST)")
_HALF: Final = 2**52
_MOST_PLACES: Final = 9
_WHOLE: Final = {"floor": "quick_floor", "ceil": "quick_ceil", "abs": "quick_abs"}


def write_usual_call(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    """A call of built-in `name` in its usual form; None where it has none."""
    writer = _WRITERS.get(name)
    if writer is None or not node.arguments:
        return None
    return writer(gen, node, context, name)


def literal_text(node: nodes.Node) -> str | None:
    """The text that `node` is, if it is a plain one."""
    if isinstance(node, nodes.Literal) and isinstance(node.value, str) and not node.predicates:
        return node.value
    return None


def _general(gen: Generator, name: str, value: Value) -> ast.expr:
    return _CALL(B=gen.keep_constant(BUILTINS[name]), A=list_of([value.code]), ST=gen.account())


def _write_whole(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    if len(node.arguments) != 1:
        return None
    value = gen.stored(gen.emit(node.arguments[0], context, loose=True))
    call = _general(gen, name, value)
    code = _LIMITED(FN=_WHOLE[name], V=value.code, HALF=constant(_HALF), CALL=call)
    loose = name == "abs" and value.loose
    return gen.stored(Value(code, Kind.NUMBER, loose=loose))


def _write_round(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    places = 0
    if len(node.arguments) == 2:
        literal = node.arguments[1]
        if not isinstance(literal, nodes.Literal) or literal.predicates:
            return None
        if type(literal.value) is not int or not 0 <= literal.value <= _MOST_PLACES:
            return None
        places = literal.value
    value = gen.emit(node.arguments[0], context, loose=True)
    code = _ROUND(V=value.code, PLACES=constant(places), SCALE=constant(10.0**places))
    return gen.stored(Value(code, Kind.NUMBER, loose=True))


def _write_number(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    value = gen.stored(gen.emit(node.arguments[0], context, loose=True))
    return gen.stored(Value(_NUMBER(V=value.code), Kind.NUMBER, loose=value.loose))


def _write_string(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    if len(node.arguments) != 1:
        return None
    value = gen.stored(gen.emit(node.arguments[0], context))
    call = _general(gen, name, value)
    return gen.stored(Value(_STRING(V=value.code, HALF=constant(_HALF), CALL=call)))


def _write_count(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    argument = node.arguments[0]
    if isinstance(argument, nodes.Call) and _is_distinct(gen, argument):
        value = gen.emit(argument.arguments[0], context)
        return gen.stored(Value(_DIFFERENT(V=value.code, ST=gen.account()), Kind.COUNT))
    value = gen.stored(gen.emit(argument, context))
    return gen.stored(Value(_COUNT(V=value.code), Kind.COUNT))


def _is_distinct(gen: Generator, call: nodes.Call) -> bool:
    if call.predicates or call.group or call.keep_array or len(call.arguments) != 1:
        return False
    return called_builtin(gen, call) == "distinct"


def _write_from_millis(
    gen: Generator, node: nodes.Call, context: Context, name: str
) -> Value | None:
    picture = literal_text(node.arguments[1]) if len(node.arguments) == 2 else None
    if picture is None:
        return None
    text = write_date_text(gen, gen.stored(gen.emit(node.arguments[0], context)), picture)
    return None if text is None else gen.stored(text)


def _write_distinct(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    value = gen.emit(node.arguments[0], context)
    return gen.stored(Value(_DISTINCT(V=value.code, ST=gen.account())))


def _write_sort(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    if len(node.arguments) != 1:
        return None
    value = gen.emit(node.arguments[0], context)
    return gen.stored(Value(_SORT(V=value.code, ST=gen.account())))


def _write_keys(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    value = gen.stored(gen.emit(node.arguments[0], context))
    return gen.stored(Value(_KEYS(V=value.code, CALL=_general(gen, name, value))))


def _write_join(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    between = literal_text(node.arguments[1]) if len(node.arguments) == 2 else ""
    if between is None:
        return None
    value = gen.emit(node.arguments[0], context)
    return gen.stored(Value(_JOIN(V=value.code, BETWEEN=constant(between))))


def _write_split(gen: Generator, node: nodes.Call, context: Context, name: str) -> Value | None:
    separator = literal_text(node.arguments[1]) if len(node.arguments) == 2 else None
    if not separator:
        return None
    value = gen.stored(gen.emit(node.arguments[0], context))
    return gen.stored(Value(_SPLIT(V=value.code, SEPARATOR=constant(separator))))


_Writer = Callable[[Generator, nodes.Call, Context, str], Value | None]
_WRITERS: Final[dict[str, _Writer]] = {
    **dict.fromkeys(_WHOLE, _write_whole),
    "count": _write_count,
    "distinct": _write_distinct,
    "fromMillis": _write_from_millis,
    "join": _write_join,
    "keys": _write_keys,
    "number": _write_number,
    "round": _write_round,
    "sort": _write_sort,
    "split": _write_split,
    "string": _write_string,
}
