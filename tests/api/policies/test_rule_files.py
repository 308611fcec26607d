"""Publishing rule files over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from support.server import Client, ok, refused, rule

pytestmark = pytest.mark.anyio

PATH, POLICIES = "/rule-file", "/authorization-dimensions"
DELETING = f"{PATH}?delete=true"

YAML = """
account: acme
units:
  - {id: acme, name: Acme, children: [{id: sales, name: Sales}]}
settings: {noRuleFired: denied}
dimensions:
  - name: Sales
    unitId: sales
    priority: 9998
    requireAllRulesAcceptance: false
    ruleCollection:
      - name: Order cap
        priority: 1
        trigger:
          condition: {conditionType: 2, description: "", expression: value > 50000}
          effect: {description: "", effectType: deny}
        scoreInterval: {accept: 10, deny: 5}
"""


def rule_file(*names: str, **more: Any) -> dict[str, Any]:
    dimensions = [
        {
            "name": name,
            "unitId": "acme",
            "priority": number,
            "requireAllRulesAcceptance": False,
            "ruleCollection": [rule(effect=1)],
        }
        for number, name in enumerate(names)
    ]
    return {
        "account": "acme",
        "units": [{"id": "acme", "name": "Acme"}],
        "dimensions": dimensions,
    } | more


async def test_a_yaml_file_becomes_the_policies(client: Client) -> None:
    answer = ok(await client.call("PUT", PATH, content=YAML))
    assert (answer["created"], answer["units"]["created"]) == (1, 2)
    denied = await client.submit("o-1", 70_000, unitId="sales")
    assert (denied["status"], denied["units"]) == ("denied", ["sales", "acme"])
    unfired = await client.submit("o-2", 1, unitId="sales")
    assert (unfired["status"], unfired["dimensionStatus"][0]["status"]) == ("denied", None)


async def test_hazardous_expressions_are_taken_with_a_warning(client: Client) -> None:
    hazardous = YAML.replace("value > 50000", "items.price > 50000")
    [warning] = ok(await client.call("PUT", PATH, content=hazardous))["warnings"]
    assert warning.startswith("rule-file.yaml:15:70: warning: `items.price` can hold several")
    assert warning.endswith("; write `$exists(items[price > 50000])` [H01]")
    assert ok(await client.call("PUT", PATH, content=YAML))["warnings"] == []


async def test_the_counts_say_what_changed(client: Client) -> None:
    steps: list[tuple[list[str], tuple[int, int, int, int]]] = [
        (["a", "b"], (2, 0, 0, 0)),
        (["a", "b"], (0, 0, 2, 0)),
        (["a", "c"], (1, 0, 1, 1)),
        (["c", "a"], (0, 2, 0, 0)),
        ([], (0, 0, 0, 2)),
    ]
    for names, counts in steps:
        answer = ok(await client.put(DELETING, rule_file(*names)))
        found = tuple(answer[key] for key in ("created", "updated", "unchanged", "deleted"))
        assert found == counts
        listed = ok(await client.get(POLICIES))
        assert [item["name"] for item in listed] == names


async def test_publishing_again_changes_no_id_and_no_date(client: Client) -> None:
    ok(await client.put(PATH, rule_file("a", "b")))
    before = ok(await client.get(POLICIES))
    ok(await client.put(PATH, rule_file("a", "b")))
    assert ok(await client.get(POLICIES)) == before


async def test_a_file_with_errors_changes_nothing_and_lists_them_all(client: Client) -> None:
    ok(await client.put(PATH, rule_file("a")))
    before = ok(await client.get(POLICIES))
    broken = rule_file("b", "c")
    broken["dimensions"][0]["ruleCollection"][0]["trigger"]["condition"]["expression"] = "value >"
    broken["dimensions"][1]["priority"] = "high"
    message = refused(await client.put(PATH, broken), 400)
    assert message.startswith("the rule file has 2 errors:")
    assert "priority" in message
    assert "S02" in message
    message = refused(await client.put(PATH, {"account": "acme"}), 400)
    assert message.startswith("the rule file has 1 error:")
    assert ok(await client.get(POLICIES)) == before


@pytest.mark.parametrize("content", [b"", b"\xff", b"a: [", b"- 1", b"account: acme", b"\x00"])
async def test_what_is_no_rule_file_is_400(client: Client, content: bytes) -> None:
    refused(await client.call("PUT", PATH, content=content), 400)


async def test_orders_meanwhile_see_all_of_a_file_or_nothing(client: Client) -> None:
    """Each file denies through both of its dimensions or through none."""
    files = [rule_file("a", "b"), rule_file()]
    ok(await client.put(PATH, files[0]))

    async def publish() -> None:
        for turn in range(10):
            ok(await client.put(DELETING, files[turn % 2]))

    async def submit(turn: int) -> int:
        answer = await client.submit(f"o-{turn}")
        return len(answer["dimensionStatus"])

    results = await asyncio.gather(publish(), *(submit(turn) for turn in range(100)))
    assert set(results[1:]) <= {0, 2}
