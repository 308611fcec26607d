"""One clock: the time of an evaluation is what its caller says, by every path of generated code.

What reads the time or calls functions is put into every place an expression has, and these into
each other; the machine's clock must not matter, so here it fails.
"""

from __future__ import annotations

import ast
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import placet.jsonata
from jsonata.agreement import NOW, disagreements, outcome
from jsonata.generated import SHOP
from placet.jsonata import JSONataError, Limits, compile
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate import Options, build
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import Function

LATER = NOW + 40 * 365 * 86_400_000 + 12_345_678
PACKAGE = Path(placet.jsonata.__file__).parent
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "clock.yaml").read_text("utf-8"))
READERS: list[str] = CASES["readers"]
PLACES: list[str] = CASES["places"]
# Those and what the caller registered: a function of the evaluation's time, and one it calls.
REGISTERED_READERS = [*READERS, "$clock()", "$call($millis)", "$call(function(){$clock()})"]


class _Clock(Function):
    """A function that a caller registers: the time of the evaluation that calls it."""

    __slots__ = ()

    def call(self, state: Any, arguments: list[Any], context: Any) -> Any:
        return state.now


class _Call(Function):
    """A function that a caller registers: it calls its argument."""

    __slots__ = ()

    def call(self, state: Any, arguments: list[Any], context: Any) -> Any:
        return state.apply(arguments[0], [])


REGISTERED = {"clock": _Clock("clock", 0), "call": _Call("call", 1), "missing": 3}


def places(readers: list[str]) -> st.SearchStrategy[str]:
    """Readers in up to three places inside each other."""
    reader = st.sampled_from(readers)
    placed = st.builds(
        lambda place, inner: place.replace("‹E›", inner), st.sampled_from(PLACES), reader
    )
    return st.recursive(
        placed,
        lambda inner: st.builds(
            lambda place, part: place.replace("‹E›", part), st.sampled_from(PLACES), inner
        ),
        max_leaves=2,
    )


class _Clockless:
    """Python's `time` for the language, where the time of day may not be asked for."""

    monotonic = staticmethod(time.monotonic)

    @staticmethod
    def time_ns() -> int:
        raise BaseException("the real clock was asked")


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the only reading of the machine's clock fail."""
    monkeypatch.setattr("placet.jsonata.runtime.state.time", _Clockless)


@pytest.mark.parametrize("reader", REGISTERED_READERS)
@pytest.mark.parametrize("place", PLACES)
def test_every_way_to_evaluate_has_the_same_time(place: str, reader: str) -> None:
    expression = compile(place.replace("‹E›", reader))
    bindings = REGISTERED if reader not in READERS else None
    assert not disagreements(expression, SHOP, bindings, LATER)


LAW = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@LAW
@given(places(READERS))
def test_expressions_with_readers_anywhere_agree(source: str) -> None:
    expression = compile(source)
    assert not disagreements(expression, SHOP), source
    assert not disagreements(expression, SHOP, now=LATER), source


@LAW
@given(places(REGISTERED_READERS))
def test_expressions_with_bindings_agree(source: str) -> None:
    expression = compile(source)
    assert not disagreements(expression, SHOP, REGISTERED), source
    assert not disagreements(expression, SHOP, REGISTERED, LATER), source


@pytest.mark.parametrize("reader", READERS)
def test_another_time_is_another_value(reader: str) -> None:
    expression = compile(reader)
    now, later, again = (
        outcome(expression.evaluate, SHOP, None, None, moment) for moment in (NOW, LATER, NOW)
    )
    assert now[0] == later[0] == "value"
    assert now == again
    assert now != later
    assert expression.depends_on_time


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_built_in_has_no_time_but_its_evaluations(name: str) -> None:
    """Called in any way without one, it works or asks for it; it never takes another."""
    state = State(Limits())
    for arguments in ([], ["1"], [1], ["1", "[H]"], [[1]], [{"a": 1}], ["a", "a"], [[1], [2]]):
        try:
            BUILTINS[name].call(state, arguments, None)
        except (JSONataError, TypeError):
            continue
        except AssertionError as error:
            assert "whose time" in str(error)
            assert name in {"now", "millis", "toMillis"}


def test_without_a_time_the_clock_is_asked() -> None:
    for source in ("$millis()", "$toMillis('18:00', '[H01]:[m01]')", "$now()", "$eval('$now()')"):
        for evaluate in (compile(source).evaluate, compile(source).explain):
            with pytest.raises(BaseException, match="the real clock was asked"):
                evaluate(None)


def test_code_that_runs_without_an_evaluation_has_no_time() -> None:
    program = build(compile("$millis()").node, Options())
    with pytest.raises(AssertionError, match="whose time"):
        program.run(State(Limits()), None, {})


def test_only_one_place_looks_at_the_clock() -> None:
    readings = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {
                "time", "time_ns", "now", "utcnow", "today", "gmtime", "localtime",
            }:  # fmt: skip
                owner = ast.unparse(node.value)
                if owner in {"time", "datetime", "date", "datetime.datetime", "datetime.date"}:
                    readings.append((file.name, ast.unparse(node)))
    assert readings == [("state.py", "time.time_ns")]
