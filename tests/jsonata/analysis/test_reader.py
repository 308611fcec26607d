"""What an expression reads of its input is all that matters to it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata import JSONataError, compile
from placet.jsonata.analysis import analyse
from placet.jsonata.parser.parse import parse

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "analysis.yaml").read_text("utf-8"))


ORDER: dict[str, Any] = {
    "value": 5,
    "items": [{"price": 1, "tags": ["a"]}, {"price": 3, "value": 2}],
    "totals": {"a": {"value": 1}, "b": {"value": 2}},
    "budgetData": {"value": 7, "items": [{"price": 9}]},
}


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(".".join),
        pairs.map(lambda pair: f"({pair[0]})[{pair[1]}]"),
        pairs.map(lambda pair: f"[{pair[0]}, {pair[1]}]"),
        pairs.map(lambda pair: f"({pair[0]} ? {pair[1]} : 1)"),
        pairs.map(lambda pair: f"({pair[0]} ?? {pair[1]})"),
        pairs.map(lambda pair: f"($x := {pair[0]}; {pair[1]})"),
        pairs.map(lambda pair: f"(({pair[0]}) = ({pair[1]}))"),
        pairs.map(lambda pair: f"$map({pair[0]}, function($x) {{ {pair[1]} }})"),
        pairs.map(lambda pair: f"$append({pair[0]}, {pair[1]})"),
        pairs.map(lambda pair: f"($f := function($x) {{ {pair[0]} }}; $f({pair[1]}))"),
        pairs.map(lambda pair: f"({pair[0]} ~> function($x) {{ {pair[1]} }})"),
        pairs.map(lambda pair: f"({pair[0]}).[$y, $y := {pair[1]}]"),
        pairs.map(lambda pair: f"($y := {pair[0]}; items.[$y.budgetData, $y := {pair[1]}])"),
        pairs.map(lambda pair: f"($f := function() {{ $y.budgetData }}; $y := {pair[0]}; $f())"),
        pairs.map(lambda pair: f"$reduce({pair[0]}, function($a, $b) {{ {pair[1]} }})"),
        pairs.map(lambda pair: f"items#$x[$y := {pair[0]}].({pair[1]})"),
        inner.map(lambda text: f"($g := $string; ({text}).$g())"),
        inner.map(lambda text: f"($g := $lookup(?, 'budgetData'); $g({text}))"),
        inner.map(lambda text: f"({text}).(function($o)<o-:x>{{ $o.budgetData }})()"),
        inner.map(lambda text: f"{{'value': {text}}}"),
        inner.map(lambda text: f"({text}){{'k': $string($)}}"),
        inner.map(lambda text: f"({text})^(value)"),
        inner.map(lambda text: f"$count({text})"),
        inner.map(lambda text: f"$string({text})"),
        inner.map(lambda text: f"$each({text}, function($v) {{ $v.value }})"),
        inner.map(lambda text: f"({text} ~> |items|{{'n': value}}|)"),
        inner.map(lambda text: f"{text}.$keys()"),
        inner.map(lambda text: f"items@$i.({text})"),
        inner.map(lambda text: f"items.price.%.({text})"),
    )


_LEAVES = [
    "value",
    "items",
    "totals",
    "price",
    "budgetData",
    "$",
    "$$",
    "$x",
    "*",
    "**",
    "(1)",
    "$y",
    "$x.budgetData",
    "tags",
]


EXPRESSIONS = st.recursive(st.sampled_from(_LEAVES), _nested, max_leaves=6)


def _outcome(source: str, order: dict[str, Any]) -> Any:
    """The value, or the code of the error, as text: functions compare by being one."""
    try:
        return repr(compile(source).evaluate(order))
    except JSONataError as error:
        return error.code


@given(EXPRESSIONS, st.sampled_from([None, {}, {"value": 8}, [1], {"items": {"price": 4}}]))
def test_what_is_not_read_does_not_matter(source: str, other: Any) -> None:
    found = analyse(parse(source))
    if not found.may_read("budgetData"):
        changed = {**copy.deepcopy(ORDER), "budgetData": other}
        assert _outcome(source, changed) == _outcome(source, ORDER)
    else:
        assert any(field[0] in "$*" or "budgetData" in field for field in found.fields)
