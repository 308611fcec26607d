"""What people found wrong, each with its kind: cases/reported.yaml, by every way to evaluate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from jsonata.agreement import NOW, disagreements, typed
from jsonata.generated import SHOP
from placet.jsonata import UNDEFINED, JSONataError, compile

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "reported.yaml").read_text("utf-8"))
TABLE = [
    pytest.param(case, id=f"{group}: {case['expression']}")
    for group, cases in CASES.items()
    for case in cases
]


@pytest.mark.parametrize("case", TABLE)
def test_reported_expression_has_its_value(case: dict[str, Any]) -> None:
    expression = compile(case["expression"])
    if "error" in case:
        with pytest.raises(JSONataError) as caught:
            expression.evaluate(SHOP, now=NOW)
        assert caught.value.code == case["error"]
    else:
        wanted = json.loads(case["value"]) if "value" in case else UNDEFINED
        assert typed(expression.evaluate(SHOP, now=NOW)) == typed(wanted)
    assert not disagreements(expression, SHOP)


def test_result_with_a_gap_that_is_too_deep_is_an_error() -> None:
    deep: Any = None
    for _ in range(3_000):
        deep = [deep]
    expression = compile("[$match('b', /(a)|(b)/), $]")
    with pytest.raises(JSONataError) as caught:
        expression.evaluate({"deep": deep})
    assert caught.value.code == "U1001"
    explained = expression.explain({"deep": deep}).error
    assert explained is not None
    assert explained.code == "U1001"
    assert compile("$").evaluate({"deep": deep})


def test_result_is_json_where_a_group_took_no_part() -> None:
    for source in ("$match('b', /(a)|(b)/)", "[[$match('b', /(a)|(b)/).groups]]"):
        expression = compile(source)
        for value in (expression.evaluate(None), expression.explain(None).value):
            assert '[null, "b"]' in json.dumps(value)
        assert '[null, "b"]' in json.dumps(expression.explain(None).to_document())
        assert expression.explain(None).render()
