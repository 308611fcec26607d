"""What follows each construct that is no call."""

from __future__ import annotations

from typing import Final

from placet.jsonata import nodes as n
from placet.jsonata.analysis.places import INPUT, NOTHING, Names, Places, declared, extend, join
from placet.jsonata.analysis.reader import Reader, reads, stands_in
from placet.jsonata.functions.facts import Reads
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.recognition import chain

__all__ = ["read_transform"]

_SELECTING: Final = frozenset({n.Name, n.Wildcard, n.Descendant, n.Sort})


@reads(n.Literal, n.RegexLiteral, n.Placeholder)
def read_constant(reader: Reader, node: n.Node, context: Places, names: Names) -> Places:
    return NOTHING


@reads(n.Name)
def read_name(reader: Reader, node: n.Name, context: Places, names: Names) -> Places:
    return extend(context, node.value)


@reads(n.Wildcard)
def read_wildcard(reader: Reader, node: n.Wildcard, context: Places, names: Names) -> Places:
    return extend(context, "*")


@reads(n.Descendant)
def read_descendant(reader: Reader, node: n.Descendant, context: Places, names: Names) -> Places:
    return extend(context, "**")


@reads(n.Parent)
def read_parent(reader: Reader, node: n.Parent, context: Places, names: Names) -> Places:
    return reader.labels.get(node.label, INPUT)


@reads(n.Variable)
def read_variable(reader: Reader, node: n.Variable, context: Places, names: Names) -> Places:
    name = node.name
    if name == "":
        return context
    if name == "$":
        return INPUT
    places = names.get(name)
    if places is not None:
        return places
    reader.early.add(name)
    if name in names and reader.lambdas:
        return NOTHING
    if name not in BUILTINS:
        reader.variables.add(name)
        return NOTHING
    reader.functions.add(name)
    reader.contextual = reader.contextual or stands_in(BUILTINS[name].signature)
    asked = BUILTINS[name].facts.reads
    reader.clock = reader.clock or asked is Reads.TODAY
    if asked is Reads.ANYTHING:
        reader.use(INPUT)
    return NOTHING


@reads(n.Binary)
def read_binary(reader: Reader, node: n.Binary, context: Places, names: Names) -> Places:
    parts = chain(node)
    reader.consume(parts[0].left, context, names)
    for part in parts:
        reader.consume(part.right, context, names)
    return NOTHING


@reads(n.Negate, n.Range)
def read_operands(
    reader: Reader, node: n.Negate | n.Range, context: Places, names: Names
) -> Places:
    for part in (node.operand,) if isinstance(node, n.Negate) else (node.left, node.right):
        reader.consume(part, context, names)
    return NOTHING


@reads(n.ArrayConstructor)
def read_array(reader: Reader, node: n.ArrayConstructor, context: Places, names: Names) -> Places:
    return join(reader.value(item, context, names) for item in node.items)


@reads(n.ObjectConstructor)
def read_object(reader: Reader, node: n.ObjectConstructor, context: Places, names: Names) -> Places:
    for pair in node.pairs:
        for side in pair:
            reader.consume(side, context, names)
    return NOTHING


@reads(n.Block)
def read_block(reader: Reader, node: n.Block, context: Places, names: Names) -> Places:
    names = {**names, **declared(node.expressions)}
    for expression in node.expressions[:-1]:
        places = reader.value(expression, context, names)
        if not isinstance(expression, n.Bind):
            reader.use(places)
    return reader.value(node.expressions[-1], context, names) if node.expressions else NOTHING


@reads(n.Conditional)
def read_conditional(reader: Reader, node: n.Conditional, context: Places, names: Names) -> Places:
    reader.consume(node.condition, context, names)
    then = reader.value(node.then, context, names)
    return then | reader.value(node.otherwise, context, names) if node.otherwise else then


@reads(n.Default, n.Coalesce)
def read_either(
    reader: Reader, node: n.Default | n.Coalesce, context: Places, names: Names
) -> Places:
    left = reader.value(node.left, context, names)
    reader.touched |= left
    return left | reader.value(node.right, context, names)


@reads(n.Bind)
def read_bind(reader: Reader, node: n.Bind, context: Places, names: Names) -> Places:
    if isinstance(node.value, n.Lambda):
        names[node.name] = names.get(node.name) or NOTHING
    places = reader.value(node.value, context, names)
    earlier = names.get(node.name)
    if node.name in reader.early or (earlier and earlier != places):
        # What looked the name up before may see this value the next time.
        reader.use(places)
    names[node.name] = places | (earlier or NOTHING)
    return places


@reads(n.Transform)
def read_transformer(reader: Reader, node: n.Transform, context: Places, names: Names) -> Places:
    read_transform(reader, node, NOTHING, names)
    return NOTHING


def read_transform(reader: Reader, node: n.Transform, places: Places, names: Names) -> Places:
    """The copy that a transform makes of what comes from `places`."""
    changed = reader.value(node.pattern, places, names)
    reader.touched |= changed
    reader.consume(node.update, changed, names)
    if node.delete is not None:
        reader.consume(node.delete, changed, names)
    return places


@reads(n.Path)
def read_path(reader: Reader, node: n.Path, context: Places, names: Names) -> Places:
    hidden = {name: names.get(name) for name in _bound_by(node) if name in names}
    for index, step in enumerate(node.steps):
        if index and type(step.node) not in _SELECTING:
            reader.touched |= context
        context = read_step(reader, step, context, names)
    for name in _bound_by(node):
        del names[name]
    names.update(hidden)
    return context


def read_step(reader: Reader, step: n.Step, context: Places, names: Names) -> Places:
    for label in step.ancestors:
        reader.labels[label] = context
    places = reader.value(step.node, context, names)
    if step.index is not None:
        names[step.index] = NOTHING
    if step.focus is not None:
        # The variable walks on while the context stays where it was.
        names[step.focus] = places
        reader.touched |= places
    kept = places if step.focus is None else context
    for stage in step.stages:
        if isinstance(stage, n.IndexBind):
            names[stage.name] = NOTHING
        else:
            reader.consume(stage.expression, kept, names)
    return kept


@reads(n.Sort)
def read_sort(reader: Reader, node: n.Sort, context: Places, names: Names) -> Places:
    for term in node.terms:
        reader.consume(term.expression, context, names)
    return context


def _bound_by(path: n.Path) -> set[str]:
    """The names that the steps of a path bind for the steps behind them."""
    bound = {step.focus for step in path.steps} | {step.index for step in path.steps}
    for step in path.steps:
        bound.update(stage.name for stage in step.stages if isinstance(stage, n.IndexBind))
    return {name for name in bound if name is not None}
