"""Writes paths, their predicates, groups and sorts.

A run of names and constant indexes at the head of a path is a chain of subscripts that leaves
anything but objects on its way to the runtime. Every other step is a loop over the inputs that the
steps before it gave.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from placet.jsonata import nodes
from placet.jsonata.generate.control import contains, declarations
from placet.jsonata.generate.core import (
    Context,
    Generator,
    Kind,
    Value,
    writes,
    writes_suffix,
)
from placet.jsonata.generate.heads import constant_index, write_chain, write_head
from placet.jsonata.generate.quasi import (
    block_template,
    constant,
    expression_template,
    list_of,
    load,
)
from placet.jsonata.runtime.state import NUMBER

__all__ = [
    "each",
    "key_functions",
    "write_groups",
    "write_plain_object",
    "write_plain_path",
    "write_stage",
]

_ASSIGN = block_template("T = V")
_SELECT = expression_template("select(V, L, state, FRESH)")
_LIST1 = expression_template("[V]")
_LOOKUP = expression_template("lookup(V, K, state)")
_INDEX = expression_template("index(V, K)")
_FIRST = expression_template("first_inputs(V)")
_WILDCARD = expression_template("wildcard(V, state)")
_DESCENDANTS = expression_template("descendants(V, state)")
_KEEP = expression_template("keep(V)")
_KEEP_PATH = expression_template("keep_path(V)")
_LOOP = block_template("for X in V:\n    BODY")
_COUNTED_LOOP = block_template("for I, X in enumerate(V):\n    BODY")
_PACED = expression_template("state.paced(V)")
_KEPT = expression_template("kept(state, V)")
_NEW_LIST = block_template("T = []")
_NEW_SEQUENCE = block_template("T = Sequence()")
_APPEND = block_template("T.append(V)")
_FOUND = block_template("if V is not undefined:\n    T.append(V)")
_FOUND_TIMES = block_template("if V is not undefined:\n    T.extend([V] * N)")
_IF = block_template("if C:\n    BODY")
_MATCHES = expression_template("matches_index(V, I, len(S), state)")
_DEFINE1 = block_template("def FN(X):\n    BODY")
_CALL1 = block_template("FN(X)")
_RETURN = block_template("return V")
_GROUP = expression_template("group_keys(S, K, L, state)")
_SORT = expression_template("sort_order(S, K, L, state)")
_GROUPS = block_template("for K, (N, X) in grouped(state, V):\n    BODY")
_IF_PAIR = block_template("if N == I:\n    BODY")
_SET = block_template("if V is not undefined:\n    T[K] = V")
_NEW_DICT = block_template("T = {}")
_GROUP_INPUTS = expression_template("group_inputs(V)")


def write_plain_path(gen: Generator, node: nodes.Path, context: Context) -> Value:
    """`a.b.c`, one loop per step behind the head."""
    simple = not (node.keep_singleton or node.keep_array or node.group)
    head = write_head(gen, node, context, simple)
    if head.whole:
        return Value(head.code)
    current = head.code
    steps = node.steps[head.covered :]
    if head.covered == 0 and getattr(steps[0].node, "cons", False):
        # built once from the path's whole context, not for each of its items
        current = _FIRST(V=gen.name(gen.emit(steps.pop(0).node, context)))
    for step in steps:
        current = _write_step(gen, step, current, last=step is node.steps[-1])
    if node.keep_singleton:
        current = _KEEP_PATH(V=current)
    if node.group is not None:
        current = write_group(gen, node.group, current)
    if node.keep_array:
        current = _KEEP(V=current)
    return Value(load(gen.name(gen.collapsed(current))))


def each(
    gen: Generator,
    source: str,
    part: Any,
    write: Callable[[Context], None],
    counter: str | None = None,
) -> None:
    """A loop over the list in `source`; `write` adds the body for the item's context.

    `part` is the piece of tree that the body evaluates: closures in it, or too many blocks around
    it, ask for a function per item.
    """
    item = gen.fresh("x")
    items = load(source) if gen.options.quick else _PACED(V=source)
    isolated = contains(part, nodes.Lambda, nodes.Transform) or gen.too_deep()
    if isolated:
        name = gen.fresh("each")
        header = [counter] if counter else []
        with gen.new_function() as function:
            write(Context(item))
        parameters = [*header, item]
        gen.add(
            _function(name, parameters, [*declarations(function.assigned_outside), *function.body])
        )
        body = _call_statement(name, parameters)
    else:
        with gen.block(nested=True) as body:
            write(Context(item))
    if counter:
        gen.add(_COUNTED_LOOP(I=counter, X=item, V=items, BODY=body))
    else:
        gen.add(_LOOP(X=item, V=items, BODY=body))


_DEFINE2 = block_template("def FN(I, X):\n    BODY")
_CALL2 = block_template("FN(I, X)")


def _function(name: str, parameters: list[str], body: list[ast.stmt]) -> list[ast.stmt]:
    if len(parameters) == 1:
        return _DEFINE1(FN=name, X=parameters[0], BODY=body)
    return _DEFINE2(FN=name, I=parameters[0], X=parameters[1], BODY=body)


def _call_statement(name: str, parameters: list[str]) -> list[ast.stmt]:
    if len(parameters) == 1:
        return _CALL1(FN=name, X=parameters[0])
    return _CALL2(FN=name, I=parameters[0], X=parameters[1])


def _write_step(gen: Generator, step: nodes.Step, current: ast.expr, *, last: bool) -> ast.expr:
    """One step over the inputs in `current`; the code of the next step's inputs (or the value)."""
    source = gen.name(Value(current))
    if isinstance(step.node, nodes.Sort):
        return _write_sort(gen, step.node, step.stages, source)
    results = gen.fresh()
    gen.add(_NEW_LIST(T=results))

    def body(item: Context) -> None:
        code = gen.emit(step.node, item).code
        for stage in step.stages:
            code = write_stage(gen, stage, code)
        gen.add(_FOUND(V=gen.name(Value(code)), T=results))

    each(gen, source, (step.node, step.stages), body)
    fresh = constant(NUMBER if _may_make_numbers(step) else 0)
    return load(gen.name(Value(_SELECT(V=results, L=constant(last), FRESH=fresh))))


