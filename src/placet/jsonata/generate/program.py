"""Puts a finished module together, and runs it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from types import CodeType, TracebackType
from typing import Any, Final

from placet.jsonata import nodes
from placet.jsonata.errors import JSONataError
from placet.jsonata.generate.core import Context, Generator, Kind, Options, names_bound
from placet.jsonata.generate.quasi import block_template
from placet.jsonata.generate.quick import runtime as quick_runtime
from placet.jsonata.generate.quick.eligible import quick_share
from placet.jsonata.generate.quick.state import IN_LOOP, QuickState
from placet.jsonata.generate.quick.writer import QuickImpossibleError
from placet.jsonata.runtime import calling, collecting, conversions, operators, paths
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED, ConsArray, Sequence

__all__ = ["Program", "build", "build_quick", "register_runtime"]

FILE_NAME: Final = "<placet expression>"

_MAIN = block_template("def main(state, data, bindings, trace):\n    BODY")
_QUICK = block_template("""
def evaluate(data, bindings=None, limits=None, now=None):
    if bindings is None:
        try:
            BODY
        except Exception:
            return general(data, None, limits, now)
    return general(data, bindings, limits, now)
""")
_NO_WORK = block_template("work = 0")
_RETURN = block_template("return V")
_RETURN_PLAIN = block_template(
    "return V if type(V) is str or type(V) is int"
    " else list(V) if type(V) is Sequence and len(V) > 1 else plain(V)"
)

_PYTHON: Final = {
    name: getattr(builtins, name)
    for name in (
        "bool", "dict", "enumerate", "float", "int", "isinstance", "len", "list", "str", "type",
        "Exception", "IndexError", "KeyError", "TypeError",
    )
}  # fmt: skip


def _public(*modules: Any) -> dict[str, Any]:
    return {name: getattr(module, name) for module in modules for name in module.__all__}


# The whole world of generated code: these names, its own constants, and nothing else.
_RUNTIME: Final[dict[str, Any]] = {
    **_public(calling, collecting, conversions, paths, quick_runtime),
    **{
        function.__name__: function
        for function in (*operators.ARITHMETIC.values(), *operators.COMPARISONS.values())
    },
    "concatenate": operators.concatenate,
    "contained_in": operators.contained_in,
    "equals": operators.equals,
    "negate": operators.negate,
    "not_equals": operators.not_equals,
    "number_range": operators.number_range,
    "settle": operators.settle,
    "ConsArray": ConsArray,
    "Sequence": Sequence,
    "undefined": UNDEFINED,
    "unbound": object(),
    "placeholder": calling.PLACEHOLDER,
    "__builtins__": _PYTHON,
}


def register_runtime(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give generated code one more name."""
    _RUNTIME[function.__name__] = function
    return function


class Program:
    """One compiled module: `run` it as often as wanted, from any thread."""

    __slots__ = ("_lines", "_main", "free_variables", "traced_nodes")

    def __init__(self, generator: Generator, main: Callable[..., Any]) -> None:
        self._main = main
        self._lines = generator.lines
        self.free_variables = frozenset(generator.free_variables)
        self.traced_nodes = generator.traced_nodes

    def run(self, state: State, data: Any, bindings: dict[str, Any], trace: Any = None) -> Any:
        """Evaluate against `data`.

        Raises:
            JSONataError: with the position and token of the innermost operation that failed.
        """
        try:
            return self._main(state, data, bindings, trace)
        except JSONataError as error:
            self._locate(error)
            raise

    def _locate(self, error: JSONataError) -> None:
        line = _line_of(error.__traceback__)
        if line >= len(self._lines):
            return
        position, token = self._lines[line]
        if error.position is None:
            error.position = position
        if error.token is None:
            error.token = token


def _line_of(traceback: TracebackType | None) -> int:
    """The line in the innermost generated function that took part."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE_NAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def build(node: nodes.Node, options: Options) -> Program:
    """Write, compile and load the module of an expression.

    Raises:
        JSONataError: for a construct that cannot be compiled.
    """
    generator = Generator(options)
    body = generator.function.body
    with generator.frame(names_bound(node)):
        value = generator.emit(node, Context("data", root=True))
    generator.add(_RETURN(V=value.code))
    namespace = {**_RUNTIME, **generator.constants}
    # a tree that only our templates could shape
    exec(_compiled(generator, _MAIN(BODY=body)), namespace)  # noqa: S102
    return Program(generator, namespace["main"])


def _compiled(generator: Generator, functions: list[ast.stmt]) -> CodeType:
    try:
        return compile(
            generator.module(functions), FILE_NAME, "exec", dont_inherit=True, optimize=1
        )
    except (RecursionError, MemoryError, SyntaxError) as error:
        raise JSONataError("U1003", limit="what Python can compile") from error


def _counts_work(body: list[ast.stmt]) -> bool:
    names = (part for statement in body for part in ast.walk(statement))
    return any(isinstance(name, ast.Name) and name.id == "work" for name in names)


def build_quick(
    node: nodes.Node, general: Callable[..., Any], plain: Callable[[Any], Any]
) -> Callable[..., Any] | None:
    """The function that answers usual input at once and hands anything else to `general`.

    None for an expression that has no quick form.
    """
    share, many_texts = quick_share(node)
    if not share:
        return None
    generator = Generator(Options(quick=True))
    generator.many_texts = many_texts
    body = generator.function.body
    try:
        with generator.frame(names_bound(node)):
            value = generator.emit(node, Context("data", root=True), loose=True)
    except QuickImpossibleError:
        return None
    exact = value.kind in (Kind.BOOL, Kind.CONDITION, Kind.COUNT, Kind.TEXT)
    finish = _RETURN if exact else _RETURN_PLAIN
    generator.add(finish(V=generator.stored(value).code))
    if _counts_work(body):
        generator.header.extend(_NO_WORK())
    namespace = {**_RUNTIME, **generator.constants, "general": general, "plain": plain}
    namespace |= {"state": IN_LOOP, "whole_state": QuickState(share)}
    exec(_compiled(generator, _QUICK(BODY=[*generator.header, *body])), namespace)  # noqa: S102 - as above
    function: Callable[..., Any] = namespace["evaluate"]
    return function
