"""Writes function calls, partial application, `~>`, transforms, regex literals and `%`."""

from __future__ import annotations

import ast
from dataclasses import replace

from placet.jsonata import nodes
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate.called import applied_call, called_builtin, called_name, matcher_of
from placet.jsonata.generate.control import declarations, read_variable, visible_variables
from placet.jsonata.generate.core import Context, Generator, Kind, Value, writes
from placet.jsonata.generate.quasi import (
    NODES,
    block_template,
    constant,
    expression_template,
    list_of,
    load,
)

__all__ = ["write_general_call"]

_CALL = expression_template("call(state, F, A, C)")
_TAIL = expression_template("tail_call(F, A, C)")
_REFUSE = expression_template("refuse(F, N)")
_PARTIAL = expression_template("partial(state, F, A)")
_COMPOSE = expression_template("apply_to(state, L, F)")
_TRANSFORM = expression_template("transformation(state, P, U, D)")
_EVAL = expression_template("evaluate_text(state, A, C, N, bindings)")
_DEFINE1 = block_template("def FN(X):\n    BODY")
_RETURN = block_template("return V")

_BOOLEAN_RESULTS = frozenset({"exists", "contains"})


def _arguments(gen: Generator, arguments: list[nodes.Node], context: Context) -> list[ast.expr]:
    return [gen.stored(gen.emit(argument, context)).code for argument in arguments]


def _statement(code: ast.expr) -> ast.stmt:
    """An expression for its effect."""
    statement: ast.stmt = NODES["Expr"](value=code)
    return statement


def write_general_call(gen: Generator, node: nodes.Call, context: Context) -> Value:
    """`f(a, b)`."""
    return _write_call(gen, node, context, [])


def _write_call(gen: Generator, node: nodes.Call, context: Context, first: list[ast.expr]) -> Value:
    if called_builtin(gen, node) == "eval":
        return _write_eval(gen, node, context, first)
    name = called_name(node.procedure)
    function = gen.stored(gen.emit(node.procedure, context))
    arguments = [*first, *_arguments(gen, node.arguments, context)]
    if isinstance(node.procedure, nodes.Path) and name in BUILTINS:
        refusal = _REFUSE(F=function.code, N=constant("T1005"))
        gen.add([_statement(gen.at(refusal, node.position, name))])
    if node.tail:
        code = _TAIL(F=function.code, A=list_of(arguments), C=context.name)
        return gen.stored(Value(gen.at(code, node.position, name)))
    code = gen.at(_CALL(F=function.code, A=list_of(arguments), C=context.name), node.position, name)
    if not node.keep_array:
        code = _COLLAPSE(V=code)
    builtin = called_builtin(gen, node)
    kind = Kind.CONDITION if builtin in _BOOLEAN_RESULTS else Kind.ANY
    return gen.stored(Value(code, kind))


def _write_eval(gen: Generator, node: nodes.Call, context: Context, first: list[ast.expr]) -> Value:
    arguments = [*first, *_arguments(gen, node.arguments, context)]
    names = visible_variables(gen)
    visible: ast.expr = NODES["Dict"](
        keys=[constant(name) for name in names], values=[value.code for value in names.values()]
    )
    gen.free_variables.add("")
    code = _EVAL(A=list_of(arguments), C=context.name, N=visible)
    return gen.stored(Value(_COLLAPSE(V=gen.at(code, node.position, "eval"))))


_COLLAPSE = expression_template("collapse(V)")
_KEEP = expression_template("keep(V)")


@writes(nodes.Partial)
def write_partial(gen: Generator, node: nodes.Partial, context: Context) -> Value:
    """`f(a, ?)`: a function of the arguments left open."""
    name = called_name(node.procedure)
    function = gen.stored(gen.emit(node.procedure, context))
    arguments: list[ast.expr] = []
    for argument in node.arguments:
        if isinstance(argument, nodes.Placeholder):
            arguments.append(load("placeholder"))
        else:
            arguments.append(gen.stored(gen.emit(argument, context)).code)
    if isinstance(node.procedure, nodes.Path) and name in BUILTINS:
        refusal = _REFUSE(F=function.code, N=constant("T1007"))
        gen.add([_statement(gen.at(refusal, node.position, name))])
    code = _PARTIAL(F=function.code, A=list_of(arguments))
    return gen.stored(Value(gen.at(code, node.position, name)))


@writes(nodes.Apply)
def write_apply(gen: Generator, node: nodes.Apply, context: Context) -> Value:
    """`a ~> f(b)` calls `f(a, b)`; `a ~> f` calls `f(a)`, and composes when `a` is a function."""
    right = node.right
    if gen.options.quick:
        return gen.emit(applied_call(node), context)
    left = gen.stored(gen.emit(node.left, context))
    if isinstance(right, nodes.Call):
        # a predicate after the call's parentheses has no effect here, in the language itself
        kept = node.keep_array or right.keep_array
        called = replace(right, predicates=[], group=None, tail=False, keep_array=kept)
        value = _write_call(gen, called, context, [left.code])
        if right.keep_array:
            value = gen.stored(Value(_COLLAPSE(V=_KEEP(V=value.code))))
        return value
    function = gen.stored(gen.emit(right, context))
    code = gen.at(_COMPOSE(L=left.code, F=function.code), node.position, "~>")
    return gen.stored(Value(code if node.keep_array else _COLLAPSE(V=code)))


@writes(nodes.Transform)
def write_transform(gen: Generator, node: nodes.Transform, context: Context) -> Value:
    """`|pattern|update, delete|`."""
    parts = [_item_function(gen, part) for part in (node.pattern, node.update, node.delete)]
    code = _TRANSFORM(P=parts[0], U=parts[1], D=parts[2])
    return Value(load(gen.name(Value(code))))


def _item_function(gen: Generator, node: nodes.Node | None) -> ast.expr:
    if node is None:
        return constant(None)
    name, item = gen.fresh("part"), gen.fresh("x")
    with gen.new_function() as function:
        gen.add(_RETURN(V=gen.emit(node, Context(item, root=True)).code))
    body = [*declarations(function.assigned_outside), *function.body]
    gen.add(_DEFINE1(FN=name, X=item, BODY=body))
    return load(name)


@writes(nodes.RegexLiteral)
def write_regex(gen: Generator, node: nodes.RegexLiteral, context: Context) -> Value:
    """`/pattern/flags`, compiled once."""
    return Value(load(gen.keep_constant(matcher_of(gen, node))))


@writes(nodes.Parent)
def write_parent(gen: Generator, node: nodes.Parent, context: Context) -> Value:
    """`%`: what the tuple of an enclosing path remembers."""
    return Value(load(gen.name(read_variable(gen, node.label))))
