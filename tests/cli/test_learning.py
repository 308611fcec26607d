"""Orders that rules are judged by: named, or kept beside the rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import RULE, Placet

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


def test_the_summary_says_how_many_orders_were_looked_at(placet: Placet) -> None:
    Path("rules.yaml").write_text(RULE.replace("EXPRESSION", "value > 5"), "utf-8")
    Path("orders.ndjson").write_text(f"{json.dumps(ORDER)}\n" * 3, "utf-8")
    result = placet("check", "rules.yaml", "--orders", "orders.ndjson", "--strict")
    assert result.code == 0
    assert result.out == "1 rule file: no problems (judged by 3 orders)\n"
