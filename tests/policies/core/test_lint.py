"""What is probably not meant in a rule file is a warning in its place."""

from __future__ import annotations

import json

import pytest
import yaml

from placet.kit.text.located import Severity
from placet.policies.core.rule_file import load_rule_file
from support.policies.rule_file import FILES, GOOD, RULE, problems

HAZARDOUS = FILES / "hazardous_expressions.yaml"


def test_a_workflow_without_authorizers_is_only_a_warning() -> None:
    rule_file, found = load_rule_file(GOOD.replace("deny}", "workflow}", 1), "rules.yaml")
    assert [(item.code, item.severity) for item in found] == [("no-authorizers", "warning")]
    assert rule_file is not None


def test_a_bypass_where_all_rules_must_be_accepted_is_a_warning() -> None:
    text = GOOD.replace("Acceptance: false", "Acceptance: true").replace("deny}", "bypass}", 1)
    assert [item.code for item in problems(text)] == ["bypass-without-effect"]


@pytest.mark.parametrize(
    ("expression", "found"),
    yaml.safe_load(HAZARDOUS.read_text("utf-8")).items(),
)
def test_a_hazard_is_a_warning_in_its_place(expression: str, found: list[str]) -> None:
    text = GOOD.replace("expression: value > 1}", f"expression: {json.dumps(expression)}}}")
    assert text != GOOD
    [line] = [line for line in text.splitlines() if "expression:" in line]
    start = line.index(json.dumps(expression)) + 2
    told = problems(text)
    assert {problem.severity for problem in told} <= {Severity.WARNING}
    assert [f"{item.column - start} {item.code}" for item in told] == found


def test_a_hazard_is_told_with_what_to_write() -> None:
    [problem] = problems(GOOD.replace("value > 1}", "value > 1 and items.price > 2}"))
    assert problem.message.endswith("; write `value > 1 and $exists(items[price > 2])`")


def test_a_long_rewrite_is_left_out() -> None:
    expression = "items.price > 2 and " + " and ".join(["value > 1"] * 30)
    [problem] = problems(GOOD.replace("value > 1}", f"{expression}}}"))
    assert (problem.code, "write" in problem.message) == ("H01", False)


def test_a_rewrite_is_on_one_line() -> None:
    block = "|\n              value > 1 and\n              items.price > 2\n          "
    text = GOOD.replace("{expression: value > 1}", f"\n            expression: {block}")
    [problem] = problems(text)
    assert text.splitlines()[problem.line - 1][problem.column - 1 :] == "items.price > 2"
    assert problem.message.endswith("; write `value > 1 and $exists(items[price > 2])`")


def test_warnings_leave_a_file_usable_however_many_there_are() -> None:
    hazardous = " or ".join(["items.price > 2"] * 40)
    rules = "".join(
        RULE.replace("Cap", f"Cap {number}")
        .replace("priority: 1", f"priority: {number}")
        .replace("value > 1", hazardous)
        for number in range(1, 31)
    )
    rule_file, found = load_rule_file(GOOD.replace(RULE, rules), "rules.yaml")
    assert rule_file is not None
    assert {problem.severity for problem in found} == {Severity.WARNING}
    assert found[-1].code == "more"
