"""Many orders at once: summed up for people, one line each for programs."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import EXAMPLES, KEYS, ORDERS, Placet


def test_many_orders_are_summed_up(placet: Placet, rules: Path) -> None:
    result = placet("dry-run", rules, "--orders", "-", stdin=ndjson())
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "5 orders: 2 accepted, 1 denied, 2 pending"
    rows = [" ".join(line.split()) for line in lines]
    assert any(row.startswith("denied ") and row.endswith("Order cap 1") for row in rows)
    assert any(row.startswith("accepted ") and row.endswith("no rule fired 1") for row in rows)


def test_many_orders_give_programs_one_line_each(placet: Placet, rules: Path) -> None:
    result = placet("dry-run", rules, "--orders", "-", "--json", stdin=ndjson())
    documents = [json.loads(line) for line in result.out.splitlines()]
    assert [list(document) for document in documents] == [["line", *KEYS]] * 5
    assert [document["line"] for document in documents] == [1, 2, 3, 4, 5]
    assert result.err == ""


def test_failing_rules_are_counted(placet: Placet) -> None:
    rules = EXAMPLES / "budget-guard" / "rules.yaml"
    order = json.loads((rules.parent / "orders" / "delivery-on-request.json").read_text("utf-8"))
    result = placet("dry-run", rules, "--orders", "-", "--unit", "clinic", stdin=json.dumps(order))
    assert "1 order: 0 accepted, 0 denied, 1 pending" in result.out
    assert "Overlong delivery D3030 1" in " ".join(result.out.split())


def test_lines_that_are_no_orders_stop_nothing_but_fail_in_the_end(
    placet: Placet, rules: Path
) -> None:
    lines = f'{{bad\n\n[]\n{{"value": 1}}\n{{"orderId": "{"x" * 2_000_001}"}}\n{ndjson()}'
    result = placet("dry-run", rules, "--orders", "-", "--json", stdin=lines)
    documents = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 2
    errors = {document["line"]: document["error"] for document in documents if "error" in document}
    assert list(errors) == [1, 3, 4, 5]
    assert errors[5] == "it is larger than 2000000 bytes"
    assert sum("outcome" in document for document in documents) == 5
    told = placet("dry-run", rules, "--orders", "-", stdin=lines)
    assert "4 lines unreadable" in told.out
    assert "line 1 holds no order: it is not JSON" in told.err


def ndjson() -> str:
    """The example's orders, one a line."""
    orders = [json.loads(path.read_text("utf-8")) for path in sorted(ORDERS.glob("*.json"))]
    return "".join(json.dumps(order) + "\n" for order in orders)
