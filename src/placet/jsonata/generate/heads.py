"""Writes the head of a path: a run of names and constant indexes as a chain of subscripts.

Where the chain meets objects only, Python's own subscripts give what the language would; whatever
stops them (a field that is not there, an array, null) goes the long way through the runtime.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.generate.core import Context, Generator, Value
from placet.jsonata.generate.quasi import block_template, constant, expression_template, load

__all__ = ["Head", "constant_index", "write_chain", "write_head"]

MAX_INDEX: Final = 2**53

_ASSIGN = block_template("T = V")
_TRY = block_template("try:\n    T = V\nexcept (KeyError, TypeError, IndexError):\n    T = S")
# Names only: what stops the subscripts with a KeyError is an object without the field.
_TRY_NAMES = block_template(
    "try:\n    T = V\nexcept KeyError:\n    T = MISSING\nexcept TypeError:\n    T = S"
)
_NOTHING = expression_template("undefined")
_NO_INPUTS = expression_template("[]")
_COLLAPSE = expression_template("collapse(V)")
_SUBSCRIPT = expression_template("V[K]")
_FOLLOW = expression_template("follow(V, K, ST)")
_QUICK_FOLLOW = expression_template("quick_follow(V, K, F, ST, M)")
_QUICK_OVER = expression_template("quick_over(V, K, F, ST)")
_UNLESS_LIST = expression_template("S if not isinstance(V, list) else quick_refuse()")
_IF_MARKED = block_template("if M:\n    T = S\nelse:\n    BODY")
_FOLLOW_ANY = expression_template("follow_any(V, K, ST)")
_SELECT_ONE = expression_template("select_one(V, L)")
_CHAIN = expression_template("chain(V, K, L, ST)")
_INPUTS = expression_template("inputs(V)")
_LIST_OF_ONE = expression_template("[V]")
_CHAIN_ONE = expression_template("chain([V], K, False, ST)")
_CHAIN_ANY = expression_template("chain(inputs(V), K, False, ST)")
# What knows all cases, by whether the chain starts at the whole input.
_VALUE_OF: Final = ("follow_any", "follow")
_INPUTS_OF: Final = ("quick_chain_any", "quick_chain")


def constant_index(stage: nodes.Filter | nodes.IndexBind) -> int | None:
    """The number of a predicate like `[0]`, cut to its whole part; None for any other."""
    if not isinstance(stage, nodes.Filter) or not isinstance(stage.expression, nodes.Literal):
        return None
    value = stage.expression.value
    plain = not stage.expression.predicates and stage.expression.group is None
    if not plain or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return floor(value) if abs(value) < MAX_INDEX else None


def links_of(steps: list[nodes.Step]) -> tuple[tuple[str | int, ...], int]:
    """The leading run of names with constant indexes, and how many steps it covers."""
    links: list[str | int] = []
    for number, step in enumerate(steps):
        name = step.node
        indexes = [constant_index(stage) for stage in step.stages]
        if not isinstance(name, nodes.Name) or name.predicates or step.tuples or None in indexes:
            return tuple(links), number
        links.append(name.value)
        links.extend(index for index in indexes if index is not None)
    return tuple(links), len(steps)


@dataclass(slots=True, frozen=True)
class Head:
    """The written part of a path: its first `covered` steps.

    `code` is the path's value where `whole`, else what the next step runs over: its inputs as a
    list, or in quick code one item or a list. `context`: nothing is covered, and the first step is
    to run in the path's own context.
    """

    code: ast.expr
    covered: int
    whole: bool = False
    context: Context | None = None


def write_head(
    gen: Generator, node: nodes.Path, context: Context, simple: bool, looping: bool = False
) -> Head:
    """Write what can be had without a loop.

    `simple`: neither `[]` nor a group follows the path. `looping`: it will end in a loop over its
    last step.
    """
    steps = node.steps
    first = steps[0].node
    if isinstance(first, nodes.Variable) and not (steps[0].stages or first.predicates):
        if gen.options.quick and first.name == "" and len(steps) > 1:
            base = _Base(Context(context.name), skipped=1, looping=looping)
            return _write_rest(gen, steps, base, simple)
        value = gen.stored(gen.emit(first, context))
        base = _Base(Context(gen.name(value)), skipped=1, variable=True, looping=looping)
        return _write_rest(gen, steps, base, simple)
    return _write_rest(gen, steps, _Base(context, looping=looping), simple)


@dataclass(slots=True, frozen=True)
class _Base:
    """Where a path's names start: its context, or the variable that was its first step."""

    context: Context
    skipped: int = 0
    variable: bool = False
    looping: bool = False


