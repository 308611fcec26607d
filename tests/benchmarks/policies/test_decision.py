"""One decision by five dimensions of ten rules each, none of which decides before the last one.

Run with `pytest tests/benchmarks/policies/test_decision.py`.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import pytest

from placet.policies.core.compiled import Policy, compile_rules
from placet.policies.core.model import Dimension
from placet.policies.core.trace import Outcome
from placet.policies.core.walk import walk

DIMENSIONS, RULES = 5, 10
ROUNDS, REPEATS = 15, 100
EXPRESSIONS = [
    "value > 90000000",
    "value > 500000000 and value < 900000000",
    "$max(items.price) > 9000000",
    "openTextField.value = 'approved'",
    "$.openTextField.value = 'use cases' and $.value >= 100000000",
    "$exists(customData.customFields.fields[customFieldId='f-9'].value)",
    "$sum(items.quantity) > 10000",
    "items[sellerId='9'].sku = 'x'",
    "$count(items[price > 2000000]) > 3",
    "$contains(openTextField.value, 'urgent')",
]


def order(items: int) -> dict[str, Any]:
    """An order of the usual fields with so many items."""
    lines = [
        {"id": f"{n}", "sku": f"sku-{n}", "price": 1250 + n, "quantity": 2, "sellerId": "1"}
        for n in range(items)
    ]
    fields = [{"name": "cost centre", "customFieldId": "f-1", "value": "4711"}]
    return {
        "orderId": "o-1",
        "value": 61_250,
        "items": lines,
        "openTextField": {"value": "deliver before noon"},
        "customData": {"customFields": [{"fields": fields}]},
    }


def policy() -> Policy:
    """Forty-nine rules that do not fire, and a last one that does."""
    dimensions = []
    for number in range(DIMENSIONS):
        rules = [rule(f"{number}-{n}", n, EXPRESSIONS[n % len(EXPRESSIONS)]) for n in range(RULES)]
        if number == DIMENSIONS - 1:
            rules[-1] = rule("last", RULES, "value > 50000")
        dimensions.append(
            {
                "id": f"d-{number}",
                "name": f"Dimension {number}",
                "priority": number,
                "requireAllRulesAcceptance": False,
                "ruleCollection": rules,
            }
        )
    return compile_rules([Dimension.model_validate(item) for item in dimensions])


def rule(rule_id: str, priority: int, expression: str) -> dict[str, Any]:
    """A deny rule."""
    return {
        "id": rule_id,
        "name": f"Rule {rule_id}",
        "priority": priority,
        "trigger": {"condition": {"expression": expression}, "effect": {"effectType": 1}},
        "scoreInterval": {"accept": 10, "deny": 5},
    }


def test_decision(capsys: pytest.CaptureFixture[str]) -> None:
    rules = policy()
    rows = [(items, measured(rules, order(items))) for items in (3, 30, 300)]
    with capsys.disabled():
        print(f"\n\none decision, {DIMENSIONS} dimensions × {RULES} rules, pure, microseconds")
        print(f"{'items':>7} {'best':>9} {'median':>9} {'per rule':>9}")
        for items, times in rows:
            each = median(times) / (DIMENSIONS * RULES)
            print(f"{items:>7} {min(times):>9.0f} {median(times):>9.0f} {each:>9.1f}")


def measured(rules: Policy, document: dict[str, Any]) -> list[float]:
    """Microseconds per decision, one figure per round."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(REPEATS):
            decision = walk(rules, document, now=0, clock=time.monotonic)
        times.append((time.perf_counter() - started) / REPEATS * 1e6)
        assert decision.outcome is Outcome.DENIED
        assert decision.rule_id == "last"
    return times
