"""`placet check`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.conftest import EXAMPLES, RULE, Placet

MISTAKES = Path(__file__).with_name("mistakes.yaml")
FOUND = [
    "3:16 value",
    "9:13 unknown-unit",
    "10:15 type",
    "11:32 type",
    "15:9 unknown-key",
    "18:32 expression",
    "20:25 value",
    "21:42 score-interval",
    "23:19 group-order",
    "26:40 expression",
    "40:21 value",
]
WARNED = """
account: globex
dimensions:
  - name: Purchasing
    priority: 1
    requireAllRulesAcceptance: false
    ruleCollection:
      - name: Anyone decides
        priority: 1
        trigger: {condition: {expression: value > 1}, effect: {effectType: workflow}}
        scoreInterval: {accept: 10, deny: 5}
"""


def test_the_examples_have_no_problems(placet: Placet) -> None:
    result = placet("check", EXAMPLES)
    assert result.code == 0
    assert result.out.startswith("3 rule files: no problems (")
    assert result.err == ""


def test_every_mistake_is_listed_with_its_place_and_line(placet: Placet) -> None:
    result = placet("check", MISTAKES)
    assert result.code == 1
    lines = result.out.splitlines()
    listed = [line for line in lines if line.startswith(str(MISTAKES))]
    places = [line.removeprefix(f"{MISTAKES}:").partition(": ")[0] for line in listed]
    codes = [line.rpartition("[")[2].rstrip("]") for line in listed]
    assert [f"{place} {code}" for place, code in zip(places, codes, strict=True)] == FOUND
    assert lines[-1] == "1 rule file: 11 errors"
    shown = lines.index(next(line for line in listed if ":15:9:" in line))
    assert lines[shown + 1 : shown + 3] == ["   15 |         triger: {}", "      |         ^"]


def test_json_holds_every_problem(placet: Placet) -> None:
    result = placet("check", MISTAKES, "--json")
    document = json.loads(result.out)
    assert result.code == 1
    assert (document["errors"], document["warnings"]) == (11, 0)
    assert document["files"] == [str(MISTAKES)]
    first = document["problems"][0]
    assert {**first, "message": ""} == {
        "file": str(MISTAKES),
        "line": 3,
        "column": 16,
        "severity": "error",
        "code": "value",
        "message": "",
    }


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_warnings_fail_only_a_strict_check(placet: Placet, options: list[str], code: int) -> None:
    result = placet("check", "-", *options, stdin=WARNED)
    assert result.code == code
    assert "<stdin>:8:15: warning: " in result.out
    assert result.out.endswith("1 rule file: 1 warning\n")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "encoding"),
        (b"- just\n- a list\n", "type"),
        (b"account: [", "syntax"),
        (b"a: " + b"x" * 5_000_001, "too-large"),
        (b"[" * 100_000, "too-deep"),
        (b"account: *x\n", "alias"),
    ],
)
def test_what_is_no_rule_file_is_one_problem(placet: Placet, content: bytes, code: str) -> None:
    result = placet("check", "-", stdin=content)
    assert result.code == 1
    assert f"[{code}]" in result.out
    assert len(result.out) < 1_000


def test_all_files_are_checked_although_one_cannot_be_read(placet: Placet, rules: Path) -> None:
    result = placet("check", "missing.yaml", rules)
    assert result.code == 2
    assert "missing.yaml:1:1: error: `missing.yaml` cannot be read: no such file" in result.out
    assert "2 rule files: 1 error" in result.out


def test_control_characters_do_not_reach_the_terminal(placet: Placet) -> None:
    result = placet("check", "-", stdin='account: x\n"\\e[31mkey": 1\ndimensions: []\n')
    assert "\x1b" not in result.out
    assert result.code == 1


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("{spendingCheck: order.value >}", "expression"),
        ("{spendingCheck: {expression: order.value >}}", "expression"),
        ("{spendingCheck: {expresion: 'true'}}", "unknown-key"),
        ("{spendingCheck: [1]}", "value"),
        ("{spendingCheck: {description: text}}", "missing-key"),
        ("{unknownUnit: acepted}", "value"),
        ("{ordersWithoutUnits: pending}", "unknown-key"),
    ],
)
def test_settings_that_cannot_be_are_one_problem(placet: Placet, settings: str, code: str) -> None:
    text = f"account: acme\nsettings: {settings}\ndimensions: []\n"
    result = placet("check", "-", "--json", stdin=text)
    [problem] = json.loads(result.out)["problems"]
    assert (result.code, problem["code"], problem["line"]) == (1, code, 2), problem


def test_settings_that_can_be_are_none(placet: Placet) -> None:
    for check in ("$count(spending) > 0", "{expression: $count(spending) > 0, description: any}"):
        text = (
            f"account: acme\nsettings:\n  spendingCheck: {check}\n  unknownUnit: pending\n"
            "  ordersWithoutUnit: accepted\ndimensions: []\n"
        )
        result = placet("check", "-", "--strict", stdin=text)
        assert (result.code, result.out) == (0, "1 rule file: no problems\n")


@pytest.mark.parametrize(
    ("settings", "unit", "warnings"),
    [
        ("ordersWithoutUnit: accepted", "unitId: acme", 1),
        ("ordersWithoutUnit: accepted, unknownUnit: accepted", "unitId: acme", 2),
        ("ordersWithoutUnit: accepted, unknownUnit: accepted", "shouldSimulate: false", 0),
        ("ordersWithoutUnit: pending, unknownUnit: refused", "unitId: acme", 0),
    ],
)
def test_rules_that_a_slip_escapes_are_warned_of(
    placet: Placet, settings: str, unit: str, warnings: int
) -> None:
    text = (
        f"account: acme\nunits: [{{id: acme, name: Acme}}]\nsettings: {{{settings}}}\ndimensions:\n"
        f"  - {{name: All, {unit}, priority: 1, requireAllRulesAcceptance: true,"
        " ruleCollection: []}\n"
    )
    result = placet("check", "-", "--strict", "--json", stdin=text)
    assert result.code == (1 if warnings else 0)
    found = [item["code"] for item in json.loads(result.out)["problems"]]
    assert found == ["no-unit"] * warnings


def test_rules_and_orders_cannot_both_be_standard_input(placet: Placet) -> None:
    assert placet("check", "-", "--orders", "-").code == 2


def test_a_note_is_told_and_never_counts(placet: Placet) -> None:
    usual = "$exists(budgetData.budgets.**.allocations[balance.remaining < 0])"
    Path("rules.yaml").write_text(RULE.replace("EXPRESSION", usual), "utf-8")
    result = placet("check", "rules.yaml", "--strict")
    assert result.code == 0
    assert "rules.yaml:9:44: note: " in result.out
    both = "$exists(budgetData.budgets[balance.remaining < 0]) or "
    assert f"; write `{both}$exists(budgetData.budgets.allocations[balance" in result.out
    assert result.out.endswith("1 rule file: 1 note\n")


@pytest.mark.parametrize(
    ("written", "advised"),
    [
        ("{condition: {expression: $max([1, years]) > 2}, effect: {effectType: deny}}", True),
        ("{condition: {expression: 'a' in items.tags}, effect: {effectType: deny}}", True),
        ("{condition: {description: a, b: c: d}}", False),
    ],
)
def test_an_expression_that_yaml_cannot_read_needs_quotes(
    placet: Placet, written: str, advised: bool
) -> None:
    text = re.sub(r"trigger: .*", lambda _: f"trigger: {written}", RULE)
    result = placet("check", "-", stdin=text)
    assert result.code == 1
    assert "[syntax]" in result.out
    assert ("put the expression in quotes" in result.out) is advised
