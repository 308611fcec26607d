"""What either generator takes, paths, objects and calls, means the same."""

from __future__ import annotations

import pytest

from jsonata.agreement import disagreements
from placet.jsonata import compile
from support.jsonata.meaning import INPUT


@pytest.mark.parametrize(
    "source",
    [
        "objs.p",
        "objs[p > 1].q",
        "objs@$x.$x.p",
        "objs#$i.[$i]",
        "$sum(objs.p)",
        "($sum := $count; $sum(objs.p))",
        "$map(list, $string)",
        "{'a': objs.p, s: 1}",
        "objs{$string(p): q}",
        "a.b.c.%.c",
    ],
)
def test_both_ways_give_the_same(source: str) -> None:
    assert not disagreements(compile(source), INPUT)