def _may_make_numbers(step: nodes.Step) -> bool:
    """Whether a step may give something that takes memory and that nothing else accounts for."""
    return not isinstance(step.node, nodes.Name | nodes.Variable | nodes.Wildcard | nodes.Parent)


@writes(nodes.Name)
def write_name(gen: Generator, node: nodes.Name, context: Context) -> Value:
    """A field of the context."""
    if gen.options.shortcuts:
        links = (node.value,)
        return Value(write_chain(gen, context, links, known=True))
    return Value(load(gen.name(Value(_LOOKUP(V=context.name, K=constant(node.value))))))


@writes(nodes.Wildcard)
def write_wildcard(gen: Generator, node: nodes.Wildcard, context: Context) -> Value:
    """`*`."""
    code = _WILDCARD(V=context.name)
    if not gen.options.quick:
        code = _CHECKED(V=code)
    return Value(load(gen.name(gen.collapsed(code))))


@writes(nodes.Descendant)
def write_descendant(gen: Generator, node: nodes.Descendant, context: Context) -> Value:
    """`**`."""
    code = _DESCENDANTS(V=context.name)
    if not gen.options.quick:
        code = _CHECKED(V=code)
    return Value(load(gen.name(gen.collapsed(code))))


_CHECKED = expression_template("checked(state, V)")


@writes_suffix(nodes.IndexBind)
@writes_suffix(nodes.Filter)
def write_stage(gen: Generator, stage: nodes.Filter, found: ast.expr) -> ast.expr:
    """`found[expression]`: a sequence of the items it keeps."""
    index = constant_index(stage)
    if index is not None:
        return (_ITEM if gen.options.quick else _INDEX)(V=found, K=constant(index))
    source = gen.fresh("s")
    gen.add(_ASSIGN(T=source, V=_FILTER_INPUTS(V=found)))
    kept = gen.fresh("f")
    gen.add(_NEW_SEQUENCE(T=kept))
    counter = gen.fresh("i")

    def body(item: Context) -> None:
        answer = gen.stored(gen.emit(stage.expression, item))
        if answer.kind in (Kind.BOOL, Kind.CONDITION):
            gen.add(_IF(C=answer.code, BODY=_FOUND(V=item.name, T=kept)))
            return
        times = gen.name(Value(_MATCHES(V=answer.code, I=counter, S=source)))
        gen.add(_IF(C=load(times), BODY=_FOUND_TIMES(V=item.name, T=kept, N=times)))

    each(gen, source, stage.expression, body, counter)
    return load(kept) if gen.options.quick else _KEPT(V=kept)


