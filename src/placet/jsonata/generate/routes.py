"""The one door to both generators: settles which of them takes a path, an object or a call."""

from __future__ import annotations

from placet.jsonata import nodes
from placet.jsonata.generate.called import called_builtin
from placet.jsonata.generate.core import Context, Generator, Value, writes
from placet.jsonata.generate.general.calls import write_general_call
from placet.jsonata.generate.general.paths import write_plain_object, write_plain_path
from placet.jsonata.generate.general.tuples import write_tuple_path
from placet.jsonata.generate.quick.objects import write_quick_object
from placet.jsonata.generate.quick.writer import write_quick_call, write_quick_path

__all__: list[str] = []


@writes(nodes.Path)
def write_path(gen: Generator, node: nodes.Path, context: Context) -> Value:
    """`a.b.c`: by tuples where a step binds a name, as nested loops in quick code, else step by
    step."""
    if any(step.tuples for step in node.steps):
        return write_tuple_path(gen, node, context)
    if gen.options.quick:
        return write_quick_path(gen, node, context)
    return write_plain_path(gen, node, context)


@writes(nodes.Call)
def write_call(gen: Generator, node: nodes.Call, context: Context) -> Value:
    """`f(a, b)`."""
    name = called_builtin(gen, node)
    if gen.options.quick and name is not None:
        return write_quick_call(gen, node, context, name)
    return write_general_call(gen, node, context)


@writes(nodes.ObjectConstructor)
def write_object(gen: Generator, node: nodes.ObjectConstructor, context: Context) -> Value:
    """`{key: value}` as an operand."""
    write = write_quick_object if gen.options.quick else write_plain_object
    return write(gen, node, context)
