"""Writes paths that bind: `@$item`, `#$position` and `%`.

Along such a path travel tuples, `{"@": value, "item": …}`. Every name that a step may have bound
is read into a Python variable before the next step, predicate, sort key or group looks at it.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from placet.jsonata import nodes
from placet.jsonata.generate.control import declarations
from placet.jsonata.generate.core import Context, Generator, Scope, Value, writes
from placet.jsonata.generate.general.paths import (
    each,
    key_functions,
    write_groups,
    write_plain_path,
)
from placet.jsonata.generate.quasi import block_template, constant, expression_template, load
from placet.jsonata.runtime.collecting import Binding
from placet.jsonata.runtime.state import NUMBER, SLOT

__all__ = ["write_tuple_path"]

_ASSIGN = block_template("T = V")
_RETURN = block_template("return V")
_DEFINE1 = block_template("def FN(X):\n    BODY")
_READ = block_template("T = E.get(N, unbound)")
_CURRENT = block_template("T = E['@']")
_FROM_ITEMS = expression_template("tuples_of(state, V)")
_STEP = expression_template("tuple_step(state, S, F, B)")
_VALUES = expression_template("kept(state, Sequence([entry['@'] for entry in V]))")
_TUPLES = expression_template("Tuples(V)")
_COLLAPSE = expression_template("collapse(V)")
_KEEP_PATH = expression_template("keep_path(V)")
_NUMBER = block_template(
    "state.spend(SIZE * len(V))\nfor I, E in enumerate(state.paced(V)):\n    E[N] = I"
)
_SORT = expression_template("sort_order(S, K, L, state)")
_GROUP = expression_template("group_tuples(S, K, L, state)")
_NEW_LIST = block_template("T = []")
_APPEND_TIMES = block_template("T.extend([V] * N)")
_IF = block_template("if C:\n    BODY")
_MATCHES = expression_template("matches_index(V, I, len(S), state)")
_LIST1 = expression_template("[V]")
_INPUTS = expression_template("inputs(V)")
_SELECT_ONE = expression_template("select_one(V, L)")


def write_tuple_path(gen: Generator, node: nodes.Path, context: Context) -> Value:
    """A path of which some step binds; the steps before that run as in any path."""
    first = next(number for number, step in enumerate(node.steps) if step.tuples)
    names: dict[str, None] = {}
    current = _head(gen, node, first, context)
    entries = gen.name(Value(_FROM_ITEMS(V=current)))
    for step in node.steps[first:]:
        entries = _write_step(gen, step, entries, names)
    if node.group is not None:
        return _write_group(gen, node.group, entries, names)
    if node.tuples:
        return Value(load(gen.name(Value(_TUPLES(V=entries)))))
    code = _VALUES(V=entries)
    if node.keep_singleton or node.keep_array:
        code = _KEEP_PATH(V=code)
    return Value(load(gen.name(Value(_COLLAPSE(V=code)))))


def _head(gen: Generator, node: nodes.Path, count: int, context: Context) -> ast.expr:
    """The inputs of the first binding step."""
    if count == 0:
        if isinstance(node.steps[0].node, nodes.Variable) or context.root:
            return _LIST1(V=context.name)
        return _INPUTS(V=context.name)
    steps = [*node.steps[:count], nodes.Step(node=_Everything())]
    plain = nodes.Path(steps=steps, position=node.position)
    return _INPUTS_OF(V=gen.name(write_plain_path(gen, plain, context)))


_INPUTS_OF = expression_template("tuple_inputs(V)")


class _Everything(nodes.Node):
    """A last step that yields its input, so that a path's head ends as a list of inputs."""

    __slots__ = ()


@writes(_Everything)
def _write_everything(gen: Generator, node: _Everything, context: Context) -> Value:
    return Value(_WRAPPED(V=context.name))


_WRAPPED = expression_template("ConsArray((V,))")


def _bound_by(step: nodes.Step) -> list[str]:
    names = [name for name in (step.focus, step.index, *step.ancestors) if name is not None]
    names.extend(stage.name for stage in step.stages if isinstance(stage, nodes.IndexBind))
    return names + _names_yielded(step.node)


def _names_yielded(node: nodes.Node) -> list[str]:
    """The names in the tuples that a step's own path hands on."""
    if isinstance(node, nodes.Block) and node.expressions:
        return _names_yielded(node.expressions[-1])
    if isinstance(node, nodes.Path) and node.tuples:
        return [name for step in node.steps for name in _bound_by(step)]
    return []


