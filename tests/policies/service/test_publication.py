"""Publishing a rule file deletes nothing unsaid."""

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
