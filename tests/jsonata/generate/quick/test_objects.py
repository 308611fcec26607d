"""Forms with a shortcut mean the same for odd items."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from jsonata.agreement import disagreements
from placet.jsonata import compile

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
