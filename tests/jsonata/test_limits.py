"""Nothing an expression or its input does can hang, crash or exhaust the process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from placet.jsonata import UNDEFINED, JSONataError, Limits, compile
from support.memory import peak_mebibytes, print_peak

SECONDS = 0.5
LIMITS = Limits(time_ms=SECONDS * 1000)
BIG = {"items": [{"id": n, "tags": ["a", "b"], "next": {"id": n}} for n in range(3_000)]}

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hostile.yaml").read_text("utf-8"))
HOSTILE: dict[str, str] = CASES["hostile"]
HARD: dict[str, str] = CASES["hard"]


def ended(evaluate: Callable[[], Any]) -> tuple[str, float]:
    """The code of the error (or "value") and the seconds it took."""
    begun = time.monotonic()
    try:
        evaluate()
        code = "value"
    except JSONataError as error:
        code = error.code
    return code, time.monotonic() - begun


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_expression_ends_in_time_with_an_error(source: str) -> None:
    code, seconds = ended(lambda: compile(source).evaluate(BIG, None, LIMITS))
    assert code in {"U1001", "D2014", "D3121"}
    assert seconds < SECONDS + 1.5


@pytest.mark.parametrize("source", HARD.values(), ids=HARD)
def test_hard_expression_ends_in_time(source: str) -> None:
    code, seconds = ended(lambda: compile(source).evaluate(BIG, None, LIMITS))
    assert code in {"value", "U1001", "D3120"}
    assert seconds < SECONDS + 1.5


def test_hostile_expressions_leave_the_memory_of_a_process_bounded() -> None:
    assert peak_mebibytes(__file__) < 1_000


def test_hostile_expressions_end_in_threads_too() -> None:
    sources = [
        "plain recursion",
        "doubling string",
        "catastrophic replace",
        "recursion through $eval",
    ]

    def run(name: str) -> str:
        return ended(lambda: compile(HOSTILE[name]).evaluate(BIG, None, LIMITS))[0]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, sources)) <= {"U1001", "D3121"}


@pytest.mark.parametrize("name", ["plain recursion", "recursion through a sort", "Y combinator"])
def test_hostile_expressions_end_for_a_caller_deep_in_its_own_stack(name: str) -> None:
    code, _ = at_depth(
        700, lambda: ended(lambda: compile(HOSTILE[name]).evaluate(BIG, None, LIMITS))
    )
    assert code == "U1001"


def at_depth(frames: int, action: Callable[[], Any]) -> Any:
    """Run `action` with so many frames more below it."""
    return action() if frames == 0 else at_depth(frames - 1, action)


FACTORIAL = "($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(170))"
DEEP_SUM = "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(400))"
TAIL_SUM = "($f := function($n, $s) { $n = 0 ? $s : $f($n - 1, $s + $n) }; $f(20000, 0))"


@pytest.mark.parametrize("frames", [0, 700])
@pytest.mark.parametrize(
    ("source", "value"),
    [(FACTORIAL, 7.257415615307994e306), (DEEP_SUM, 400), (TAIL_SUM, 200_010_000)],
)
def test_honest_recursion_works_wherever_the_caller_stands(
    source: str, value: float, frames: int
) -> None:
    assert at_depth(frames, lambda: compile(source).evaluate(None)) == pytest.approx(value)
    explained = at_depth(frames, lambda: compile(source).explain(None))
    assert explained.value == pytest.approx(value)


def nested(depth: int, wrap: Callable[[Any], Any]) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = wrap(value)
    return value


DEEP_DATA = {
    "arrays": lambda: nested(10_000, lambda value: [value]),
    "objects": lambda: nested(10_000, lambda value: {"a": value}),
    "both": lambda: nested(10_000, lambda value: {"a": [value, 1]}),
}


@pytest.mark.parametrize("shape", DEEP_DATA)
@pytest.mark.parametrize(
    "source",
    [
        "a",
        "a.a.a > 1",
        "**",
        "$count(**.a)",
        "*",
        "$string($)",
        "$ = $$",
        "[$, $] = [$]",
        "$distinct([$, $])",
        "$ ~> |**|{'x': 1}|",
        "$keys(**)",
        "$flatten := 1",
        "$sum($)",
        "$exists(a[0][0])",
        "$boolean($)",
        "$ & 'x'",
        "$sort([$, $])",
        "a^(b)",
        "$merge([$, $])",
        "$length($string(a))",
        "$each($, $string)",
        "a.a.a.a[a = 1]",
        "$map($, $string)",
        "$type(a.a)",
        "$spread($)",
        "**.*",
        "$[[0, 1]]",
        "$not($)",
        "$join($)",
        "a ? 1 : 2",
        "1 in $",
    ],
)
def test_deeply_nested_input_is_no_danger(shape: str, source: str) -> None:
    data = DEEP_DATA[shape]()
    expression = compile(source)
    for evaluate in (expression.evaluate, expression.explain):
        _, seconds = ended(lambda evaluate=evaluate: evaluate(data, None, LIMITS))
        assert seconds < SECONDS + 1.5


@pytest.mark.parametrize(
    "source",
    [
        "(" * 3_000 + "1" + ")" * 3_000,
        "[" * 3_000 + "]" * 3_000,
        "-" * 3_000 + "1",
        "1" + "+1" * 20_000,
        "a" + ".a" * 20_000,
        "a" + "[0]" * 3_000,
        "1 ? " * 2_000 + "1" + " : 1" * 2_000,
        "true" + " and true" * 20_000,
        "function($a){" * 500 + "1" + "}" * 500,
        "{'a':" * 1_500 + "1" + "}" * 1_500,
        "$f(" * 2_000 + ")" * 2_000,
        "a" + " ~> $string" * 3_000,
        "$a := " * 3_000 + "1",
        "a" + "[a" * 1_000 + "]" * 1_000,
        "1 ?: " * 3_000 + "1",
        "(" * 900_000,
        "a" * 900_000,
        "'" + "x" * 900_000 + "'",
        "1" * 400_000,
    ],
    ids=lambda source: source[:12],
)
def test_long_and_deep_expressions_compile_or_are_refused(source: str) -> None:
    def run() -> Any:
        expression = compile(source)
        expression.explain({"a": 1}, None, LIMITS)
        return expression.evaluate({"a": 1}, None, LIMITS)

    code, seconds = ended(run)
    assert code == "value" or code[0] in "SUTD"
    assert seconds < 20


@pytest.mark.parametrize(
    ("limits", "source"),
    [
        (Limits(depth=50), "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(60))"),
        (Limits(steps=1_000), "$sum($map([1..2000], function($n) { $n }))"),
        (Limits(size=1_000), "[1..1001]"),
        (Limits(size=1_000), "$pad('', 1001)"),
        (Limits(time_ms=50), "$map([1..100000], function($n) { $sum([1..1000]) })"),
    ],
    ids=["depth", "steps", "size of an array", "size of a text", "time"],
)
def test_each_limit_is_honoured_and_named(limits: Limits, source: str) -> None:
    with pytest.raises(JSONataError) as caught:
        compile(source).evaluate(None, None, limits)
    assert caught.value.code == "U1001"
    explained = compile(source).explain(None, None, limits)
    assert explained.error is not None
    assert explained.error.code == "U1001"


@pytest.mark.parametrize(
    ("limits", "source"),
    [
        (Limits(depth=50), "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(40))"),
        (Limits(steps=10_000), "$sum($map([1..1000], function($n) { $n }))"),
        (Limits(size=1_000), "$count([1..1000])"),
        (Limits(size=1_000), "$length($pad('', 1000))"),
    ],
    ids=["depth", "steps", "size of an array", "size of a text"],
)
def test_work_within_the_limits_is_done(limits: Limits, source: str) -> None:
    assert compile(source).evaluate(None, None, limits) is not UNDEFINED


def test_one_expression_serves_many_threads() -> None:
    expression = compile(
        "($t := $sum(items.(price * quantity)); $map(items, function($i) { $i.price / $t }))"
    )
    orders = [{"items": [{"price": n + k, "quantity": k} for k in range(1, 6)]} for n in range(40)]
    wanted = [expression.evaluate(order) for order in orders]
    found: list[list[Any]] = [[] for _ in range(8)]

    def run(number: int) -> None:
        found[number] = [expression.evaluate(order) for _ in range(5) for order in orders]

    threads = [Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted * 5] * 8


def test_recursion_limit_of_the_process_is_left_alone() -> None:
    before = sys.getrecursionlimit()
    ended(lambda: compile(HOSTILE["plain recursion"]).evaluate(None, None, LIMITS))
    assert sys.getrecursionlimit() == before


if __name__ == "__main__":
    for source in [*HOSTILE.values(), *HARD.values()]:
        ended(partial(compile(source).evaluate, BIG, None, LIMITS))
    print_peak()
