"""`placet eval`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Placet
from placet.jsonata import JSONataError, compile

CASES = [
    ("1 + 1", 2),
    ("items[price > 2].sku", ["b", "c"]),
    ('"ü" & "x"', "üx"),
    ("{'a': [1, 2]}", {"a": [1, 2]}),
    ("null", None),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_the_value_is_printed_as_json(placet: Placet, expression: str, value: object) -> None:
    items = [{"sku": "a", "price": 1}, {"sku": "b", "price": 3}, {"sku": "c", "price": 4}]
    result = placet("eval", expression, "--data", "-", stdin=json.dumps({"items": items}))
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == value


def test_undefined_prints_nothing(placet: Placet) -> None:
    result = placet("eval", "missing")
    assert (result.code, result.out, result.err) == (0, "", "undefined\n")


def test_the_clock_can_be_set(placet: Placet) -> None:
    assert placet("eval", "$now()", "--at", "2026-11-20").out == '"2026-11-20T00:00:00.000Z"\n'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$millis() > $toMillis('18:00', '[H01]:[m01]')", "true"),
        ("$fromMillis($toMillis('18:00', '[H01]:[m01]'))", '"2025-03-14T18:00:00.000Z"'),
        ("'14/07' ~> $toMillis('[D01]/[M01]') ~> $fromMillis()", '"2025-07-14T00:00:00.000Z"'),
    ],
)
def test_the_explained_value_is_that_of_the_same_clock(
    placet: Placet, expression: str, value: str
) -> None:
    at = ("--at", "2025-03-14T20:00:00Z")
    assert placet("eval", expression, *at).out == f"{value}\n"
    explained = placet("eval", expression, *at, "--explain").out
    assert explained.splitlines()[0].endswith(f"→ {value}")


@pytest.mark.parametrize(
    ("expression", "sentences"),
    [
        ("value >> 1", ["S0211", "^"]),
        ("'a' * 2", ["T2001"]),
        ("($f := function($n) { 1 + $f($n) }; $f(1))", ["U1001"]),
        ("$sum", ["the value is a function"]),
        ("[$sum]", ["JSON cannot show"]),
    ],
)
def test_a_failing_expression_is_told_and_code_1(
    placet: Placet, expression: str, sentences: list[str]
) -> None:
    result = placet("eval", expression)
    assert (result.code, result.out) == (1, "")
    for sentence in sentences:
        assert sentence in result.err


ORDER = json.dumps({"value": 5, "items": [{"price": 1}, {"price": 3}]})


@pytest.mark.parametrize("expression", ["items.price > 2", "value >\n > 2"])
def test_a_fault_is_shown_in_its_line(placet: Placet, expression: str) -> None:
    with pytest.raises(JSONataError) as raised:
        compile(expression).evaluate(json.loads(ORDER))
    result = placet("eval", expression, "--data", "-", stdin=ORDER)
    assert (result.code, result.out) == (1, "")
    assert result.err == f"Error: {raised.value.attach(expression).render()}\n"


def test_every_part_is_explained(placet: Placet) -> None:
    result = placet("eval", "value > 2 or items", "--data", "-", "--explain", stdin=ORDER)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "value > 2 or items → true",
        "  value > 2 → true",
        "    value → 5",
        "  items → not evaluated, the left operand settles it",
    ]


def test_a_failure_is_explained_and_code_1(placet: Placet) -> None:
    result = placet("eval", "items.price > 2", "--data", "-", "--explain", stdin=ORDER)
    assert (result.code, result.out.splitlines()[1]) == (1, "  items.price → [1,3]")
    assert result.err.startswith("Error: 1:13: T2010: ")


def test_an_explanation_can_be_json(placet: Placet) -> None:
    result = placet("eval", "value", "--data", "-", "--explain", "--json", stdin=ORDER)
    document = json.loads(result.out)
    assert (document["source"], document["value"]) == ("value", 5)


def test_an_analysis_tells_what_is_read_and_what_is_hazardous(placet: Placet) -> None:
    result = placet("eval", "items.price > $least", "--analyse")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert [line.split("  ", 1)[1].strip() for line in lines[:6]] == [
        "items.price", "$least", "none", "no", "no", "yes",
    ]  # fmt: skip
    assert lines[7] == "hazards as a rule's condition:"
    assert lines[8].startswith("1:1: H01: `items.price` can hold several values")
    assert lines[9:11] == ["items.price > $least", "^^^^^^^^^^^^^^^^^^^^"]
    assert lines[11] == "write: $max(items.price) > $least"


def test_a_sound_expression_has_no_hazards(placet: Placet) -> None:
    assert "\nno hazards as a rule's condition\n" in placet("eval", "value > 2", "--analyse").out


def test_an_analysis_can_be_json(placet: Placet) -> None:
    document = json.loads(placet("eval", "$now() > limit", "--analyse", "--json").out)
    assert document == {
        "fields": ["limit"],
        "variables": [],
        "functions": ["now"],
        "readsBudgetData": False,
        "dependsOnTime": True,
        "isDeterministic": True,
        "hazards": [],
    }


def test_hazards_are_judged_by_the_order_that_is_given(placet: Placet) -> None:
    result = placet("eval", "vlue > 2", "--analyse", "--json", "--data", "-", stdin=ORDER)
    assert [hazard["code"] for hazard in json.loads(result.out)["hazards"]] == ["H14"]


@pytest.mark.parametrize(
    ("expression", "code", "suggestion"),
    [
        ("value >> 1", "S0211", None),
        ("value == 5", "S0211", "value = 5"),
        ("items.price > 2", "T2010", None),
        ("$sum(items.sku)", "T0412", None),
    ],
)
def test_an_error_can_be_json(
    placet: Placet, expression: str, code: str, suggestion: str | None
) -> None:
    order = json.dumps({"value": 5, "items": [{"price": 1, "sku": 5}, {"price": 3, "sku": "B"}]})
    result = placet("eval", expression, "--data", "-", "--json", stdin=order)
    document = json.loads(result.out)
    assert result.code == 1
    assert result.err.startswith("Error: ")
    assert (document["code"], document["suggestion"]) == (code, suggestion)
    assert document["error"] in result.err
    assert (document["line"], document["column"] > 0) == (1, True)


def test_a_value_that_is_no_json_is_an_error_as_json(placet: Placet) -> None:
    result = placet("eval", "$sum", "--json")
    assert json.loads(result.out)["code"] == "no-json"


def test_bad_data_is_an_error_as_json(placet: Placet) -> None:
    result = placet("eval", "1", "--data", "-", "--json", stdin="{")
    assert result.code == 2
    assert json.loads(result.out)["code"] == "invalid-request"


def test_an_explanation_of_a_failure_is_one_json_document(placet: Placet) -> None:
    result = placet("eval", "items.price > 2", "--data", "-", "--explain", "--json", stdin=ORDER)
    assert json.loads(result.out)["error"]["code"] == "T2010"


def test_how_another_language_s_expression_is_written_is_told(placet: Placet) -> None:
    result = placet("eval", "value > 1 && value < 5")
    assert result.err.endswith(
        "hint: the language writes `&&` as `and`\nwrite: value > 1 and value < 5\n"
    )


def test_only_one_of_two_questions_can_be_asked(placet: Placet) -> None:
    result = placet("eval", "1", "--analyse", "--explain")
    assert (result.code, result.err) == (2, "Error: give either --explain or --analyse\n")


def test_control_characters_do_not_reach_the_terminal(placet: Placet) -> None:
    for expression in ("'\x1b' \x1b", "$match('\x1b[31m', 1)", "`\x1b` > 2"):
        for option in ((), ("--explain",), ("--analyse",)):
            result = placet("eval", expression, *option)
            assert "\x1b" not in result.out + result.err


def test_bad_data_is_code_2(placet: Placet) -> None:
    result = placet("eval", "1", "--data", "-", stdin="{")
    assert result.code == 2
    assert result.err.startswith("Error: the data in `-` cannot be used: it is not JSON")
