"""The example rule files: clean, and deciding every one of their orders as they say."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from placet.policies.core.compiled import applicable, compile_rules
from placet.policies.core.effects import RuleStatus
from placet.policies.core.rule_file import RuleFile, load_rule_file
from placet.policies.core.schema import rule_file_schema
from placet.policies.core.trace import Decision
from placet.policies.core.walk import walk

RULES = Path(__file__).parents[3] / "rules"
EXAMPLES = sorted(path.parent.name for path in RULES.glob("*/rules.yaml"))
NOW = 1_760_000_000_000


def load(example: str) -> RuleFile:
    rule_file, problems = load_rule_file((RULES / example / "rules.yaml").read_text(), example)
    assert problems == []
    assert rule_file is not None
    return rule_file


def expectations() -> list[Any]:
    return [
        pytest.param(example, told, id=f"{example}: {told['order']} of {told.get('unit', 'all')}")
        for example in EXAMPLES
        for told in yaml.safe_load((RULES / example / "expected.yaml").read_text())
    ]


def decide(example: str, told: dict[str, Any]) -> Decision:
    rule_file = load(example)
    order = json.loads((RULES / example / "orders" / told["order"]).read_text())
    path = rule_file.unit_path(told.get("unit"))
    settings, gap = rule_file.settings, rule_file.unit_gap(told.get("unit"))
    policy = compile_rules(applicable(rule_file.stored(), path, settings, gap))
    return walk(policy, order, now=NOW, clock=time.monotonic, unit_path=path, settings=settings)


def test_there_are_three_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_has_no_problems_and_fits_the_schema(example: str) -> None:
    load(example)
    document = yaml.safe_load((RULES / example / "rules.yaml").read_text())
    jsonschema.Draft202012Validator(rule_file_schema()).validate(document)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_reaches_every_outcome_and_uses_every_order(example: str) -> None:
    told = yaml.safe_load((RULES / example / "expected.yaml").read_text())
    assert {item["outcome"] for item in told} == {"accepted", "denied", "pending"}
    orders = {path.name for path in (RULES / example / "orders").glob("*.json")}
    assert {item["order"] for item in told} == orders


@pytest.mark.parametrize(("example", "told"), expectations())
def test_an_order_is_decided_as_the_example_says(example: str, told: dict[str, Any]) -> None:
    decision = decide(example, told)
    rules = [rule for item in decision.dimensions for rule in item.rules]
    deciding = next((rule for rule in rules if rule.rule_id == decision.rule_id), None)
    assert decision.outcome == told["outcome"], decision.reason
    assert (deciding.name if deciding else None) == told.get("rule")
    assert decision.reason == told.get("reason", decision.reason)
    if "waiting" in told:
        enforced = [item for item in decision.dimensions if not item.simulated]
        pending = [rule for item in enforced for rule in item.rules]
        names = [rule.name for rule in pending if rule.status is RuleStatus.PENDING]
        assert names == told["waiting"]
    if "error" in told:
        assert deciding is not None
        assert deciding.error is not None
        assert deciding.error.code == told["error"]
    if "trial" in told:
        trials = [item.status for item in decision.dimensions if item.simulated]
        assert trials == [told["trial"]]
