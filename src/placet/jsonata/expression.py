"""Compiling and evaluating expressions: the language's public face."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from placet.jsonata.analysis import Analysis, analyse
from placet.jsonata.errors import JSONataError
from placet.jsonata.explain import Explanation, Trace
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import BUILTINS, builtin
from placet.jsonata.generate import Options, Program, build, build_quick
from placet.jsonata.generate.program import register_runtime
from placet.jsonata.nodes import Node
from placet.jsonata.parser.parse import parse
from placet.jsonata.runtime.paths import collapse
from placet.jsonata.runtime.stack import on_fresh_stack
from placet.jsonata.runtime.state import Limits, State, read_clock
from placet.jsonata.runtime.values import UNDEFINED, without_gaps

__all__ = ["Expression", "compile"]

DEFAULT_LIMITS: Final = Limits()
Evaluate = Callable[..., Any]
_NO_BINDINGS: Final[dict[str, Any]] = {}


class Expression:
    """A compiled expression. Immutable; may be evaluated from several threads at once.

    `evaluate(data, bindings=None, limits=None, now=None)` gives its value for `data` (JSON as
    Python objects; `UNDEFINED` for no input). `bindings` are further variables by name without `$`.
    `limits` bound an evaluation whose work is not simply proportional to its input (default:
    `Limits()`). `now` is the time for all that asks for it, in milliseconds since 1970 (default:
    the clock). It raises `JSONataError` when the evaluation fails or passes a limit.
    """

    __slots__ = ("_analysis", "_programs", "evaluate", "node", "source")

    def __init__(self, source: str, node: Node) -> None:
        self.source = source
        self.node = node
        self._analysis: Analysis | None = None
        self._programs: dict[Options, Program] = {}
        # an attribute, since a method would cost as much as half of what a simple rule takes
        self.evaluate: Evaluate = build_quick(node, self._evaluate, _plain) or self._evaluate
        if self.evaluate == self._evaluate:
            self.program(None)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    @property
    def analysis(self) -> Analysis:
        """What the expression reads and depends on, by its tree alone."""
        if self._analysis is None:
            self._analysis = analyse(self.node)
        return self._analysis

    @property
    def depends_on_time(self) -> bool:
        """Whether the value may change with the clock."""
        return self.analysis.depends_on_time

    def _evaluate(
        self,
        data: Any,
        bindings: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
        now: int | None = None,
    ) -> Any:
        program = self.program(bindings)
        variables = dict(bindings) if bindings else _NO_BINDINGS
        limits = limits or DEFAULT_LIMITS
        now = read_clock() if now is None else now
        state = State(limits, now)
        try:
            result = program.run(state, data, variables)
        except RecursionError:
            state = State(limits, now)
            result = _on_fresh_stack(program, state, data, variables)
        except MemoryError as error:
            raise JSONataError("U1001", limit="memory") from error
        except JSONataError as error:
            error.attach(self.source)
            raise
        return _settled(state, result)

    def explain(
        self,
        data: Any,
        bindings: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
        now: int | None = None,
    ) -> Explanation:
        """What `evaluate` does with the same arguments, as the tree of what was evaluated.

        The root's `value` is what `evaluate` returns; where that raises, the root's `error` is that
        error.
        """
        program = build(self.node, Options(traced=True, shadowed=_shadowed(bindings)))
        variables = dict(bindings) if bindings else _NO_BINDINGS
        limits = limits or DEFAULT_LIMITS
        state = State(limits, read_clock() if now is None else now)
        trace = Trace(self.source, program.traced_nodes, state)
        try:
            on_fresh_stack(program.run, state, data, variables, trace)
        except JSONataError as error:
            trace.fail(error.attach(self.source))
        except (RecursionError, MemoryError):
            trace.fail(JSONataError("U1001", limit="the depth or memory of the evaluation"))
        return trace.finish(partial(_settled, state))

    def program(self, bindings: Mapping[str, Any] | None) -> Program:
        """The complete program for a caller with these variables; made once per set of rebound
        built-ins."""
        options = Options(shadowed=_shadowed(bindings)) if bindings else _OPTIONS
        program = self._programs.get(options)
        if program is None:
            program = self._programs[options] = build(self.node, options)
        return program


_OPTIONS: Final = Options()


def _shadowed(bindings: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset(name for name in bindings or () if name in BUILTINS)


def _on_fresh_stack(program: Program, state: State, data: Any, bindings: dict[str, Any]) -> Any:
    try:
        return on_fresh_stack(program.run, state, data, bindings)
    except RecursionError as error:
        raise JSONataError("U1001", limit="the depth of the evaluation") from error


def _plain(result: Any) -> Any:
    """The result without the marks of evaluation."""
    result = collapse(result)
    if isinstance(result, list):
        return list(result)
    if type(result) is float and result.is_integer() and abs(result) <= 2**53:
        return int(result)
    return result


def _settled(state: State, result: Any) -> Any:
    """What the evaluation's caller gets.

    Raises:
        JSONataError: U1001 for a value with gaps that is too deep to be walked.
    """
    if not state.has_gaps:
        return _plain(result)
    try:
        return _plain(without_gaps(collapse(result), state.spend))
    except RecursionError as error:
        raise JSONataError("U1001", limit="the depth of a nested value") from error


@lru_cache(maxsize=2048)
def _compile(source: str) -> Expression:
    try:
        return Expression(source, parse(source))
    except JSONataError as error:
        raise error.attach(source) from None


def compile(source: str) -> Expression:
    """Compile an expression; recently compiled ones come from a bounded cache.

    Raises:
        JSONataError: for a syntax error, with its position and token.
    """
    return _compile(source)


@builtin(
    "eval", "<sx?:x>",
    work=Work.OPEN, takes=Takes.WHOLE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ANYTHING, passes=Passes.NOTHING,
)  # fmt: skip
def evaluate_anywhere(state: State, text: Any, data: Any = UNDEFINED) -> Any:
    """`$eval` as a function value: it sees no variables but the built-in ones."""
    return _evaluate_text(state, text, data, {})


@register_runtime
def evaluate_text(
    state: State,
    arguments: list[Any],
    context: Any,
    names: dict[str, Any],
    bindings: dict[str, Any],
) -> Any:
    """`$eval(text, data)`, with the variables that are visible where it is called.

    Raises:
        JSONataError: D3120 for a text that does not compile, D3121 for one that fails.
    """
    text, *rest = BUILTINS["eval"].signature.validate(arguments, context)
    data = rest[0] if rest and rest[0] is not UNDEFINED else context
    visible = {name: value for name, value in names.items() if value is not UNDEFINED}
    return _evaluate_text(state, text, data, {**bindings, **visible})


def _evaluate_text(state: State, text: Any, data: Any, variables: dict[str, Any]) -> Any:
    if text is UNDEFINED:
        return UNDEFINED
    try:
        expression = _compiled(state, text)
    except JSONataError as error:
        if error.code == "U1001":
            raise
        raise JSONataError("D3120", value=text, error=str(error)) from error
    try:
        return expression.program(variables).run(state, data, variables)
    except JSONataError as error:
        if error.code.startswith("U"):
            raise
        raise JSONataError("D3121", value=text, error=str(error)) from error


def _compiled(state: State, text: str) -> Expression:
    """The expression of a text that was made while another one ran, which cannot be interrupted."""
    longest = max(_LEAST_EVALUATED, int(state.limits.time_ms * _EVALUATED_PER_MS))
    if len(text) > longest and len(_LITERALS.sub("", text)) > longest:
        raise JSONataError("U1001", limit=f"{longest} characters of code for `$eval`")
    expression = _EVALUATED.get(text)
    if expression is None:
        state.look()
        state.spend(_COMPILED + _COMPILED_CHARACTER * len(text))
        expression = Expression(text, parse(text))
        state.look()
        if len(_EVALUATED) >= _MOST_EVALUATED:
            _EVALUATED.clear()
        _EVALUATED[text] = expression
    return expression


# Texts that `$eval` was given lately; in a table of their own, since there may be many new ones.
_EVALUATED: Final[dict[str, Expression]] = {}
_MOST_EVALUATED: Final = 64
# Texts in quotes are read at once, however long.
_LITERALS: Final = re.compile(r"""(?s)"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
# Milliseconds that compiling a character may take, the other way round.
_EVALUATED_PER_MS: Final = 3
_LEAST_EVALUATED: Final = 200
_COMPILED: Final = 20_000
_COMPILED_CHARACTER: Final = 2_000
