"""Outcomes of evaluations, comparable to the last type and position."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from placet.jsonata import Expression, JSONataError, Limits
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate import Options, build
from placet.jsonata.runtime.paths import collapse
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import Function, without_gaps

__all__ = ["NOW", "disagreements", "outcome", "typed"]

NOW = 1_773_500_966_535


def typed(value: Any) -> Any:
    """The value with the type of every part, so that 1, 1.0 and true differ."""
    if isinstance(value, Function):
        return "function"
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, dict):
        return {name: typed(item) for name, item in value.items()}
    return type(value).__name__, repr(value)


def outcome(evaluate: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    """The value, or the error as code, position and token."""
    try:
        return ("value", typed(evaluate(*arguments)))
    except JSONataError as error:
        return ("error", error.code, error.position, error.token)


def _settled(value: Any) -> Any:
    value = collapse(value)
    whole = type(value) is float and value.is_integer() and abs(value) <= 2**53
    return int(value) if whole else value


def _run(expression: Expression, options: Options, data: Any, bindings: Any, now: int) -> Any:
    program = build(expression.node, options)
    state = State(Limits(), now)
    value = _settled(program.run(state, data, dict(bindings or {})))
    return without_gaps(value, state.spend) if state.has_gaps else value


def _explained(expression: Expression, data: Any, bindings: Any, now: int) -> Any:
    root = expression.explain(data, bindings, now=now)
    if root.error is not None:
        raise root.error
    return root.value


def disagreements(
    expression: Expression, data: Any, bindings: Any = None, now: int = NOW
) -> dict[str, tuple[Any, ...]]:
    """The outcome by each way to evaluate, where they are not all the same; else empty."""
    shadowed = frozenset(bindings or ()) & BUILTINS.keys()
    general = Options(shadowed=shadowed)
    plain = Options(shortcuts=False, shadowed=shadowed)
    outcomes = {
        "evaluate": outcome(expression.evaluate, data, bindings, None, now),
        "general": outcome(_run, expression, general, data, bindings, now),
        "plain": outcome(_run, expression, plain, data, bindings, now),
        "explain": outcome(_explained, expression, data, bindings, now),
    }
    agreed = len({repr(one) for one in outcomes.values()}) == 1
    return {} if agreed else outcomes