def _enter(gen: Generator, entry: str, names: dict[str, None]) -> Context:
    """Read a tuple's names into variables of a new frame; its `@` is the context."""
    scope = Scope(gen.function, gen.scope)
    for name in names:
        python_name = gen.fresh("v")
        scope.variables[name] = python_name
        gen.add(_READ(T=python_name, E=entry, N=constant(name)))
    current = gen.fresh("x")
    gen.add(_CURRENT(T=current, E=load(entry)))
    gen.scope = scope
    return Context(current)


def _leave(gen: Generator) -> None:
    parent = gen.scope.parent
    if parent is None:
        raise AssertionError("the outermost frame cannot be left")
    gen.scope = parent


def _predicates_as_stages(step: nodes.Step) -> nodes.Step:
    """A block that yields tuples is filtered tuple by tuple, so its predicates are the step's."""
    if not step.node.predicates or not _names_yielded(step.node):
        return step
    node = replace(step.node, predicates=[])
    return replace(step, node=node, stages=[*step.node.predicates, *step.stages])


def _write_step(gen: Generator, step: nodes.Step, entries: str, names: dict[str, None]) -> str:
    step = _predicates_as_stages(step)
    if isinstance(step.node, nodes.Sort):
        entries = _write_sort(gen, step.node, entries, names)
        if step.index is not None:
            _write_numbers(gen, entries, step.index)
            names[step.index] = None
    else:
        function = _result_function(gen, step, names)
        yields = bool(_names_yielded(step.node))
        binding = None if yields else Binding(step.focus, step.index, tuple(step.ancestors))
        code = _STEP(S=entries, F=function, B=gen.keep_constant(binding))
        entries = gen.name(Value(code))
        names.update(dict.fromkeys(_bound_by(step)))
    for stage in step.stages:
        entries = _write_stage(gen, stage, entries, names)
    return entries


def _result_function(gen: Generator, step: nodes.Step, names: dict[str, None]) -> str:
    name, entry = gen.fresh("step"), gen.fresh("e")
    with gen.new_function() as function:
        context = _enter(gen, entry, names)
        gen.add(_RETURN(V=gen.emit(step.node, context).code))
        _leave(gen)
    body = [*declarations(function.assigned_outside), *function.body]
    gen.add(_DEFINE1(FN=name, X=entry, BODY=body))
    return name


def _write_numbers(gen: Generator, entries: str, name: str) -> None:
    """Bind each tuple's number."""
    size = constant(NUMBER + 8 * SLOT)
    numbers = {"I": gen.fresh("i"), "E": gen.fresh("e"), "V": entries}
    gen.add(_NUMBER(N=constant(name), SIZE=size, **numbers))


def _write_stage(
    gen: Generator, stage: nodes.Filter | nodes.IndexBind, entries: str, names: dict[str, None]
) -> str:
    if isinstance(stage, nodes.IndexBind):
        _write_numbers(gen, entries, stage.name)
        names[stage.name] = None
        return entries
    kept, counter = gen.fresh("f"), gen.fresh("i")
    gen.add(_NEW_LIST(T=kept))

    def body(item: Context) -> None:
        context = _enter(gen, item.name, names)
        answer = gen.stored(gen.emit(stage.expression, context))
        _leave(gen)
        times = gen.name(Value(_MATCHES(V=answer.code, I=counter, S=entries)))
        gen.add(_IF(C=load(times), BODY=_APPEND_TIMES(T=kept, V=item.name, N=times)))

    each(gen, entries, stage.expression, body, counter)
    return kept


def _key_functions(
    gen: Generator, expressions: list[nodes.Node], names: dict[str, None]
) -> ast.expr:
    outer = gen.scope

    def enter(entry: str) -> Context:
        gen.scope = outer
        return _enter(gen, entry, names)

    code = key_functions(gen, expressions, enter)
    gen.scope = outer
    return code


def _write_sort(gen: Generator, node: nodes.Sort, entries: str, names: dict[str, None]) -> str:
    keys = _key_functions(gen, [term.expression for term in node.terms], names)
    orders = tuple((term.descending, node.position) for term in node.terms)
    return gen.name(Value(_SORT(S=entries, K=keys, L=gen.keep_constant(orders))))


def _write_group(
    gen: Generator, group: nodes.GroupBy, entries: str, names: dict[str, None]
) -> Value:
    """Tuples grouped by key: each name becomes the array of what the group's tuples bound."""
    keys = _key_functions(gen, [key for key, _ in group.pairs], names)
    positions = (group.position,) * len(group.pairs)
    groups = gen.name(Value(_GROUP(S=entries, K=keys, L=gen.keep_constant(positions))))
    outer = gen.scope

    def enter(entry: str) -> Context:
        gen.scope = outer
        return _enter(gen, entry, names)

    code = write_groups(gen, groups, group, enter)
    gen.scope = outer
    return Value(load(gen.name(Value(code))))