def _write_rest(gen: Generator, steps: list[nodes.Step], base: _Base, simple: bool) -> Head:
    context, variable = base.context, base.variable
    end = len(steps) - 1 if base.looping else len(steps)
    links, covered = links_of(steps[base.skipped : end])
    covered += base.skipped
    whole = covered == len(steps) and simple
    name = context.name
    if not links:
        if gen.options.quick:
            return Head(load(name), covered, context=None if variable else context)
        if variable:
            return Head(_SELECT_ONE(V=name, L=constant(len(steps) == 1)), covered, whole)
        return Head(_inputs(context), covered)
    if gen.options.shortcuts and whole:
        code = write_chain(gen, context, links, known=not variable)
        return Head(code, covered, whole=True)
    if gen.options.shortcuts and covered < len(steps):
        code = _write_inputs_chain(gen, context, links)
        return Head(code if gen.options.quick else _INPUTS(V=code), covered)
    code = _CHAIN(
        V=_inputs(context),
        K=gen.keep_constant(links),
        L=constant(covered == len(steps)),
        ST=_state(gen),
    )
    if whole:
        code = _COLLAPSE(V=code)
    return Head(load(gen.name(Value(code))), covered, whole)


def _state(gen: Generator) -> ast.expr:
    """What accounts for the work of a runtime call."""
    return load(gen.account())


def _inputs(context: Context) -> ast.expr:
    return (_LIST_OF_ONE if context.root else _INPUTS)(V=context.name)


def write_chain(
    gen: Generator, context: Context, links: tuple[str | int, ...], *, known: bool
) -> ast.expr:
    """The value of `a.b[0]` in a context, a whole path.

    `known`: the context keeps its value, so the same chain again is the same variable.
    """
    key = ("value", context.name, links) if known else None
    if key is not None and key in gen.paths:
        return load(gen.paths[key])
    constants: dict[str, Any] = {"V": context.name, "K": gen.keep_constant(links)}
    constants["ST"] = _state(gen)
    if gen.options.quick:
        target = _write_quick(gen, context, links, constants, _VALUE_OF[context.root])
    else:
        slow = (_FOLLOW if context.root else _FOLLOW_ANY)(**constants)
        target = _write(gen, context, links, _NOTHING(), slow)
    if key is not None:
        gen.paths[key] = target
    return load(target)


def _write_inputs_chain(gen: Generator, context: Context, links: tuple[str | int, ...]) -> ast.expr:
    """The same for a path that goes on: an item, or a list of the next step's inputs."""
    constants: dict[str, Any] = {"V": context.name, "K": gen.keep_constant(links)}
    constants["ST"] = _state(gen)
    if gen.options.quick:
        return load(_write_quick(gen, context, links, constants, _INPUTS_OF[context.root]))
    slow = (_CHAIN_ONE if context.root else _CHAIN_ANY)(**constants)
    return load(_write(gen, context, links, _NO_INPUTS(), slow))


def _write_quick(
    gen: Generator,
    context: Context,
    links: tuple[str | int, ...],
    constants: dict[str, Any],
    follow: str,
) -> str:
    """A chain that remembers when it has met an array, and from then on expects it."""
    marked = len(links) > 1 and all(type(link) is str for link in links)
    mark = load(gen.keep_constant([])) if marked else constant(None)
    slow = _QUICK_FOLLOW(F=follow, M=mark, **constants)
    if context.single:
        slow = _UNLESS_LIST(S=slow, V=context.name)
    if not marked:
        return _write(gen, context, links, _NOTHING(), slow)
    with gen.block() as tried:
        target = _write(gen, context, links, _NOTHING(), slow)
    code = _QUICK_OVER(F=follow, **constants)
    if context.single:
        code = _UNLESS_LIST(S=code, V=context.name)
    gen.add(_IF_MARKED(M=mark, T=target, S=code, BODY=tried))
    return target


def _write(
    gen: Generator,
    context: Context,
    links: tuple[str | int, ...],
    nothing: ast.expr,
    slow: ast.expr,
) -> str:
    """Subscripts into a variable, which is `nothing` without the field and `slow` for all else."""
    target = gen.fresh()
    if not _subscripts_agree(links):
        gen.add(_ASSIGN(T=target, V=slow))
        return target
    subscripts = load(context.name)
    for link in links:
        subscripts = _SUBSCRIPT(V=subscripts, K=constant(link))
    if all(type(link) is str for link in links):
        gen.add(_TRY_NAMES(T=target, V=subscripts, MISSING=nothing, S=slow))
    else:
        gen.add(_TRY(T=target, V=subscripts, S=slow))
    return target


def _subscripts_agree(links: tuple[str | int, ...]) -> bool:
    """Whether subscripts succeed only where they mean the same.

    Python indexes a text too; a name after the index makes that fail, so an index must not come
    last.
    """
    doubled = any(type(a) is int and type(b) is int for a, b in pairwise(links))
    return type(links[-1]) is str and not doubled
