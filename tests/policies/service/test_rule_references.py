"""Units that rules name must exist; people had better."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.orders.asked import World, asking, open_world
from support.server import ok, refused

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with open_world(database_url) as opened:
        yield opened


async def test_units_that_rules_name_must_exist_and_people_had_better(world: World) -> None:
    key = world.key
    unknown = asking("unit slaes", "unit lab", "unit elsewhere")
    path = "/authorization-dimensions"
    field = "ruleCollection[0].authorizationData.authorizers[0].id"
    answer = await key.post(path, {**_dimension(unknown), "unitId": "lab"})
    assert refused(answer, 400) == (
        f"`{field}`: this account has no unit `slaes`; did you mean `sales`?; "
        f"`{field.replace('s[0].id', 's[2].id')}`: this account has no unit `elsewhere`"
    )
    assert "`unitId`: this account has no unit `labb`" in refused(
        await key.post(path, {**_dimension(asking("unit lab")), "unitId": "labb"}), 400
    )
    assert ok(await key.get(path)) == []
    people = asking("user ghost", "user lab1", "user buyer")
    made = ok(await key.post(path, {**_dimension(people), "unitId": "lab"}))
    assert made["warnings"] == [
        "rule `Large orders` asks user `ghost`, who is not on record: others stand in",
        "rule `Large orders` asks user `buyer`, who has no role with `ApproveOrders`: others stand"
        " in",
    ]
    rules = f"{path}/{made['id']}/rules"
    first = f"{rules}/{made['ruleCollection'][0]['id']}"
    for answer in (
        await key.post(rules, unknown),
        await key.put(rules, [asking("unit lab"), unknown]),
        await key.put(first, unknown),
        await key.put(f"{path}/{made['id']}", {**_dimension(unknown), "unitId": "lab"}),
    ):
        assert "this account has no unit `slaes`; did you mean `sales`?" in refused(answer, 400)
    assert [item["name"] for item in ok(await key.get(path))[0]["ruleCollection"]] == [
        "Large orders"
    ]
    ghost = asking("user ghost", name="Ghost", priority=2)
    assert len(ok(await key.post(rules, ghost))["warnings"]) == 1
    assert len(ok(await key.put(first, ghost))["warnings"]) == 1
    [only] = ok(await key.put(rules, [ghost]))
    assert len(only["warnings"]) == 1
    assert "warnings" not in ok(await key.put(f"{rules}/{only['id']}", asking("user lab1")))
    changed = await key.put(f"{path}/{made['id']}", {**_dimension(ghost), "unitId": "lab"})
    assert len(ok(changed)["warnings"]) == 1


async def test_rule_files_without_units_name_known_ones_too(world: World) -> None:
    file = {"account": "acme", "dimensions": [_dimension(asking("unit slaes"))]}
    answer = await world.key.call("PUT", "/rule-file", json=file)
    sentence = refused(answer, 400)
    assert "this account has no unit `slaes`; did you mean `sales`?" in sentence
    assert "dimensions[0].ruleCollection[0]" in sentence


def _dimension(*rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Asking",
        "priority": 1,
        "requireAllRulesAcceptance": False,
        "ruleCollection": list(rules),
    }


async def test_an_account_without_units_names_what_it_likes(world: World) -> None:
    async with world.server.client("globex") as key:
        made = await key.create_dimension(asking("unit anywhere"), unitId="somewhere")
        assert "warnings" not in made
