"""`placet check`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.conftest import EXAMPLES, Placet

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


def test_folders_are_searched_for_what_looks_like_rules(placet: Placet, tmp_path: Path) -> None:
    hidden = tmp_path / ".git"
    deep = tmp_path / "a" / "b"
    for folder in (hidden, deep):
        folder.mkdir(parents=True)
        (folder / "rules.yml").write_text("dimensions: [", "utf-8")
    (tmp_path / "order.json").write_text('{"orderId": "1"}', "utf-8")
    (tmp_path / "notes.txt").write_text("account: no", "utf-8")
    result = placet("check", ".", "--json")
    assert json.loads(result.out)["files"] == ["./a/b/rules.yml"]


def test_a_folder_without_rules_is_wrong_use(placet: Placet) -> None:
    result = placet("check", ".")
    assert (result.code, result.err) == (2, "Error: there is no rule file in `.`\n")


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


RULE = """account: globex
dimensions:
  - name: Purchasing
    priority: 1
    requireAllRulesAcceptance: false
    ruleCollection:
      - name: Cap
        priority: 1
        trigger: {condition: {expression: "EXPRESSION"}, effect: {effectType: deny}}
        scoreInterval: {accept: 10, deny: 5}
"""
ORDER = {
    "orderId": "GX-1",
    "value": 735000,
    "status": "pending",
    "client": {"email": "ana@acme.com"},
    "items": [{"sku": "A", "price": 150, "gift": True}, {"sku": "B", "price": 50}],
}


def _codes(placet: Placet, expression: str, *options: object, stdin: str = "") -> list[str]:
    """The codes of what `check --json` says of a rule with this expression."""
    Path("rules.yaml").write_text(RULE.replace("EXPRESSION", expression), "utf-8")
    result = placet("check", "rules.yaml", *options, "--json", stdin=stdin)
    return [problem["code"] for problem in json.loads(result.out)["problems"]]


@pytest.mark.parametrize(
    ("expression", "alone", "by_orders"),
    [
        ("order.value > 5", ["H18"], ["H18"]),
        ("clientProfileData.email = 'x'", [], ["H18"]),
        ("client.emial = 'x'", [], ["H14"]),
        ("$sum(items.gift) > 1", [], ["H17"]),
        ("client.email > 5", [], ["H10"]),
        ("status = 'Pending'", [], ["H22"]),
        ("price > 100", [], ["H18"]),
        ("client.email = 'ana@acme.com'", [], []),
        ("$exists(approvedBy)", [], []),
        ("budgetData.budgets[0].balance.remaining < 0", [], []),
        ("openTextField.value = 'x'", [], []),
    ],
)
@pytest.mark.parametrize("form", ["json", "list", "lines", "submission", "folder", "stdin"])
def test_rules_are_judged_by_the_orders_at_hand(
    placet: Placet, expression: str, alone: list[str], by_orders: list[str], form: str
) -> None:
    assert _codes(placet, expression) == alone
    texts = {
        "json": json.dumps(ORDER, indent=2),
        "list": json.dumps([ORDER, ORDER]),
        "lines": f"{json.dumps(ORDER)}\n\n{json.dumps(ORDER)}\n",
        "submission": json.dumps({"order": ORDER, "unitId": "u"}),
        "folder": json.dumps(ORDER),
        "stdin": json.dumps(ORDER),
    }
    Path("seen").mkdir()
    Path("seen/1.json").write_text(texts[form], "utf-8")
    name = {"folder": "seen", "stdin": "-"}.get(form, "seen/1.json")
    assert _codes(placet, expression, "--orders", name, stdin=texts[form]) == by_orders


def test_orders_in_the_folder_beside_the_rules_are_at_hand(placet: Placet) -> None:
    Path("orders").mkdir()
    Path("orders/1.json").write_text(json.dumps(ORDER), "utf-8")
    Path("orders/broken.json").write_text("{", "utf-8")
    assert _codes(placet, "clientProfileData.email = 'x'") == ["H18"]
    assert _codes(placet, "client.email = 'x'") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "the orders in `orders.ndjson` cannot be used: it is not JSON"),
        (
            '{"orderId": "1"}\n{"orderId"',
            "line 2 of `orders.ndjson` holds no order: it is not JSON",
        ),
        ("5", "`orders.ndjson` holds no order: an order is a JSON object"),
    ],
)
def test_orders_that_are_none_are_refused(placet: Placet, content: str, message: str) -> None:
    Path("orders.ndjson").write_text(content, "utf-8")
    Path("rules.yaml").write_text(RULE.replace("EXPRESSION", "true"), "utf-8")
    result = placet("check", "rules.yaml", "--orders", "orders.ndjson")
    assert result.code == 2
    assert message in result.err


@pytest.mark.parametrize("name", ["missing.json", "empty"])
def test_orders_that_are_not_there_are_refused(placet: Placet, name: str) -> None:
    Path("empty").mkdir()
    Path("rules.yaml").write_text(RULE.replace("EXPRESSION", "true"), "utf-8")
    result = placet("check", "rules.yaml", "--orders", name, "--json")
    assert result.code == 2
    assert json.loads(result.out)["code"] == "invalid-request"


def test_rules_and_orders_cannot_both_be_standard_input(placet: Placet) -> None:
    assert placet("check", "-", "--orders", "-").code == 2


def test_the_summary_says_how_many_orders_were_looked_at(placet: Placet) -> None:
    Path("rules.yaml").write_text(RULE.replace("EXPRESSION", "value > 5"), "utf-8")
    Path("orders.ndjson").write_text(f"{json.dumps(ORDER)}\n" * 3, "utf-8")
    result = placet("check", "rules.yaml", "--orders", "orders.ndjson", "--strict")
    assert result.code == 0
    assert result.out == "1 rule file: no problems (judged by 3 orders)\n"


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
