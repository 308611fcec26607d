"""Publishing rule files over HTTP."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import pytest

from placet.policies.core.compiled import applicable
from placet.policies.core.rule_file import load_rule_file
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


def with_rules(name: str, *rules: str) -> dict[str, Any]:
    made = [rule(each, effect=1, priority=number) for number, each in enumerate(rules, 1)]
    return {"name": name, "priority": 1, "requireAllRulesAcceptance": False, "ruleCollection": made}


def tree(*ids: str) -> list[dict[str, Any]]:
    return [{"id": "acme", "name": "Acme", "children": [{"id": id, "name": id} for id in ids]}]


BASE = {
    "account": "acme",
    "settings": {"noRuleFired": "denied"},
    "units": tree("sales", "lab"),
    "dimensions": [with_rules("Caps", "Order cap", "Item cap"), with_rules("Special")],
}
# What a file changes, what of the account it would delete, and what is counted when told to.
LOSSES: list[tuple[dict[str, Any], list[str], tuple[int, int]]] = [
    ({"dimensions": []}, ["the dimension `Caps` (`caps`)", "the dimension `Special`"], (2, 0)),
    ({"dimensions": BASE["dimensions"][:1]}, ["the dimension `Special` (`special`)"], (1, 0)),
    (
        {"dimensions": [with_rules("Caps", "Order cap"), with_rules("Special")]},
        ["the rule `Item cap` of `Caps`"],
        (0, 0),
    ),
    (
        {"dimensions": [with_rules("Caps"), with_rules("Special")]},
        ["the rule `Order cap` of `Caps`", "the rule `Item cap` of `Caps`"],
        (0, 0),
    ),
    (
        {"dimensions": [with_rules("Capz", "Order cap", "Item cap"), with_rules("Special")]},
        ["the dimension `Caps` (`caps`)"],
        (1, 0),
    ),
    ({"units": tree("sales")}, ["the unit `lab`"], (0, 1)),
    ({"units": []}, ["the unit `acme`", "the unit `lab`", "the unit `sales`"], (0, 3)),
    ({"units": tree(), "dimensions": []}, ["`Caps`", "`Special`", "`lab`", "`sales`"], (2, 2)),
]


@pytest.mark.parametrize(("change", "gone", "deleted"), LOSSES)
async def test_what_would_be_deleted_is_listed_and_kept_until_told_otherwise(
    client: Client, change: dict[str, Any], gone: list[str], deleted: tuple[int, int]
) -> None:
    ok(await client.put(PATH, BASE))
    before = [ok(await client.get(POLICIES)), ok(await client.get("/settings"))]
    file = BASE | {"settings": {"noRuleFired": "accepted"}} | change
    for address in (PATH, f"{PATH}?delete=false"):
        message = refused(await client.put(address, file), 409)
        assert message.startswith("the rule file would delete ")
        assert all(each in message for each in gone)
        assert message.count("the dimension") + message.count("the unit ") == sum(deleted)
        assert "`placet push --delete`" in message
        assert [ok(await client.get(POLICIES)), ok(await client.get("/settings"))] == before
    answer = ok(await client.put(DELETING, file))
    assert (answer["deleted"], answer["units"]["deleted"]) == deleted
    again = ok(await client.put(PATH, file))
    assert (again["deleted"], again["created"], again["updated"]) == (0, 0, 0)


async def test_units_made_elsewhere_are_kept_and_counted(client: Client) -> None:
    ok(await client.put(PATH, BASE))
    made = ok(
        await client.http.post(
            "/api/organization-units/v1", json={"name": "Made", "parentId": "lab"}
        )
    )
    message = refused(await client.put(PATH, BASE), 409)
    assert f"would delete the unit `{made['id']}`; nothing was changed" in message
    grown = BASE | {"units": tree("sales", "lab", made["id"], "new")}
    units = ok(await client.put(PATH, grown))["units"]
    assert units == {"created": 1, "updated": 1, "unchanged": 3, "deleted": 0, "total": 5}
    without = {key: value for key, value in BASE.items() if key != "units"}
    assert ok(await client.put(PATH, without))["units"]["total"] == 5


@pytest.mark.parametrize("value", ["yes", "1", ""])
async def test_the_word_for_deleting_is_true(client: Client, value: str) -> None:
    message = refused(await client.put(f"{PATH}?delete={value}", BASE), 400)
    assert message.startswith("`delete` must be `true` or `false`")
    refused(await client.put(f"{PATH}?delet=true", BASE), 400)


async def test_a_file_of_another_account_is_refused(client: Client) -> None:
    message = refused(await client.put(DELETING, BASE | {"account": "acmee"}), 400)
    assert message == "the rule file is for the account `acmee`, not `acme`"
    refused(await client.http.put("/acmee/rule-file", json=BASE | {"account": "acmee"}), 403)
    assert ok(await client.get(POLICIES)) == []


async def test_two_files_that_race_delete_nothing_unsaid(client: Client) -> None:
    """Each adds a dimension to what there was; the second would delete the first's."""
    ok(await client.put(PATH, BASE))
    files = [
        BASE | {"dimensions": [*BASE["dimensions"], with_rules(f"Added {number}")]}
        for number in range(6)
    ]
    answers = await asyncio.gather(*(client.put(PATH, file) for file in files))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert len(ok(await client.get(POLICIES))) == 3


ORDERED: dict[str, str | None] = {
    "Acme one": "acme", "Acme two": "acme", "Lab one": "lab", "Lab two": "lab", "Everywhere": None,
}  # fmt: skip


async def test_equal_priorities_are_in_one_order_everywhere(client: Client) -> None:
    """That of the file within a unit, deeper units first: in lists, decisions and dry runs."""
    names = list(ORDERED)
    turns = list(itertools.permutations(names))[::17]
    for number, turn in enumerate(turns):
        dimensions = [
            with_rules(name)
            | {"ruleCollection": [rule(name, f"'{name}' in denied", effect=1)]}
            | ({} if ORDERED[name] is None else {"unitId": ORDERED[name]})
            for name in turn
        ]
        file = {"account": "acme", "units": tree("lab"), "dimensions": dimensions}
        ok(await client.put(PATH, file))
        expected = sorted(turn, key=lambda name: ("lab", "acme", None).index(ORDERED[name]))
        listed = [item["name"] for item in ok(await client.get(POLICIES))]
        order = {"orderId": f"o-{number}", "denied": names}
        body = {"order": order, "unitId": "lab"}
        placed = ok(await client.post("/commercial-authorizations", body))
        explained = ok(await client.get(f"/commercial-authorizations/{placed['id']}/explanation"))
        walked = [item["name"] for item in explained["dimensions"]]
        read = load_rule_file(json.dumps(file), "rules.json")[0]
        assert read is not None
        dry = applicable(read.stored(), read.unit_path("lab"), read.settings)
        assert listed == walked == [item.name for item in dry] == expected
        assert explained["reason"].startswith(f"denied by rule `{expected[0]}`")
        filtered = ok(await client.get(POLICIES, params={"unitId": "lab"}))
        assert [item["name"] for item in filtered] == expected[:2]
