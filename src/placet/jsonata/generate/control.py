"""Writes variables, blocks, conditionals and lambdas."""

from __future__ import annotations

import ast

from placet.jsonata import nodes
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate.core import (
    Context,
    Generator,
    Kind,
    Scope,
    Value,
    names_bound,
    writes,
)
from placet.jsonata.generate.operators import write_truth
from placet.jsonata.generate.quasi import NODES, block_template, constant, expression_template, load

__all__ = ["contains", "read_variable", "visible_variables"]

_ASSIGN = block_template("T = V")
_COLLAPSE = expression_template("collapse(V)")
_IF_ELSE = block_template("if C:\n    BODY\nelse:\n    OTHER")
_IF_BOUND = expression_template("V if V is not unbound else O")
_BINDING = expression_template("bindings.get(N, O)")
_DEFINE = block_template("def FN():\n    BODY")
_RETURN = block_template("return V")
_CALL0 = expression_template("F()")
_TRUTHY = expression_template("truthy(V, state)")
_IS_UNDEFINED = expression_template("V is undefined")
_LAMBDA = block_template("def FN(arguments):\n    BODY")
_ARGUMENT = block_template("V = arguments[I] if len(arguments) > I else undefined")
_NONLOCAL = ast.Nonlocal
_CLOSURE = expression_template("new_closure(state, Closure(FN, N, S, C), SEEN)")


@writes(nodes.Variable)
def write_variable(gen: Generator, node: nodes.Variable, context: Context) -> Value:
    """`$`, `$$` and `$name`."""
    if node.name == "":
        return Value(load(context.name))
    return Value(load(gen.name(read_variable(gen, node.name))))


def read_variable(gen: Generator, name: str) -> Value:
    """The value of a variable: the innermost frame that has bound it, else the caller's, else built
    in."""
    if name == "$":
        return Value(load("data"))
    code: ast.expr | None = None
    maybes: list[str] = []
    scope: Scope | None = gen.scope
    while scope is not None and code is None:
        python_name = scope.variables.get(name)
        if python_name is not None:
            if name in scope.bound:
                code = load(python_name)
                if name in scope.collapsed and not maybes:
                    return Value(code)
            else:
                maybes.append(python_name)
        scope = scope.parent
    if code is None:
        code = _outside(gen, name)
    for python_name in reversed(maybes):
        code = _IF_BOUND(V=python_name, O=code)
    return Value(_COLLAPSE(V=code)) if maybes or name not in BUILTINS else Value(code)


def _outside(gen: Generator, name: str) -> ast.expr:
    """A variable that no frame of the expression binds."""
    builtin = BUILTINS.get(name)
    fallback = load("undefined") if builtin is None else load(gen.keep_constant(builtin))
    if builtin is not None and name not in gen.options.shadowed:
        return fallback
    gen.free_variables.add(name)
    return _BINDING(N=constant(name), O=fallback)


def visible_variables(gen: Generator) -> dict[str, Value]:
    """All variables that an expression evaluated here by `$eval` can see."""
    names: dict[str, None] = {}
    scope: Scope | None = gen.scope
    while scope is not None:
        names.update(dict.fromkeys(scope.variables))
        scope = scope.parent
    return {name: read_variable(gen, name) for name in names}


@writes(nodes.Bind)
def write_bind(gen: Generator, node: nodes.Bind, context: Context) -> Value:
    """`$name := value`."""
    value = gen.stored(gen.emit(node.value, context))
    scope: Scope | None = gen.scope
    while scope is not None and node.name not in scope.variables:
        scope = scope.parent
    if scope is None:
        raise AssertionError(f"no frame declares ${node.name}")
    python_name = scope.variables[node.name]
    if scope.owner is not gen.function:
        gen.function.assigned_outside.add(python_name)
    gen.add(_ASSIGN(T=python_name, V=value.code))
    if not gen.options.quick or value.kind == Kind.ANY:
        scope.collapsed.discard(node.name)
    elif node.name not in scope.bound:
        scope.collapsed.add(node.name)
    scope.bound.add(node.name)
    return value


def contains(part: object, *kinds: type) -> bool:
    """Whether a node of one of these kinds stands anywhere in a part of the tree."""
    pending = [part]
    while pending:
        item = pending.pop()
        if isinstance(item, kinds):
            return True
        pending += nodes.parts_of(item)
    return False


