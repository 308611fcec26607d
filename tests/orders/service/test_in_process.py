"""Decisions in one's own process, as `import placet` offers them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import placet
from support.project import ROOT

EXAMPLES = ROOT / "rules"
CASES = [
    (folder.name, told)
    for folder in sorted(path for path in EXAMPLES.iterdir() if path.is_dir())
    for told in yaml.safe_load((folder / "expected.yaml").read_text("utf-8"))
]
WHO = """
account: acme
dimensions:
  - name: Spend
    priority: 1
    requireAllRulesAcceptance: false
    ruleCollection:
      - name: Christmas
        priority: 1
        trigger:
          condition: {expression: '$substring($now(), 5, 5) = "12-24"'}
          effect: {effectType: deny}
        scoreInterval: {accept: 10, deny: 5}
      - name: In turn
        priority: 2
        trigger:
          condition: {expression: value > 100}
          effect: {effectType: workflow}
        scoreInterval: {accept: 10, deny: 5}
        authorizationData:
          requireAllApprovals: true
          authorizers: [{type: user, id: ann}, {type: Unit, id: board}]
      - name: Anyone
        priority: 3
        trigger:
          condition: {expression: value > 10}
          effect: {effectType: workflow}
        scoreInterval: {accept: 10, deny: 5}
"""


@pytest.mark.parametrize(("example", "told"), CASES)
def test_it_decides_what_the_examples_say(example: str, told: dict[str, Any]) -> None:
    folder = EXAMPLES / example
    given = json.loads((folder / "orders" / told["order"]).read_text("utf-8"))
    order, unit = given.get("order", given), given.get("unitId", told.get("unit"))
    ruling = placet.load_rules(folder / "rules.yaml").decide(order, unit=unit)
    assert ruling.outcome == told["outcome"]
    assert ruling.reason == told.get("reason", ruling.reason)


def test_a_decision_that_waits_says_who_signs() -> None:
    rules = placet.read_rules(WHO)
    [first, second] = rules.decide({"orderId": "o-1", "value": 101}).signers
    assert (first.rule, first.level, first.kind, first.id) == ("In turn", 0, "user", "ann")
    assert (second.level, second.kind, second.id, second.in_turn) == (1, "unit", "board", True)
    [anyone] = rules.decide({"orderId": "o-1", "value": 11}).signers
    assert (anyone.rule, anyone.kind, anyone.id) == ("Anyone", "anyone", None)
    assert rules.decide({"orderId": "o-1", "value": 1}).signers == ()


@pytest.mark.parametrize(
    "now", [datetime(2026, 12, 24, 12, tzinfo=UTC), 1_798_113_600_000], ids=["datetime", "ms"]
)
def test_the_moment_is_the_callers(now: datetime | int) -> None:
    rules, order = placet.read_rules(WHO), {"orderId": "o-1", "value": 1}
    assert rules.decide(order, now=now).outcome is placet.Outcome.DENIED
    assert rules.decide(order, now=0).outcome is placet.Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"order": {}}, "orderId"),
        (
            {"order": {"orderId": "o", "value": 1}, "now": datetime.fromisoformat("2026-01-01")},
            "time zone",
        ),
        ({"order": {"orderId": "o", "value": 1}, "spending": [{"amount": 1}]}, "budgetId"),
        ({"order": {"orderId": "o", "value": 1}, "unit": ""}, "unitId"),
    ],
)
def test_what_is_no_order_is_refused_in_one_sentence(given: dict[str, Any], message: str) -> None:
    with pytest.raises(placet.InvalidRequest, match=message):
        placet.read_rules(WHO).decide(**given)


def test_rules_with_units_refuse_an_order_of_none() -> None:
    text = (EXAMPLES / "unit-hierarchy" / "rules.yaml").read_text("utf-8")
    rules = placet.read_rules(text.replace("unknownUnit: pending", "unknownUnit: refused"))
    with pytest.raises(placet.PlacetError) as refused:
        rules.decide({"orderId": "o-1", "value": 1}, unit="nowhere")
    assert refused.value.code == "unknown-unit"


def test_a_file_that_cannot_be_used_says_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("account: acme\ndimensions: [{name: a}]\n")
    with pytest.raises(placet.RuleFileError) as refused:
        placet.load_rules(file)
    found = refused.value.problems
    assert [(problem.line, problem.code) for problem in found] == [(2, "missing-key")] * 3
    assert list(found) == placet.check_rules(file.read_text(), str(file))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * 10_000_001], ids=["not UTF-8", "huge"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(content)
    with pytest.raises(placet.InvalidRequest):
        placet.load_rules(file)


def test_rules_are_checked_by_the_orders_they_are_for() -> None:
    text = WHO.replace("value", "worth")
    lacking = placet.check_rules(text, orders=[{"orderId": "o-1"}])
    having = placet.check_rules(text, orders=[{"orderId": "o-1", "worth": 1}])
    assert set(having) < set(lacking)
    assert {problem.severity for problem in lacking} == {placet.Severity.WARNING}


def test_threads_may_share_rules() -> None:
    rules = placet.load_rules(EXAMPLES / "order-cap" / "rules.yaml")
    values = [(number % 7) * 1_000_000 for number in range(200)]
    orders = [{"orderId": f"o-{value}", "value": value, "items": []} for value in values]
    with ThreadPoolExecutor(8) as pool:
        together = [ruling.outcome for ruling in pool.map(rules.decide, orders)]
    assert together == [rules.decide(order).outcome for order in orders]
