"""What a call means, as both generators ask it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from placet.jsonata import nodes
from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate.core import Generator
from placet.jsonata.runtime.regexes import RegexMatcher, compile_regex

__all__ = ["applied_call", "called_builtin", "called_name", "matcher_of"]


def called_name(node: nodes.Node) -> str | None:
    """What the source calls the procedure: a variable's name, or a field's where the `$` is
    missing."""
    if isinstance(node, nodes.Variable):
        return node.name
    if isinstance(node, nodes.Path) and isinstance(node.steps[0].node, nodes.Name):
        return node.steps[0].node.value
    return None


def called_builtin(gen: Generator, node: nodes.Node) -> str | None:
    """The built-in that a call surely means."""
    if not isinstance(node, nodes.Call) or not isinstance(node.procedure, nodes.Variable):
        return None
    name = node.procedure.name
    if name not in BUILTINS or name in gen.options.shadowed or node.procedure.predicates:
        return None
    scope = gen.scope
    while scope.parent is not None:
        if name in scope.variables:
            return None
        scope = scope.parent
    return None if name in scope.variables else name


def applied_call(node: nodes.Apply) -> nodes.Call:
    """`a ~> $f(b)` or `a ~> $f` of a built-in as the call it means."""
    right = node.right
    if isinstance(right, nodes.Call):
        return replace(right, arguments=[node.left, *right.arguments], predicates=[], group=None)
    return nodes.Call(procedure=right, arguments=[node.left], position=node.position)


def matcher_of(gen: Generator, node: nodes.RegexLiteral) -> RegexMatcher:
    """The literal's matcher.

    Raises:
        JSONataError: S0303 for a pattern that is not valid, or too large, alone or with the others
            of the expression.
    """
    try:
        matcher: RegexMatcher = compile_regex(node.pattern, node.flags)
        gen.regex_cost += matcher.cost
        if gen.regex_cost > _REGEX_COST:
            reason = "all patterns of the expression together repeat too much"
            raise JSONataError("S0303", token=node.pattern, reason=reason)
    except JSONataError as error:
        error.position = node.position
        raise
    return matcher


_REGEX_COST: Final = 100_000
