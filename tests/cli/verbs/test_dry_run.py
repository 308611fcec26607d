"""`placet dry-run`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from cli.conftest import EXAMPLES, KEYS, ORDERS, Placet


def expectations() -> list[object]:
    return [
        pytest.param(folder.name, told, id=f"{folder.name}: {told['order']}, {told.get('unit')}")
        for folder in sorted(path for path in EXAMPLES.iterdir() if path.is_dir())
        for told in yaml.safe_load((folder / "expected.yaml").read_text("utf-8"))
    ]


@pytest.mark.parametrize(("example", "told"), expectations())
def test_an_example_order_is_decided_as_it_says(
    placet: Placet, example: str, told: dict[str, str]
) -> None:
    order = EXAMPLES / example / "orders" / told["order"]
    unit = ["--unit", told["unit"]] if "unit" in told else []
    result = placet("dry-run", EXAMPLES / example / "rules.yaml", "--order", order, *unit, "--json")
    document = json.loads(result.out)
    assert (result.code, result.err) == (0, "")
    assert list(document) == KEYS
    assert document["outcome"] == told["outcome"]
    assert document["reason"] == told.get("reason", document["reason"])


def test_people_see_outcome_reason_and_every_rule(placet: Placet, rules: Path) -> None:
    result = placet("dry-run", rules, "--order", ORDERS / "above-cap.json")
    lines = result.out.splitlines()
    assert result.code == 0
    assert lines[1] == "outcome  denied"
    assert "denied by rule `Order cap` of `" in lines[2]
    rows = [" ".join(line.split()) for line in lines[6:]]
    assert [row.split("order", 1)[-1] for row in rows[:1]] != []
    assert "Order cap deny true denied value 5460000 is above 5000000" in rows[1]
    assert "Large order workflow not reached rule `Order cap` decided before it" in rows[3]


@pytest.mark.parametrize(
    "late",
    ["$fromMillis($millis()) >= '2027-01-01'", "$toMillis('00:00', '[H]:[m]') >= 1798761600000"],
)
def test_the_clock_can_be_set(placet: Placet, rules: Path, late: str) -> None:
    rules.write_text(rules.read_text("utf-8").replace("value > 5000000", late), "utf-8")
    order = ORDERS / "ordinary.json"
    outcomes = [
        json.loads(placet("dry-run", rules, "--order", order, "--at", at, "--json").out)["outcome"]
        for at in ("2026-12-31T23:59:59Z", "2027-01-01", "2027-01-01T00:30+01:00")
    ]
    assert outcomes == ["accepted", "denied", "accepted"]


def test_an_order_may_be_a_whole_submission_from_standard_input(placet: Placet) -> None:
    rules = EXAMPLES / "unit-hierarchy" / "rules.yaml"
    order = json.loads((rules.parent / "orders" / "lab-equipment.json").read_text("utf-8"))
    submission = json.dumps({"order": order, "unitId": "lab"})
    result = placet("dry-run", rules, "--order", "-", "--json", stdin=submission)
    assert json.loads(result.out)["outcome"] == "pending"
    assert json.loads(result.out)["unitId"] == "lab"


def test_a_failing_expression_is_shown_with_its_place(placet: Placet, rules: Path) -> None:
    text = rules.read_text("utf-8")
    text = text.replace("expression: value > 500000\n", "expression: items.price > 500000\n")
    rules.write_text(text, "utf-8")
    order = {"orderId": "o-1", "items": [{"price": 1}, {"price": 2}]}
    result = placet("dry-run", rules, "--order", "-", stdin=json.dumps(order))
    assert result.code == 0
    [shown] = result.out.split("\n\n")[2:]
    name, message, line, mark, hint = shown.splitlines()
    assert name == "Large order"
    assert message == "1:13: T2010: `>` compares numbers or strings, found an array of 2"
    assert (line, mark) == ("items.price > 500000", " " * 12 + "^")
    assert hint.startswith("hint: ")


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (["rules.yaml"], "", "give either --order with one order or --orders with many"),
        (["rules.yaml", "--order", "-", "--orders", "-"], "", "give either --order"),
        (["-", "--order", "-"], "", "only one of the two files can be standard input"),
        (["none.yaml", "--order", "-"], "{}", "`none.yaml` cannot be read: no such file"),
        (["rules.yaml", "--order", "none.json"], "", "`none.json` cannot be read"),
        (["rules.yaml", "--order", "-"], "", "the order in `-` cannot be used: it is not JSON"),
        (["rules.yaml", "--order", "-"], "[]", "an order must be a JSON object"),
        (["rules.yaml", "--order", "-"], "{}", "`order.orderId` must be a string"),
        (["rules.yaml", "--order", "-"], '{"orderId": "1", "value": NaN}', "it is not JSON"),
        (["rules.yaml", "--order", "-", "--at", "noon"], "{}", "`noon` is no time"),
        (["rules.yaml", "--order", "."], "", "`.` cannot be read: is a directory"),
        (["rules.yaml", "--order", "-"], '{"orderId": "1", "a": ' + "[" * 500, "it is not JSON"),
    ],
)
def test_bad_input_is_one_sentence_and_code_2(
    placet: Placet, rules: Path, arguments: list[str], stdin: str, sentence: str
) -> None:
    assert rules.name == "rules.yaml"
    result = placet("dry-run", *arguments, stdin=stdin)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Error: ")
    assert sentence in result.err
    assert result.err.count("\n") == 1


def test_a_rule_file_with_errors_decides_nothing(placet: Placet) -> None:
    mistakes = Path(__file__).with_name("mistakes.yaml")
    result = placet("dry-run", mistakes, "--order", ORDERS / "small.json")
    assert (result.code, result.out) == (2, "")
    assert "mistakes.yaml:15:9: error: unknown key `triger`" in result.err
    assert "mistakes.yaml` has 11 errors" in result.err


@pytest.mark.parametrize("option", ["--order", "--orders"])
def test_rules_are_judged_by_the_orders_to_decide(
    placet: Placet, rules: Path, tmp_path: Path, option: str
) -> None:
    text = rules.read_text("utf-8").replace("value <= 10000", "client.emial = 'x'")
    rules.write_text(text, "utf-8")
    file = tmp_path / "seen.ndjson"
    file.write_text('{"orderId": "1", "value": 5, "client": {"email": "x"}}\n', "utf-8")
    result = placet("dry-run", rules, option, file)
    assert result.code == 0
    assert "did you mean `email`?" in result.err


def test_what_one_order_lacks_may_be_in_others(placet: Placet, rules: Path, tmp_path: Path) -> None:
    text = rules.read_text("utf-8").replace("value <= 10000", "client.email = 'x'")
    rules.write_text(text, "utf-8")
    file = tmp_path / "order.json"
    file.write_text('{"orderId": "1", "value": 5}', "utf-8")
    result = placet("dry-run", rules, "--order", file)
    assert (result.code, result.err) == (0, "")
