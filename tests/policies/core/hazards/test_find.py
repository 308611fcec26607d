"""Hazards: what is found, what is left alone, and that each rewrite is good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from placet.jsonata import JSONataError, compile
from placet.policies.core.hazards import HAZARDS, MAX_HAZARDS, find_hazards
from support.jsonata import suite
from support.policies.hazards import CASES as HAZARD_CASES
from support.policies.hazards import MODULES, cases_of, found, sampled_cases

CASES = [case.values for module in MODULES for case in cases_of(module)]
SAMPLE = {
    "orderId": "o",
    "value": 5,
    "items": [{"id": "1", "price": 3, "priceDefinition": {"total": 3}, "tags": ["a"]}],
    "status": "x",
    "isCorporate": True,
    "salesChannel": "1",
    "only": [{"x": 1}],
}
SCHEMA = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": {"type": "integer"},
        "blocked": {"type": "boolean"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "$defs": {
        "line": {
            "allOf": [{"properties": {"price": {"type": "number"}}}],
            "properties": {"parts": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
        }
    },
}
TWO_ITEMS = {
    "value": 5,
    "limit": 2,
    "status": "b",
    "openTextField": {"value": "abc"},
    "items": [
        {"id": "1", "price": 3, "name": "n", "sellerId": "x", "tags": ["x", "y"], "quantity": 1},
        {"id": "2", "price": 300, "name": "a", "sellerId": "y", "tags": ["y"], "quantity": 2},
    ],
    "totals": [{"id": "Items", "value": 303}, {"id": "Shipping", "value": 4}],
}


@pytest.mark.parametrize(("source", "hazards"), cases_of("find"))
def test_hazards_of_an_expression(source: str, hazards: list[Any]) -> None:
    assert found(source) == hazards


@pytest.mark.parametrize(("source", "hazards"), sampled_cases())
def test_hazards_with_a_sample_order(source: str, hazards: list[Any]) -> None:
    assert found(source, sample=SAMPLE) == hazards


@pytest.mark.parametrize(
    ("source", "hazards"),
    [
        ("$not(value > 3)", []),
        ("$not(blocked)", [["H03", "$not(blocked)", "$not(blocked ?? false)"]]),
        ("lines.price > 3", [["H01", "lines.price > 3", "$exists(lines[price > 3])"]]),
        ("$exists(lines.parts.parts[prize > 3])", [
            ["H14", "prize", "$exists(lines.parts.parts[price > 3])"],
        ]),
        ("note = 3", [["H10", "note = 3", "note = '3'"]]),
        ("lnies[0].price > 3", [["H14", "lnies", "lines[0].price > 3"]]),
    ],
)  # fmt: skip
def test_hazards_with_a_schema(source: str, hazards: list[Any]) -> None:
    assert found(source, schema=SCHEMA) == hazards


def test_every_kind_of_hazard_has_a_case() -> None:
    cases = [*CASES, *(case.values for case in sampled_cases())]
    assert {hazard[0] for _, hazards in cases for hazard in hazards} == set(HAZARDS)


def test_every_file_of_cases_is_of_a_module_with_a_test() -> None:
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert {path.stem for path in HAZARD_CASES.glob("*.yaml")} - {"advice", "repairs"} == {*MODULES}
    assert tests >= {*MODULES}


def test_message_says_what_will_happen() -> None:
    (hazard,) = find_hazards(compile("items.price > 200"))
    assert hazard.message == (
        "`items.price` can hold several values: with two or more of them `>` stops with an error "
        "(T2010), and the rule needs a manual review"
    )


@pytest.mark.parametrize(
    ("source", "suggestion"),
    [
        (source, suggestion)
        for source, hazards in CASES
        for code, _, suggestion in hazards
        if suggestion and code in {"H01", "H02", "H03", "H04"}
    ],
)
def test_rewritten_rule_gives_a_truth_value_for_two_items(source: str, suggestion: str) -> None:
    value = compile(suggestion).evaluate(TWO_ITEMS)
    assert type(value) is bool


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        ("items.price > 200", True),
        ("items.price > 400", False),
        ("200 < items.price", True),
        ("items.price < limit", False),
        ("items.price > limit", True),
        ("items.sellerId = 'y'", True),
        ("items.sellerId = 'z'", False),
        ("items.sellerId != 'z'", True),
        ("items.sellerId != 'y'", False),
        ("$not(missing > 3)", True),
        ("status = 'a' or 'b'", True),
        ("$sum(items.(price * quantity)) = 603", True),
    ],
)
def test_rewritten_rule_does_what_was_meant(source: str, fires: bool) -> None:
    (hazard,) = find_hazards(compile(source))
    assert hazard.suggestion is not None
    assert compile(hazard.suggestion).evaluate(TWO_ITEMS) is fires


def _compiled(source: str) -> Any:
    try:
        return compile(source)
    except JSONataError:
        return None


@pytest.mark.skipif(not suite.SUITE.exists(), reason="the official cases are not here")
def test_any_expression_can_be_searched_and_its_rewrites_compile() -> None:
    for _, _, case in suite.cases():
        expression = _compiled(case["expr"])
        if expression is None:
            continue
        for hazard in find_hazards(expression, sample=case.get("data")):
            assert 0 <= hazard.start < hazard.end <= len(expression.source)
            assert hazard.suggestion is None or _compiled(hazard.suggestion)


@pytest.mark.parametrize(
    "source",
    ["a" + " or a" * 499, "(" * 140 + "a" + ")" * 140, "[a." * 70 + "b" + "]" * 70 + " = 1"],
    ids=["operators", "parentheses", "arrays"],
)
def test_long_and_deep_expressions_are_searched(source: str) -> None:
    assert find_hazards(compile(source)) == []


@pytest.mark.parametrize("source", ["a" + " ~> $f" * 499, "f" + "()" * 400], ids=["pipes", "calls"])
def test_chains_that_are_too_long_to_search_do_no_harm(source: str) -> None:
    assert all(hazard.code == "H06" for hazard in find_hazards(compile(source)))


def test_a_hazard_is_shown_in_its_line() -> None:
    source = "value > 1 and\n  items.price > 2"
    [hazard] = find_hazards(compile(source))
    first, *lines = hazard.render(source).split("\n")
    assert first == f"2:3: H01: {hazard.message}"
    assert lines[:2] == ["  items.price > 2", "  " + "^" * 15]
    assert "\n".join(lines[2:]) == f"write: {hazard.suggestion}"


def test_a_hazard_without_a_suggestion_ends_with_its_line() -> None:
    [hazard] = find_hazards(compile("'yes'"))
    assert hazard.render("'yes'").split("\n")[1:] == ["'yes'", "^^^^^"]


def test_effort_bounds_the_suggestions_and_not_the_hazards() -> None:
    expression = compile("items.price > 1 or items.price > 2")
    first, second = find_hazards(expression)
    assert first.suggestion == "$exists(items[price > 1]) or $exists(items[price > 2])"
    assert first.suggestion == second.suggestion
    bare = [replace(first, suggestion=None), replace(second, suggestion=None)]
    assert find_hazards(expression, effort=len(expression.source)) == bare
    assert find_hazards(expression, effort=0) == bare


def test_no_more_hazards_are_told_than_anyone_reads() -> None:
    expression = compile(" or ".join(["items.price > 1"] * (MAX_HAZARDS + 50)))
    found = find_hazards(expression, effort=0)
    assert [hazard.start for hazard in found] == sorted(hazard.start for hazard in found)
    assert len(found) == MAX_HAZARDS


@pytest.mark.parametrize(
    "source",
    [
        "($b := items.price > 100; $b := $b; $b)",
        "($b := items.price > 100; $b := value > 5 ? $b : false; $b)",
    ],
)
def test_a_variable_that_is_made_of_itself_is_searched(source: str) -> None:
    assert [hazard.code for hazard in find_hazards(compile(source))] == ["H01"]
