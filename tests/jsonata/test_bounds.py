"""No evaluation takes more than its time and 256 MiB, whatever the expression and the order.

Each runs in a process of its own, whose processor time counts, so that a busy machine does not
matter. `hostile.py` looks for more of them than there is time for here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from jsonata.hostile import FORMS, FUNCTIONS, Maker, passed_bound
from placet.jsonata import Expression, JSONataError, Limits, compile
from placet.jsonata.functions.registry import BUILTINS
from support.bounded import Job, Outcome, measured
from support.orders.hostile import ORDERS

CASES: list[dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "bounds.yaml").read_text("utf-8")
)


def jobs_of(time_ms: float) -> list[Job]:
    return [Job(case["source"], case.get("order", "usual"), time_ms) for case in CASES]


def failures(outcomes: list[tuple[Job, Outcome]]) -> list[str]:
    """What passed its bounds, in lines that a report shows whole."""
    return [f"{job}\n  {outcome}" for job, outcome in outcomes if passed_bound(job, outcome)]


def test_known_hostile_expressions_end_within_the_default_bounds() -> None:
    outcomes = list(measured(jobs_of(1000.0)))
    assert failures(outcomes) == []
    codes = {job.expression: outcome.code for job, outcome in outcomes}
    wanted = {case["source"]: case["code"] for case in CASES if "code" in case}
    assert {source: codes[source] for source in wanted} == wanted
    messages = {job.expression: outcome.message for job, outcome in outcomes}
    parts = {case["source"]: case["part"] for case in CASES if "part" in case}
    assert [source for source, part in parts.items() if part not in messages[source]] == []


def test_known_hostile_expressions_end_within_a_tenth_of_a_second() -> None:
    assert failures(list(measured(jobs_of(100.0)))) == []


@pytest.mark.parametrize("explain", [False, True], ids=["evaluated", "explained"])
def test_every_built_in_stays_within_its_bounds(explain: bool) -> None:
    jobs = Maker(20 + explain).jobs(2 - explain, 100.0, explain=explain)
    assert failures(list(measured(jobs))) == []


def test_every_form_and_function_of_the_hostile_ones_compiles() -> None:
    maker = Maker(1)
    filled = [form.replace("C", "1").replace("V", "name").replace("F", "$s") for form in FORMS]
    calls = [maker.call(name) for name in BUILTINS]
    for source in [*filled, *FUNCTIONS, *calls]:
        assert isinstance(compile(source), Expression), source


LEGITIMATE = [
    "$sum(items.(price * quantity)) > 1000",
    "($a := $average(items.price); $count(items[price > $a]) >= 0)",
    "$count($distinct(items.name))",
    "$length($reduce(items, function($s, $i){$s & $i.name & ','}, ''))",
    "$length($join(items.(name & ' ' & $string(price)), '; '))",
    "items{name: $sum(quantity)}",
    "items^(>price)[0].name",
    "$sort(items, function($a, $b){$a.price < $b.price})[0].id",
    "$map(items, function($i){{'id': $i.id, 'total': $i.price * $i.quantity}})[0].id",
    "items#$n[$n % 2 = 0].name[0]",
    "items@$i.$i.name[0]",
    "($$ ~> |items|{'total': price * quantity}, 'quantity'|).items[0].total",
    "$count($filter(items, function($i){$contains($i.name, /A[1-3]/)}))",
    "$string(items[[0..99]])",
    "$merge(items.{id: price}).`7`",
    "$replace($join(items.name, ','), 'Paper', 'P') ~> $length",
]


@pytest.mark.parametrize("source", LEGITIMATE)
def test_work_on_ten_thousand_items_is_within_the_default_limits(source: str) -> None:
    compile(source).evaluate(ORDERS["many items"](), limits=Limits(time_ms=60_000))


@pytest.mark.parametrize(
    "source",
    [
        "$count($reduce(items, function($a, $i){$append($a, $i.price)}, []))",
        "$count($keys($reduce(items, function($a, $i){$merge([$a, {$i.id: $i.price}])}, {})))",
        "$sum(items.($p := price; $count($$.items[price > $p])))",
        "$sum(items.($q := quantity; $sum($$.items.(price * $q))))",
    ],
)
def test_what_is_given_up_on_the_way_does_not_count(source: str) -> None:
    order = {"items": [{"id": f"{n}", "price": n + 0.5, "quantity": 2} for n in range(1_500)]}
    compile(source).evaluate(order, limits=Limits(time_ms=60_000))


def code_of(source: str, limits: Limits, data: Any = None) -> str:
    with pytest.raises(JSONataError) as caught:
        compile(source).evaluate(data, limits=limits)
    assert caught.value.code == "U1001"
    return caught.value.message


def test_limit_of_memory_is_named() -> None:
    message = code_of("[1..100000]", Limits(memory=2**20))
    assert message == "the expression ran past its limit: 1 MiB of memory"


def test_memory_counts_what_is_in_use_and_not_what_was() -> None:
    limits = Limits(memory=4 * 2**20)
    source = "$reduce([1..200], function($s, $n){$pad('x', 100000 + $n)}, '') ~> $length"
    assert compile(source).evaluate(None, limits=limits) == 100_200
    kept = "$map([1..200], function($n){$pad('x', 100000 + $n)}) ~> $count"
    assert "memory" in code_of(kept, limits)


@pytest.mark.parametrize("name", ["digits", "objects", "text"])
def test_quick_code_leaves_large_input_to_the_program_with_limits(name: str) -> None:
    order = ORDERS[name]()
    source = "[" + ", ".join(["$count(items[name = 'y'])"] * 30) + "]"
    limits = Limits(steps=1_000)
    if name == "text":
        assert compile(source).evaluate(order, limits=limits) == [0] * 30
    else:
        assert "steps" in code_of(source, limits, order)


@pytest.mark.parametrize(
    "part",
    ["a@$x.b#$i[c=1]^(d),", "{'a':b.c[d=1]},", "function($x){$x+1},", "a.b.%.c,", "a{b:c},",
     "|a|{'b':1}|,", "a.b[c=1],", "a?b:c,"],
)  # fmt: skip
def test_long_expression_is_compiled_or_refused_in_a_few_seconds(part: str) -> None:
    source = "[" + part * (30_000 // len(part)) + "1]"
    [(_, outcome)] = measured([Job(source)])
    assert outcome.compiling < 15
    assert outcome.code in {"value", "U1001", "U1002", "T2010"}
