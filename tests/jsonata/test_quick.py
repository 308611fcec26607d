"""Quick code: usual rules have it, usual input never leaves it, growth never enters it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from jsonata.agreement import disagreements
from jsonata.generated import ORDER, REAL, mutated
from placet.jsonata import JSONataError, Limits, compile
from placet.jsonata.generate import build_quick
from placet.jsonata.parser import parse

USUAL = [
    *REAL[:14],
    "$max(items.price) > 5",
    "$sum(totals.value) = value",
    "items.price",
    "items.additionalInfo.brandName",
    "$count($filter(items, function($i) { $i.price > 50 })) > 1",
    "$sum($map(items, function($i) { $i.price * $i.quantity })) > 50000",
    "$reduce(items.price, function($a, $b) { $a + $b }, 0) > 1000",
    "$exists($filter(items, function($i) { $i.sellerId = 'x' }))",
    "($total := $sum(items.(price * quantity)); $total > 50000)",
    "($limit := salesChannel = '1' ? 10000 : 5000; value > $limit)",
    "$substringAfter(clientProfileData.email, '@') = 'globex.com'",
    "$lookup(budgetData.unitAllocations, 'unit-01').balance",
    "$keys(budgetData.unitAllocations)",
    "$not($exists(missing))",
    "missing.deeper > 1",
    "'a' in tags",
    "items[isGift].price",
    "missing > 10",
    "missing.deeper.still.more = 'x'",
    "paymentData.transactions.payments.value",
    "$round(value / 100, 2) > 100",
    "$floor(value / 1000) % 2 = 0",
    "$string(value) & '-' & salesChannel",
    "$number(salesChannel) = 1",
    "$join(items.id, ',')",
    "$split(clientProfileData.email, '@')[1]",
    "$sort(items.price)[0]",
    "$count($distinct(items.sellerId)) > 1",
    "items.price ~> $sum()",
    "items.price ~> $sum",
    "items.id ~> $join(',') ~> $length()",
    "items.{'name': name, 'total': price * quantity}",
    "items^(>price)[0].name",
    "$count(items[price > 1]^(price))",
    "items{sellerId: $sum(price)}",
    "items[quantity > 0].additionalInfo{brandName: $count(brandName)}",
    "{'id': orderId, 'of': {'value': value, 'missing': missing}}",
]


def refuse(*arguments: Any) -> Any:
    raise AssertionError("quick code gave up")


@pytest.mark.parametrize("source", USUAL)
def test_usual_rule_is_answered_by_quick_code_alone(source: str) -> None:
    quick = build_quick(parse(source), refuse, lambda value: value)
    assert quick is not None
    quick(ORDER)


GROWING = [
    "a.($ & $).($ & $)",
    "a.[$, $].[$, $]",
    "($a := b & b; $c := $a & $a; $c & $c)",
    "($a := [b, b]; [$a, $a])",
    "$.($$).($$)",
    "items.($$.items)",
    "items[$$.items]",
    "$map(items, function($i) { $$.items })",
    "$map(items, function($i) { items })",
    "$map(items, function($i) { $ })",
    "**",
    "**.**",
    "items@$i.items@$j",
    "a{b: c, d: e}",
    "a{b: [$, $]}",
    "a^(b, c)",
    "a^($$.b)",
    "($f := function($n) { $f($n) }; $f(1))",
    "$map(items, $f)",
    "$sum ~> $count",
    "(value ? $sum : $max) ~> $count",
    "$string([$string([value])])",
    "$join($split($join($split(a, 'a'), 'aaaa'), 'a'), 'aaaa')",
    "items.$join(tags, $$.separator)",
    "{'a': b, 'a': c}",
    "a.{'x': $, 'y': $}.{'x': $, 'y': $}",
    "items.{id: price}",
    "[1..5]",
    "$reduce(a, function($x, $y) { $x & $y }, '')",
    "$map($map(a, function($x) { [$x, $x] }), function($x) { [$x, $x] })",
    "($x := items; items.($x))",
    "$filter(items, function($i) { $count($filter($$.items, function($j) { $j = $i })) > 1 })",
]


@pytest.mark.parametrize("source", GROWING)
def test_work_beyond_the_input_s_size_has_no_quick_code(source: str) -> None:
    assert build_quick(parse(source), refuse, lambda value: value) is None


@pytest.mark.parametrize(
    "source",
    [
        "$.($$).($$).($$)",
        "items.t.($$.items)",
        "items.t^($$.items.t)",
        "$sum($.($sum($$.($sum($$.($sum($$)))))))",
        "$zip($$.($$),$$.($$),$$.($$)).($$)",
        "items.($$.items).($$.items)",
    ],
)
def test_copies_of_the_input_are_counted(source: str) -> None:
    data = (
        {"items": [{"id": number, "t": [1] * 200} for number in range(200)]}
        if "items" in source
        else [1] * 400
    )
    with pytest.raises(JSONataError, match="U1001"):
        compile(source).evaluate(data, None, Limits(time_ms=500))


SOURCES = [
    "items",
    "totals",
    "missing",
    "value",
    "items.tags",
    "tags",
    "[]",
    "$",
    "items[price > 20]",
    "items[0]",
]
BODIES = [
    "$i.price * $i.quantity",
    "$i",
    "$i.price > 50",
    "$i.tags",
    "$count($i.tags)",
    "$i.missing",
    "$i[0]",
    "[$i]",
    "null",
    "$i.price > 50 ? $i.id : 'x'",
    "$uppercase($i.name)",
    "price",
    "-$i.price",
    "$i.*",
    "$i.tags[$ = 'a']",
]
SHAPES = [
    "$map(S, function($i) {B})",
    "$sum($map(S, function($i) {B}))",
    "$count($filter(S, function($i) {B}))",
    "$exists($filter(S, function($i) {B}))",
    "$filter(S, function($i) {B})[0].id",
    "$map(S, function($i) {B})[0]",
    "$reduce(S, function($a, $i) {$a + B}, 1)",
    "($x := $map(S, function($i) {B}); $x[0])",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_function_written_in_place_means_what_it_means_elsewhere(shape: str) -> None:
    for place in SOURCES:
        for body in BODIES:
            expression = compile(shape.replace("S,", f"{place},").replace("B", body))
            order = mutated(ORDER, Random(expression.source))
            assert not disagreements(expression, ORDER), expression.source
            assert not disagreements(expression, order), (expression.source, order)


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("$count(items[items.tags > []]) > 0", [True]),
        ("items[price > 1 or 'x']", {"items": []}),
        ("items[(a = 1) = false]", {}),
        ("$count(items['x' = 'x'])", {}),
        ("items.(1)", {"items": [1, 2]}),
        ("$sum(a)", {"a": [float("inf")]}),
        ("a * b", {"a": float("inf"), "b": 2.5}),
        ("[price * 2]", {"price": 2.5}),
    ],
)
def test_odd_input_means_the_same_to_quick_code(source: str, data: Any) -> None:
    assert not disagreements(compile(source), data)


CALLS = [
    "$round(S)",
    "$round(S, 1)",
    "$round(S / 3, 2)",
    "[$round(S, 0)]",
    "$floor(S)",
    "[$ceil(S / 7)]",
    "[$abs(S)]",
    "[$number(S)]",
    "$number(S) + 1",
    "$string(S)",
    "S & '-' & S",
    "'a' & S",
    "S % 3",
    "S = 0",
    "S != 1",
    "S > 1",
    "$join(S, ',')",
    "$join(S)",
    "$split(S, '-')",
    "$split(S, '-')[0]",
    "$count(S)",
    "$count($distinct(S))",
    "$distinct(S)",
    "$sort(S)",
    "$keys(S)",
    "$exists(S)",
    "$exists(S.a)",
    "S ~> $count()",
    "S ~> $string",
    "S.a.b",
    "S.a",
    "{'x': S, 'y': S.a}",
    "S.{'x': a, 'y': $}",
    "S.{'x': a}.x",
    "S^(a)",
    "S^(>$)",
    "S.a^(b)[0]",
    "S^(b).b",
    "$count(S^(<$))",
    "S{a: $sum(b)}",
    "S.a{b: $count(b)}",
    "S{$: $}",
    "$exists(S{$string(a): a})",
    "S{'x': a}",
    "S^(a){'x': a}",
    "S^(a).a^(b)",
]
VALUES: list[Any] = [
    0, 1, -1, True, False, None, 2.5, -2.5, 0.5, 1.005, 4.35, 2.675, 0.125, 1e15 + 0.5, 1e300, -0.0,
    -0.001, 2**53 + 1, 10**400, float("inf"), 7.0, "", "7", "007", "1.5", "a-b", "-", "\u0664",
    [], [1], ["a"], ["b", "a", "b"], [2, 1.5, 2], [1, "a"], [True, False], [[1, 2], [3]], [None],
    {}, {"a": 1}, {"a": 1, "b": 2}, {"a": {"b": 3}}, {"a": [{"b": 4}]}, {"a": [{"b": [5]}]},
    {"a": [{"b": 1}, {"b": [2, 3]}]}, [{"a": 1}], [{"a": [1]}], [{"a": 1}, {"a": 2}, {}],
    [{"a": {"b": 1}}], [[{"a": 1}]], {"a": []}, {"a": [[{"b": 1}]]},
]  # fmt: skip


@pytest.mark.parametrize("source", CALLS)
def test_usual_call_means_the_same_for_every_kind_of_value(source: str) -> None:
    for place, wrap in [("v", "v"), ("v.w", "w"), ("$", None), ("missing", None)]:
        expression = compile(source.replace("S", place))
        for value in VALUES:
            data = value if wrap is None else {"v": value if wrap == "v" else {"w": value}}
            assert not disagreements(expression, data), (expression.source, data)
