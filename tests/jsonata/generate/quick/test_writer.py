"""Quick code: usual rules have it, usual input never leaves it, growth never enters it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from jsonata.agreement import disagreements
from jsonata.generated import ORDER, REAL, mutated
from placet.jsonata import JSONataError, Limits, compile
from placet.jsonata.generate import build_quick
from placet.jsonata.parser.parse import parse

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
    "$fromMillis($toMillis(creationDate), '[Y0001]-[M01]-[D01] [H01]:[m01]:[s01]')",
    "'Dell' in items.additionalInfo.brandName",
    "budgetData.unitAllocations.*.balance",
    "items^(price)[-1].name",
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
    "$fromMillis(0, '[Y,*-1000000000]')",
    "$fromMillis(0, '[Y0001]', '+0100')",
    "$fromMillis(value, picture)",
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
        ("$sum(a.b)", {"a": [{"b": n} for n in (2**53 - 1, 4, 1 - 2**53, -1)]}),
        ("$sum(a.b)", {"a": [{"b": n} for n in (-(2**53) + 1, -4, 2**53 - 1, 1)]}),
        ("$sum(a.(b * c))", {"a": [{"b": n, "c": 3} for n in (2**52, 1, -(2**52), -1)]}),
        ("[$sum(a.b)]", {"a": [{"b": -0.0}]}),
        ("[$sum(a.b)]", {"a": [{"b": 0}, {"b": None}]}),
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


# Every form with a shortcut of its own, over the values that the shortcut has to tell apart.
FORMS = [
    "$sum(v.(a * b))",
    "$sum(v.(b * a)) > 1",
    "[$sum(v.(a * b))]",
    "$sum($map(v, function($i) { $i.a * $i.b }))",
    "$sum(v.a)",
    "[$sum(v.a)]",
    "$average(v.a)",
    "$sum(v.a) = v[0].a",
    "$sum(v[a = 1].b)",
    "v[a = 1].b",
    "v[1 = a].b",
    "v[a = 'x']",
    "v[a = 'x'].b.c",
    "$count(v[a = 1]) > 0",
    "$count(v[a > 1]) = 1",
    "$count(v[b > 1 and a]) != 1",
    "$exists(v[a = 1])",
    "$count(*[a = 1])",
    "$count(v.*[a = 1])",
    "v.*[a = 1].b",
    "v.*.a",
    "*.a",
    "*.a.b",
    "v.*[$ = 1]",
    "v.a",
    "v.a.b",
    "$sum(v.a.b)",
    "$count(v.a.b)",
    "v[0].a.b",
    "v.a.b[0]",
    "1 in v.a",
    "'x' in v.a",
    "v.b in v.a",
    "v.a in ['x', 'y']",
    "$sort(v.a)",
    "$sort(v.a)[0]",
    "$sort(v.a)[-1]",
    "$sort(v.a)[5]",
    "(v.a)[0][0]",
    "(v)[1][0].a",
    "v^(a)[0]",
    "v^(>a)[0].b",
    "v^(a)[-1].b.c",
    "v^(a)[0][0]",
    "v^(b.c)[1].a",
    "$reduce(v.a, function($x, $y) { $x + $y }, 0)",
    "$reduce(v.a.b, function($x, $y) { $x + $y }, 1)",
    "$reduce(v, function($x, $y) { $x + $y.a }, 0)",
    "$reduce(v.a, function($x, $y) { $y }, 0)",
    "$map(v, function($i) { [$i, $i.a] })",
    "($x := v.a; $y := $x = 1; [$x, $y, $x.b])",
    "($x := 1; (v.a ? $x := v.b); $x)",
    "($x := v.a; (v.b ? $x := 1); $x)",
    "$count($distinct(v.a))",
    "$join(v.a, '-')",
    "v.a = v.b",
    "v.a != v.b",
    "v[0].a = v[1].a",
    "v[0].a != v[1].a",
    "v[0].a > v[1].a and v[0].a < v[1].a or v[0].b",
    "v.a > 9007199254740991",
    "v.a <= -9007199254740991",
    "v.a > 9007199254740992",
    "v.a = 9007199254740993",
    "v[a > 9007199254740991]",
    "v[0].a / v[1].a * 100 >= 80",
    "v.a > 1 and v.a < 5 and v.a != 3 and v.b and v.a",
    "v.a < 1 or v.a > 5 or v.a = 3 or v.b",
    "v.a = 1 and v.b = 2 or v.a = 3 and v.b = 4",
    "v.b != null and v.b != true and v.b != 0 and v.b != 1 and v.b != 'x'",
]
PARTS: list[Any] = [
    0, 1, 2.5, -3, "x", "", True, None, [], [1], [1, 2], ["x"], [[1, 2], [3]], {}, {"b": 1},
    {"b": [1, 2]}, [{"b": 1}], [{"b": [{"c": 1}]}, {"b": 2}], 2**53 - 1, 2**53, 2**53 + 1, -(2**60),
    2**26, 10**400, 1e300, float("inf"), float("nan"), -0.0,
]  # fmt: skip


def items_of(random: Random) -> Any:
    """Up to four items, most of them alike, or something else altogether."""
    usual = random.choice(PARTS)
    items: list[Any] = []
    for _ in range(random.randrange(5)):
        item = {name: usual for name in ("a", "b") if random.random() < 0.95}
        if random.random() < 0.4:
            item[random.choice("abc")] = random.choice(PARTS)
        items.append(random.choice(PARTS) if random.random() < 0.1 else item)
    if random.random() < 0.1:
        return random.choice(PARTS)
    if random.random() < 0.1:
        return {"one": items, "two": random.choice(PARTS)}
    return items[0] if len(items) == 1 and random.random() < 0.5 else items


@pytest.mark.parametrize("source", FORMS)
def test_form_with_a_shortcut_means_the_same_for_odd_items(source: str) -> None:
    random = Random(source)
    expression = compile(source)
    for _ in range(120):
        data = {"v": items_of(random)}
        assert not disagreements(expression, data), (source, data)


def test_path_that_has_met_an_array_means_what_it_meant() -> None:
    usual = {"a": {"b": {"c": 1}}}
    shapes: list[Any] = [
        usual, {"a": [{"b": {"c": 1}}, {"b": {"c": 2}}]}, usual, {"a": [{"b": {"c": 1}}]},
        {"a": {"b": [{"c": [1]}, {"c": 2}]}}, {"a": [{"b": [{"c": 1}, {"c": 2}]}, {"b": {"c": 3}}]},
        {"a": [{"b": 1}, {"b": {"c": 2}}]}, {"a": [[{"b": {"c": 1}}]]}, {"a": []}, {"a": None},
        {"a": [{"b": {"c": [[1]]}}]}, {"a": [{"b": {"c": [1, 2]}}, {"b": {"c": []}}]}, {}, [usual],
        [usual, usual], {"a": "text"}, {"a": ["text", "text"]}, {"a": [{}, {"b": {"c": 1}}]}, usual,
    ]  # fmt: skip
    for source in ("a.b.c", "$sum(a.b.c)", "$count(a.b.c)", "a.b.c.d", "a.b.c[$ = 1]", "$.a.b.c"):
        expression = compile(source)
        for first in shapes:
            for data in (first, *shapes):
                assert not disagreements(expression, data), (source, first, data)


TIMESTAMPS: list[Any] = [
    "2026-03-14T15:09:26.535Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z", "2026-02-30T00:00:00.000Z", "2026-03-14T24:00:00.000Z",
    "2026-03-14T15:09:60.000Z", "2026-03-14 15:09:26.535Z", "2026-03-14T15:09:26,535Z",
    "2026-03-14T15:09:26.535z", "2026-03-14T15:09:26.53512Z", "2026-03-14T15:09:26.5Z",
    "2026-03-14T15:09:26.535", "2026-03-14T15:09:26.5+01", "2026-03-14T15:09:26.535+01:00",
    "2026-03-14T15:09:26Z", "2026-03-14T15:09Z", "2026-W11-6T15:09:26.535Z",
    "2026-W1-1T15:09:26.535Z", "20260314T15:09:26.53512Z", "2026-03-14T15:09:26.+1Z",
    "2026-03-14T15:09:26.ZZZZ", "2026-03-14T15:09:26.53\u0665Z", "\u0662026-03-14T15:09:26.535Z",
    "2026-03-14T1\ud83d:09:26.535Z",
    "0000-03-14T15:09:26.535Z", "+026-03-14T15:09:26.535Z", "2026-3-14T15:09:26.5350Z", "2026", "",
    "x", 0, 1, 1773500966535, 1.5, -1, 2**53, 253402300799999, 253402300800000, 8.64e15, 8.65e15,
    True, None, [], ["2026-03-14T15:09:26.535Z"], [1773500966535], {},
]  # fmt: skip
DATES = [
    "$toMillis(v)",
    "$toMillis(v) > 1767225600000",
    "$toMillis(v) - $toMillis('2026-03-14T15:09:26.535Z')",
    "$fromMillis(v, '[Y0001]-[M01]-[D01]')",
    "$fromMillis(v, '[D]/[M]/[Y] 100% [H]:[m]:[s] [[x]]')",
    "$fromMillis(v, '[Y01] [M#1]')",
    "$fromMillis(v, '[Y]')",
    "$fromMillis(v, '[MNn]')",
    "$fromMillis(v, '')",
    "$fromMillis(v, '[')",
    "$fromMillis($toMillis(v), '[Y0001][M01]')",
]


@pytest.mark.parametrize("source", DATES)
def test_timestamp_means_the_same_in_any_form(source: str) -> None:
    expression = compile(source)
    for value in TIMESTAMPS:
        assert not disagreements(expression, {"v": value}), (source, value)
    assert not disagreements(expression, {})


def test_rounding_means_the_same_near_every_tie() -> None:
    random = Random("rounding")
    for places in range(5):
        expression = compile(f"$round(v, {places})")
        for _ in range(400):
            tie = (random.randrange(-(10**6), 10**6) + 0.5) / 10**places
            value = tie + random.choice((0, 1e-9, -1e-9, 1e-7, -1e-7, random.random()))
            assert not disagreements(expression, {"v": value}), (places, value)
