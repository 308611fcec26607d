"""The generator: from the expression's tree to a Python module that evaluates it.

Every construct appends statements to the function being written and hands back a `Value`: the
Python expression of its result with what is known of its type. Which module writes which construct
is settled by `writes`. Variables of the expression become Python variables with made-up names,
closures become closures, and constants live in a table, so that nothing of the expression's text is
ever Python.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.errors import JSONataError
from placet.jsonata.generate.quasi import (
    NODES,
    block_template,
    constant,
    expression_template,
    load,
    located,
)
from placet.jsonata.runtime.stack import on_fresh_stack
from placet.jsonata.runtime.values import UNDEFINED

__all__ = [
    "Context", "Function", "Generator", "Kind", "Options", "Scope", "Value", "names_bound",
    "writes", "writes_suffix",
]  # fmt: skip

MAX_NESTED_BLOCKS: Final = 14
LEVELS_PER_STACK: Final = 40
# Python's own compiler takes time in proportion to the product of nested functions and variables.
MOST_CLOSURES: Final = 10_000_000
MOST_NAMES: Final = 60_000
TOO_LONG: Final = "what is compiled in a few seconds"


class Kind:
    """What is known of a value while the code is written. All but `BOOL`, `COUNT` (a natural
    number) and `TEXT` may be undefined."""

    ANY: Final = "any"
    BOOL: Final = "bool"
    CONDITION: Final = "condition"
    COUNT: Final = "count"
    NUMBER: Final = "number"
    TEXT: Final = "text"


@dataclass(slots=True)
class Value:
    """A Python expression, free of effects and cheap, for a result.

    `literal` is set when the value is known now. `loose`: it may be a float where its plainest form
    is an int, which only what computes on with it may overlook.
    """

    code: ast.expr
    kind: str = Kind.ANY
    literal: Any = UNDEFINED
    loose: bool = False


@dataclass(slots=True, frozen=True)
class Context:
    """The variable that holds `$`. `root`: the whole input, a single item even when it is an
    array. `many`: most often an array. `single`: an array makes quick code give up as soon as a
    field of it is asked for."""

    name: str
    root: bool = False
    many: bool = False
    single: bool = False


@dataclass(slots=True)
class Scope:
    """The variables of one frame: their Python names, and which are surely bound by now; in quick
    code also, which of those hold no sequence that is yet to collapse."""

    owner: Function
    parent: Scope | None
    variables: dict[str, str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    collapsed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Function:
    """A Python function being written."""

    body: list[ast.stmt] = field(default_factory=list)
    assigned_outside: set[str] = field(default_factory=set)
    blocks: int = 0


@dataclass(slots=True, frozen=True)
class Options:
    """`shortcuts`: inline the common case of an operation before calling the runtime.

    `quick`: code for well-behaved input only, without limits, which raises something for any other.
    `traced`: report every sub-expression. `shadowed`: built-in names that the caller rebinds.
    """

    shortcuts: bool = True
    quick: bool = False
    traced: bool = False
    shadowed: frozenset[str] = frozenset()


_WRITERS: Final[dict[type[nodes.Node], Callable[[Any, Any, Context], Value]]] = {}

_SUFFIX_WRITERS: Final[dict[type, Callable[[Any, Any, ast.expr], ast.expr]]] = {}

_ASSIGN = block_template("T = V")
_COLLAPSE = expression_template("collapse(V)")
_COLLAPSE_RARE = expression_template("V if type(V) is not Sequence else collapse(V)")
_ENTER = block_template("trace.enter(N)")
_LEAVE = block_template("trace.leave(N, V)")
_KEEP = expression_template("keep(V)")
_SETTLE = expression_template("V if type(V) is int else settle(V)")


def writes(
    *kinds: type[nodes.Node],
) -> Callable[[Callable[[Any, Any, Context], Value]], Callable[[Any, Any, Context], Value]]:
    """Register the writer of some kinds of node."""

    def register(writer: Callable[[Any, Any, Context], Value]) -> Any:
        for kind in kinds:
            _WRITERS[kind] = writer
        return writer

    return register


def writes_suffix(
    kind: type,
) -> Callable[[Callable[..., ast.expr]], Callable[..., ast.expr]]:
    """Register the writer of a predicate or group that follows a value that is not a path."""

    def register(writer: Callable[..., ast.expr]) -> Callable[..., ast.expr]:
        _SUFFIX_WRITERS[kind] = writer
        return writer

    return register


class Generator:
    """State of writing one expression's module."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.constants: dict[str, Any] = {}
        self.lines: list[tuple[int | None, str | None]] = [(None, None), (None, None)]
        self.traced_nodes: list[nodes.Node] = []
        self.free_variables: set[str] = set()
        self.header: list[ast.stmt] = []
        self.function = self._outermost = Function()
        self.scope = Scope(self.function, None)
        self.paths: dict[tuple[Any, ...], str] = {}
        self.regex_cost = 0
        self.many_texts = False
        self._counter = self._functions = 0
        self._depth = 0
        self.wants_loose = False

    # names, constants, positions

    def fresh(self, prefix: str = "t") -> str:
        """A new Python variable name. Raises U1002 when there are too many."""
        self._counter += 1
        if self._counter > MOST_NAMES:
            raise JSONataError("U1002", limit=TOO_LONG)
        return f"{prefix}{self._counter}"

    def keep_constant(self, value: Any) -> str:
        """The name under which generated code finds `value`."""
        name = self.fresh("K")
        self.constants[name] = value
        return name

    def at(self, code: ast.expr, position: int | None, token: str | None = None) -> ast.expr:
        """Let an error raised by `code` carry this position and token."""
        self.lines.append((position, token))
        return located(code, len(self.lines) - 1)

    def account(self) -> str:
        """The name of what operations account to here."""
        looping = self.function.blocks > 0 or self.function is not self._outermost
        return "whole_state" if self.options.quick and not looping else "state"

    # statements

    def add(self, *blocks: list[ast.stmt]) -> None:
        """Append statements to the current block."""
        for block in blocks:
            self.function.body.extend(block)

    @contextmanager
    def block(self, nested: bool = False) -> Iterator[list[ast.stmt]]:
        """Collect statements into a list of their own. `nested`: it will be a loop's or try's
        body."""
        outer_body, outer_paths = self.function.body, self.paths
        outer_bound = [(scope, set(scope.bound)) for scope in self._scopes()]
        self.function.body, self.paths = [], dict(outer_paths)
        self.function.blocks += nested
        try:
            yield self.function.body
        finally:
            self.function.body, self.paths = outer_body, outer_paths
            self.function.blocks -= nested
            for scope, bound in outer_bound:
                scope.bound = bound

    def _scopes(self) -> Iterator[Scope]:
        scope: Scope | None = self.scope
        while scope is not None:
            yield scope
            scope = scope.parent

    @contextmanager
    def new_function(self) -> Iterator[Function]:
        """Write into a nested Python function; the caller adds its `def`.

        Raises:
            JSONataError: U1002 when they become too many.
        """
        self._functions += 1
        if self._functions * self._counter > MOST_CLOSURES:
            raise JSONataError("U1002", limit=TOO_LONG)
        outer, outer_paths = self.function, self.paths
        outer_bound = [(scope, set(scope.bound)) for scope in self._scopes()]
        self.function, self.paths = Function(), {}
        try:
            yield self.function
        finally:
            self.function, self.paths = outer, outer_paths
            for scope, bound in outer_bound:
                scope.bound = bound

    @contextmanager
    def frame(self, bound_names: list[str]) -> Iterator[Scope]:
        """A frame of variables, all unbound at first."""
        self.scope = Scope(self.function, self.scope)
        for name in bound_names:
            python_name = self.fresh("v")
            self.scope.variables[name] = python_name
            self.add(_ASSIGN(T=python_name, V=load("unbound")))
        try:
            yield self.scope
        finally:
            parent = self.scope.parent
            if parent is None:
                raise AssertionError("the outermost frame cannot be left")
            self.scope = parent

    def too_deep(self) -> bool:
        """Whether Python's limit on nested blocks asks for a function of its own."""
        return self.function.blocks >= MAX_NESTED_BLOCKS

    # values

    def name(self, value: Value) -> str:
        """Make sure that a value stands in a variable."""
        if isinstance(value.code, ast.Name):
            return value.code.id
        target = self.fresh()
        self.add(_ASSIGN(T=target, V=value.code))
        return target

    def stored(self, value: Value) -> Value:
        """The same value in a variable, so that its code may be used twice."""
        if isinstance(value.code, ast.Name | ast.Constant):
            return value
        return Value(load(self.name(value)), value.kind, value.literal, value.loose)

    def settled(self, value: Value) -> Value:
        """The same value in its plainest form."""
        if not value.loose:
            return value
        return Value(load(self.name(Value(_SETTLE(V=load(self.name(value)))))), value.kind)

    def collapsed(self, code: ast.expr) -> Value:
        """The result of something that may be a sequence."""
        return Value(_COLLAPSE(V=code))

    def literal(self, value: Any) -> Value:
        """A constant's value."""
        if value is UNDEFINED:
            return Value(load("undefined"))
        kind = Kind.ANY
        if isinstance(value, bool):
            kind = Kind.BOOL
        elif isinstance(value, int | float):
            kind = Kind.NUMBER
        elif isinstance(value, str):
            kind = Kind.TEXT
        return Value(constant(value), kind, value)

    def emit(self, node: nodes.Node, context: Context, loose: bool = False) -> Value:
        """Write the evaluation of `node` with its predicates, group and `[]`.

        `loose`: the caller computes on with a number, so it may come in any form.
        """
        self._depth += 1
        self.wants_loose = loose and not self.options.traced
        try:
            if self._depth % LEVELS_PER_STACK == 0:
                value: Value = on_fresh_stack(self._emit, node, context)
            else:
                value = self._emit(node, context)
            return value if loose else self.settled(value)
        finally:
            self._depth -= 1

    def _emit(self, node: nodes.Node, context: Context) -> Value:
        plain = isinstance(node, nodes.Literal) and self._depth > 1
        if plain or not self.options.traced:
            return self._emit_whole(node, context)
        number = constant(len(self.traced_nodes))
        self.traced_nodes.append(node)
        self.add(_ENTER(N=number))
        value = self.stored(self.settled(self._emit_whole(node, context)))
        self.add(_LEAVE(N=number, V=value.code))
        return value

    def _emit_whole(self, node: nodes.Node, context: Context) -> Value:
        writer = _WRITERS.get(type(node))
        if writer is None:
            raise JSONataError("S0201", position=node.position, token=type(node).__name__)
        if isinstance(node, nodes.Path):
            return writer(self, node, context)
        value = writer(self, node, context)
        if not (node.predicates or node.group or node.keep_array):
            return value
        code = self.settled(value).code
        for suffix in (*node.predicates, node.group):
            if suffix is not None:
                code = _SUFFIX_WRITERS[type(suffix)](self, suffix, code)
        if node.keep_array:
            code = _KEEP(V=code)
        collapsed = self.collapsed(code)
        if self.options.quick:
            collapsed = Value(_COLLAPSE_RARE(V=self.name(Value(code))))
        return Value(load(self.name(collapsed)))

    def module(self, functions: list[ast.stmt]) -> ast.Module:
        """The finished module."""
        tree: ast.Module = NODES["Module"](body=functions, type_ignores=[])
        return tree


def names_bound(node: Any) -> list[str]:
    """The variables that `:=` binds in the frame in which `node` is evaluated."""
    found: dict[str, None] = {}
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, nodes.Block | nodes.Lambda):
            # a frame of its own; what hangs behind it belongs to this one
            pending += [part.predicates, part.group]
            continue
        if isinstance(part, nodes.Bind):
            found[part.name] = None
        pending += nodes.parts_of(part)
    return list(found)