_ITEM = expression_template("quick_item(V, K)")
_FILTER_INPUTS = expression_template("filter_inputs(V)")


def key_functions(
    gen: Generator,
    expressions: list[nodes.Node],
    write_names: Callable[[str], Context] | None = None,
) -> ast.expr:
    """A list of one-argument functions that evaluate the expressions with an item as context.

    With `write_names` the argument is a tuple: it writes the reading of the tuple's names.
    """
    names = []
    for expression in expressions:
        name, item = gen.fresh("key"), gen.fresh("x")
        with gen.new_function() as function:
            context = Context(item) if write_names is None else write_names(item)
            value = gen.emit(expression, context)
            gen.add(_RETURN(V=value.code))
        body = [*declarations(function.assigned_outside), *function.body]
        gen.add(_DEFINE1(FN=name, X=item, BODY=body))
        names.append(load(name))
    return list_of(names)


def _write_sort(
    gen: Generator,
    node: nodes.Sort,
    stages: list[nodes.Filter | nodes.IndexBind],
    source: str,
) -> ast.expr:
    keys = key_functions(gen, [term.expression for term in node.terms])
    orders = tuple((term.descending, node.position) for term in node.terms)
    code: ast.expr = _SORT(S=source, K=keys, L=gen.keep_constant(orders))
    for stage in stages:
        code = write_stage(gen, stage, load(gen.name(Value(code))))
    return code


def write_plain_object(gen: Generator, node: nodes.ObjectConstructor, context: Context) -> Value:
    """`{key: value}` as an operand: the context's items grouped by the keys."""
    source = _LIST1(V=context.name) if context.root else load(context.name)
    group = nodes.GroupBy(pairs=node.pairs, position=node.position)
    return Value(load(gen.name(Value(write_group(gen, group, source)))))


@writes_suffix(nodes.GroupBy)
def write_group(gen: Generator, group: nodes.GroupBy, items: ast.expr) -> ast.expr:
    """`items{key: value}`: an object of the values, each evaluated over the items of its key."""
    keys = key_functions(gen, [key for key, _ in group.pairs])
    positions = (group.position,) * len(group.pairs)
    source = gen.name(Value(_GROUP_INPUTS(V=items)))
    groups = _GROUP(S=source, K=keys, L=gen.keep_constant(positions))
    return write_groups(gen, gen.name(Value(groups)), group, Context)


def write_groups(
    gen: Generator, groups: str, group: nodes.GroupBy, context_of: Callable[[str], Context]
) -> ast.expr:
    """Evaluate each group's value and collect the object."""
    target, key, pair, item = gen.fresh(), gen.fresh("k"), gen.fresh("n"), gen.fresh("x")
    gen.add(_NEW_DICT(T=target))
    if not group.pairs:
        return load(target)
    with gen.block(nested=True) as body:
        for number, (_, expression) in enumerate(group.pairs):
            with gen.block() as branch:
                isolated = contains(expression, nodes.Lambda, nodes.Transform) or gen.too_deep()
                value = _group_value(gen, expression, context_of, item, isolated)
                gen.add(_SET(V=gen.name(value), T=target, K=key))
            gen.add(_IF_PAIR(N=pair, I=constant(number), BODY=branch))
    gen.add(_GROUPS(K=key, N=pair, X=item, V=groups, BODY=body))
    return load(target)


def _group_value(
    gen: Generator,
    expression: nodes.Node,
    context_of: Callable[[str], Context],
    item: str,
    isolated: bool,
) -> Value:
    if not isolated:
        return gen.stored(gen.emit(expression, context_of(item)))
    name, parameter = gen.fresh("value"), gen.fresh("x")
    with gen.new_function() as function:
        gen.add(_RETURN(V=gen.emit(expression, context_of(parameter)).code))
    body = [*declarations(function.assigned_outside), *function.body]
    gen.add(_DEFINE1(FN=name, X=parameter, BODY=body))
    return Value(_CALL_VALUE(FN=name, X=item))


_CALL_VALUE = expression_template("FN(X)")
