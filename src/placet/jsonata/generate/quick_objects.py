"""Writes object constructors and sorts for well-behaved input."""

from __future__ import annotations

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Value
from placet.jsonata.quasi import block_template, constant, load
from placet.jsonata.values import UNDEFINED

__all__ = ["write_quick_object"]

_NEW_DICT = block_template("T = {}")
_REFUSE_LIST = block_template("if type(V) is list or type(V) is Sequence:\n    raise TypeError")
_SET = block_template("T[K] = V")
_SET_FOUND = block_template("if V is not undefined:\n    T[K] = V")


def write_quick_object(gen: Generator, node: nodes.ObjectConstructor, context: Context) -> Value:
    """`{"name": value}` with different literal names, of a context that is one item."""
    gen.add(_REFUSE_LIST(V=context.name))
    target = gen.fresh()
    gen.add(_NEW_DICT(T=target))
    for key, expression in node.pairs:
        if not isinstance(key, nodes.Literal):
            raise AssertionError("the survey lets no other name pass")
        value = gen.emit(expression, Context(context.name))
        present = value.literal is not UNDEFINED
        code = value.code if present else load(gen.name(value))
        gen.add((_SET if present else _SET_FOUND)(T=target, K=constant(key.value), V=code))
    return Value(load(target))
