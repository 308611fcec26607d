"""What may grow beyond its input has no quick code."""

from __future__ import annotations

import pytest

from placet.jsonata.generate import build_quick
from placet.jsonata.parser.parse import parse
from support.jsonata.quick import refuse

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
