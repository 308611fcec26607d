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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import placet.jsonata
from jsonata.agreement import NOW, disagreements, outcome
from jsonata.generated import SHOP
from placet.jsonata import JSONataError, Limits, compile
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.generate import Options, build
from placet.jsonata.state import State
from placet.jsonata.values import Function

LATER = NOW + 40 * 365 * 86_400_000 + 12_345_678
PACKAGE = Path(placet.jsonata.__file__).parent
# What gives another value at another time.
READERS = [
    "$millis()",
    "$now()",
    "$now('[H01]:[m01]', '+0300')",
    "$toMillis('18:00', '[H01]:[m01]')",
    "$toMillis(seller & '8:00', 's[H]:[m]')",
    "$toMillis('14/03', '[D]/[M]')",
    "('18:00' ~> $toMillis('[H]:[m]'))",
    "$toMillis(?, '[H]:[m]')('18:00')",
    "($f := $millis; $f())",
    "($f := $toMillis; $f('+01:00', '[Z]'))",
    "$eval('$millis()')",
    "$eval(\"$toMillis('3', '[s]')\")",
    "$fromMillis($millis(), '[Y]-[M]-[D]T[H]:[m]:[s].[f001]')",
    "$fromMillis($toMillis('7', '[s]'))",
]
# Those and what the caller registered: a function of the evaluation's time, and one it calls.
REGISTERED_READERS = [*READERS, "$clock()", "$call($millis)", "$call(function(){$clock()})"]
# Where an expression can stand: ‹E› is one that may fail or give anything.
PLACES = [
    "‹E›", "(‹E›)", "(1; ‹E›)", "[‹E›]", "{'a': ‹E›}", "{'a': {'b': [‹E›]}}.a.b",
    "items.(‹E›)", "items.[‹E›]", "items.{'a': ‹E›}", "items[0].(‹E›)", "one.(‹E›)", "$.(‹E›)",
    "items[‹E› != 0].id", "items[$exists(‹E›)].id", "(items)[‹E› = 1]", "items.parts[‹E› != 1].id",
    "items^(‹E›).id", "items^(>price, ‹E›).id", "items^(id)[‹E› != 1].id", "items^(id).(‹E›)",
    "items{seller: ‹E›}", "items{$string(‹E›): id}", "items.parts{id: ‹E›}",
    "items@$i.(‹E›)", "items@$i[‹E› != $i.id].($i.id)", "items#$n.(‹E›)", "items#$n[‹E› != $n].id",
    "items#$n^(‹E›).id", "items@$i{$i.seller: ‹E›}", "items.parts.(%.id & $string(‹E›))",
    "‹E› ~> $string", "‹E› ~> $string()", "‹E› ~> $type() ~> $length()", "[1] ~> $append(‹E›)",
    "‹E› ~> function($x){[$x, $x]}", "($string ~> $length)(‹E›)",
    "($v := ‹E›; $v)", "($v := ‹E›; items.($v))", "($v := ‹E›; [$v, $v = ‹E›])",
    "function(){‹E›}()", "(function($x){$x})(‹E›)", "($f := function(){‹E›}; [$f(), $f()])",
    "($f := function($n){$n <= 0 ? ‹E› : $f($n - 1)}; $f(3))",
    "($f := function($a, $b){[$a, $b]}; $f(?, ‹E›)(1))",
    "$map([1, 2], function($x){‹E›})", "$map(items, function($i){$i.id & $string(‹E›)})",
    "$filter([1, 2], function($x){‹E› != $x})", "$single([1], function($x){‹E› != $x})",
    "$reduce([1, 2, 3], function($a, $b){[$a, ‹E›]})", "$reduce([1, 2], function($a, $b){‹E›}, 0)",
    "$sort([2, 1], function($l, $r){‹E› = $r})", "$sift({'a': 1}, function($v){‹E› != $v})",
    "$each({'a': 1}, function($v, $k){[$k, ‹E›]})", "$replace('ab', /a/, function($m){$string(‹E›)})",
    "$match('ab', function($s){{'match': $string(‹E›), 'start': 0, 'end': 1, 'groups': []}}).match",
    "$contains('ab', function($s){$exists(‹E›) ? {'match': 'a', 'start': 0, 'end': 1, 'groups': []}})",
    "lone ~> |$|{'z': ‹E›}|", "$ ~> |items[‹E› != 1]|{'z': 1}, ['id']|",
    "lone ~> |$|{'z': 1}, $string(‹E›)|",
    "‹E› = ‹E›", "‹E› in [‹E›]", "‹E› & 'x'", "‹E› != 0 ? ‹E› : 0", "‹E› ?? 1", "missing ?? ‹E›",
    "missing ?: ‹E›", "missing ? 1 : ‹E›", "true and ‹E› != 0", "false or ‹E› = 0",
    "$string(‹E›)", "$count([‹E›])", "$exists(‹E›)", "$sum(items.(‹E› = 0 ? 1 : 2))",
    "$count(items[‹E› != 0])", "$count($distinct(items.(‹E›)))", "$append(‹E›, ‹E›)",
    "$merge([{'a': ‹E›}, {'b': 1}])", "$zip([‹E›], [1])", "$lookup({'a': ‹E›}, 'a')", "$eval('1 & \"\"') & ‹E›",
    "$toMillis($string(‹E›), '[Y]-[M]-[D]T[H]:[m]:[s].[f001]')", "-(‹E› = 1 ? 1 : 2)", "[1..3].(‹E›)",
]  # fmt: skip


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
        raise BaseException("the real clock was asked")  # noqa: TRY002 - nothing may catch it


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the only reading of the machine's clock fail."""
    monkeypatch.setattr("placet.jsonata.state.time", _Clockless)


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