@writes(nodes.Block)
def write_block(gen: Generator, node: nodes.Block, context: Context) -> Value:
    """`(a; b)`. A block that makes closures is a function of its own, so each run has its own
    variables."""
    loose = gen.wants_loose
    bound = names_bound(node.expressions)
    if bound and contains(node.expressions, nodes.Lambda, nodes.Transform):
        name = gen.fresh("block")
        with gen.new_function() as function:
            value = _write_frame(gen, node, context, bound)
            gen.add(_RETURN(V=value.code))
        gen.add(_DEFINE(FN=name, BODY=[*declarations(function.assigned_outside), *function.body]))
        return Value(load(gen.name(Value(_CALL0(F=name)))))
    return _write_frame(gen, node, context, bound, loose)


def declarations(names: set[str]) -> list[ast.stmt]:
    """The `nonlocal` statement for variables of an outer frame that a nested function binds."""
    return [NODES["Nonlocal"](names=sorted(names))] if names else []


def _write_frame(
    gen: Generator, node: nodes.Block, context: Context, bound: list[str], loose: bool = False
) -> Value:
    value = Value(load("undefined"))
    last = len(node.expressions) - 1
    with gen.frame(bound):
        for number, expression in enumerate(node.expressions):
            value = gen.stored(gen.emit(expression, context, loose and number == last))
    return value


@writes(nodes.Conditional)
def write_conditional(gen: Generator, node: nodes.Conditional, context: Context) -> Value:
    """`condition ? then : otherwise`."""
    target = gen.fresh()
    test = write_truth(gen, node.condition, context)
    kinds = set()
    with gen.block() as then:
        value = gen.emit(node.then, context)
        kinds.add(value.kind)
        gen.add(_ASSIGN(T=target, V=value.code))
    with gen.block() as otherwise:
        value = Value(load("undefined"))
        if node.otherwise is not None:
            value = gen.emit(node.otherwise, context)
        kinds.add(value.kind)
        gen.add(_ASSIGN(T=target, V=value.code))
    gen.add(_IF_ELSE(C=test, BODY=then, OTHER=otherwise))
    return Value(load(target), kinds.pop() if len(kinds) == 1 else Kind.ANY)


@writes(nodes.Default)
def write_default(gen: Generator, node: nodes.Default, context: Context) -> Value:
    """`left ?: right`."""
    return _write_choice(gen, node.left, node.right, context, truth=True)


@writes(nodes.Coalesce)
def write_coalesce(gen: Generator, node: nodes.Coalesce, context: Context) -> Value:
    """`left ?? right`."""
    return _write_choice(gen, node.left, node.right, context, truth=False)


_CHOOSE = block_template("if C:\n    BODY")
_NOT = expression_template("not V")


def _write_choice(
    gen: Generator, left: nodes.Node, right: nodes.Node, context: Context, truth: bool
) -> Value:
    target = gen.fresh()
    gen.add(_ASSIGN(T=target, V=gen.emit(left, context).code))
    test = _NOT(V=_TRUTHY(V=target)) if truth else _IS_UNDEFINED(V=target)
    with gen.block() as otherwise:
        gen.add(_ASSIGN(T=target, V=gen.emit(right, context).code))
    gen.add(_CHOOSE(C=test, BODY=otherwise))
    return Value(load(target))


@writes(nodes.Lambda)
def write_lambda(gen: Generator, node: nodes.Lambda, context: Context) -> Value:
    """`function($a){body}`: a Python function over the argument list, wrapped as a `Closure`."""
    name = gen.fresh("lambda_")
    with gen.new_function() as function:
        bound = dict.fromkeys([*node.parameters, *names_bound(node.body)])
        scope_names = [bound_name for bound_name in bound if bound_name not in node.parameters]
        with gen.frame(scope_names) as scope:
            for number, parameter in enumerate(node.parameters):
                python_name = gen.fresh("p")
                scope.variables[parameter] = python_name
                scope.bound.add(parameter)
                gen.add(_ARGUMENT(V=python_name, I=constant(number)))
            value = gen.emit(node.body, context)
            gen.add(_RETURN(V=value.code))
    gen.add(_LAMBDA(FN=name, BODY=[*declarations(function.assigned_outside), *function.body]))
    signature = load("None") if node.signature is None else load(gen.keep_constant(node.signature))
    if node.signature is None:
        signature = constant(None)
    parts = {"FN": name, "N": constant(len(node.parameters)), "S": signature}
    code = _CLOSURE(C=context.name, SEEN=constant(_variables_seen(gen)), **parts)
    return Value(load(gen.name(Value(code))))


def _variables_seen(gen: Generator) -> int:
    seen, scope = 0, gen.scope
    while scope.parent is not None:
        seen += len(scope.variables)
        scope = scope.parent
    return seen + len(scope.variables)
