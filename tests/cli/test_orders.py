"""Orders from files are those that the server would read, one document or one a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Placet

SLIPS = """
account: acme
units: [{id: acme, name: Acme, children: [{id: college, name: College}]}]
settings: {%s}
dimensions:
  - name: College
    unitId: college
    priority: 1
    requireAllRulesAcceptance: false
    ruleCollection:
      - name: Cap
        priority: 1
        trigger: {condition: {expression: value > 1000}, effect: {effectType: deny}}
        scoreInterval: {accept: 10, deny: 5}
"""


@pytest.mark.parametrize(
    ("settings", "unit", "value", "expected"),
    [
        ("", "college", 5, "accepted"),
        ("", "college", 5000, "denied"),
        ("", "colege", 5, "no unit `colege`; did you mean `college`?"),
        ("", "College", 5, "did you mean `college`?"),
        ("", None, 5, "`unitId` is missing"),
        ("ordersWithoutUnit: accepted", None, 5, "accepted"),
        ("ordersWithoutUnit: accepted", "colege", 5, "no unit `colege`"),
        ("ordersWithoutUnit: pending", None, 5, "pending"),
        ("unknownUnit: pending", "colege", 5, "pending"),
        ("unknownUnit: pending", None, 5, "`unitId` is missing"),
        ("unknownUnit: accepted", "colege", 5000, "accepted"),
        ("spendingCheck: order.value = 5", "college", 5, "accepted"),
        ("spendingCheck: order.value = 5", "college", 6, "`spending` does not fit the order"),
        (
            "spendingCheck: {expression: $count(spending) = 1, description: one line}",
            "college",
            5,
            "does not fit the order: one line",
        ),
    ],
)
def test_what_the_server_refuses_is_refused(
    placet: Placet, tmp_path: Path, settings: str, unit: str | None, value: int, expected: str
) -> None:
    (tmp_path / "slips.yaml").write_text(SLIPS % settings, "utf-8")
    order = json.dumps({"orderId": "o-1", "value": value})
    options = ["--unit", unit] if unit else []
    one = placet("dry-run", "slips.yaml", "--order", "-", "--json", *options, stdin=order)
    many = placet("dry-run", "slips.yaml", "--orders", "-", "--json", *options, stdin=order)
    [line] = [json.loads(line) for line in many.out.splitlines()]
    if expected in {"accepted", "denied", "pending"}:
        assert (one.code, json.loads(one.out)["outcome"]) == (0, expected)
        assert (many.code, line["outcome"]) == (0, expected)
    else:
        assert one.code == 2
        assert expected in one.err
        assert expected in json.loads(one.out)["error"]
        assert (many.code, list(line)) == (2, ["line", "error"])
        assert expected in line["error"]
        told = placet("dry-run", "slips.yaml", "--orders", "-", *options, stdin=order)
        assert "0 orders: 0 accepted, 0 denied, 0 pending, 1 refused" in told.out
        assert "line 1 is refused: " in told.err
