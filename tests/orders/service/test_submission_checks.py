"""A slip of a unit never approves: unknown, missing and vanished units of orders and dimensions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.people.core.roles import Role
from placet.people.store.units import delete_units
from placet.settings import Settings
from support.budgets.calls import ON_ONE_STORE
from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Client, Server, ok, refused, rule, running, score, submission

pytestmark = pytest.mark.anyio

ORDERS, SETTINGS, DIMENSIONS = (
    "/commercial-authorizations",
    "/settings",
    "/authorization-dimensions",
)
UNITS = {"acme": None, "college": "acme", "College of Arts": "acme", "école": "acme"}
CASES = yaml.safe_load(Path(__file__).with_name("slips.yaml").read_text("utf-8"))


@pytest.fixture
async def college(server: Server, client: Client) -> Client:
    """An account with units, in which the college denies what costs more than 1000."""
    nomad = person("nomad", None, [Role.BUYER])
    await plant(server.database, UNITS, nomad, person("ann", "acme"))
    for unit in ("college", "acme"):
        cap = rule("Cap", "value > 1000", effect=1)
        await client.create_dimension(cap, unitId=unit)
    return client


def order(order_id: str, unit_id: Any, value: int = 99_999_999) -> dict[str, Any]:
    body = submission(order_id, value, unitId=unit_id)
    return {name: given for name, given in body.items() if given is not None}


@ON_ONE_STORE
@pytest.mark.parametrize("case", CASES["orders"], ids=lambda case: repr(case["unit"]))
async def test_an_order_of_no_known_unit_is_refused(college: Client, case: dict[str, Any]) -> None:
    message = refused(await college.post(ORDERS, order("o-1", case["unit"])), 400)
    assert case["says"] in message
    assert ("did you mean" in message) == ("did you mean" in case["says"])
    refused(await college.get(f"{ORDERS}/order/o-1"), 404)
    assert ok(await college.get(ORDERS))["data"] == []


@pytest.mark.parametrize(("setting", "unit"), [("ordersWithoutUnit", None), ("unknownUnit", "no")])
@pytest.mark.parametrize(
    ("choice", "small", "large"),
    [("pending", "pending", "denied"), ("accepted", "accepted", "denied")],
)
async def test_the_account_says_what_becomes_of_them(
    college: Client, setting: str, unit: str | None, choice: str, small: str, large: str
) -> None:
    everywhere = {"name": "All", "priority": 1, "requireAllRulesAcceptance": False}
    cap = everywhere | {"ruleCollection": [rule("Cap", "value > 1000", effect=1)]}
    bypass = everywhere | {"name": "Small", "ruleCollection": [rule("S", "value < 9", effect=0)]}
    file = {"account": "acme", "settings": {setting: choice}, "dimensions": [cap, bypass]}
    ok(await college.put("/rule-file?delete=true", file))
    for number, (value, expected) in enumerate([(5, small), (500, small), (99_999, large)]):
        placed = ok(await college.post(ORDERS, order(f"o-{number}", unit, value)))
        assert placed["status"] == expected, value
        explained = ok(await college.get(f"{ORDERS}/{placed['id']}/explanation"))
        assert explained["status"] == expected
        assert explained["reason"] == placed["additionalInfo"]["reason"]
        gates = [item for item in explained["dimensions"] if item["dimensionId"] == "unit-gate"]
        assert bool(gates) == (choice == "pending")
    other = {"ordersWithoutUnit": "no-such-unit", "unknownUnit": None}[setting]
    refused(await college.post(ORDERS, order("other", other)), 400)


async def test_who_is_asked_belongs_to_the_topmost_unit_or_is_a_key(
    server: Server, college: Client
) -> None:
    await plant(server.database, {}, person("cleo", "college"))
    ok(await college.call("PATCH", SETTINGS, json={"unknownUnit": "pending"}))
    placed = ok(await college.post(ORDERS, order("o-1", "colege", 5)))
    async with calling_as(server, "cleo") as cleo:
        refused(await cleo.post(f"{ORDERS}/{placed['id']}/callback", score(placed, 100)), 404)
    async with calling_as(server, "ann") as ann:
        inbox = ok(await ann.get(ORDERS, params={"pending-for": "me"}))["data"]
        assert [item["id"] for item in inbox] == [placed["id"]]
        done = ok(await ann.post(f"{ORDERS}/{placed['id']}/callback", score(placed, 100)))
    assert done["status"] == "accepted"
    again = ok(await college.post(ORDERS, order("o-2", "colege", 5)))
    accepted = await college.post(f"{ORDERS}/{again['id']}/callback", score(again, 100))
    assert ok(accepted)["status"] == "accepted"


async def test_a_person_of_no_unit_places_no_order(server: Server, college: Client) -> None:
    async with calling_as(server, "nomad") as nomad:
        message = refused(await nomad.post(ORDERS, order("o-1", None)), 400)
    assert message.startswith("`unitId` is missing")
    refused(await college.get(f"{ORDERS}/order/o-1"), 404)


@ON_ONE_STORE
async def test_an_account_without_units_is_as_before(client: Client) -> None:
    await client.create_dimension(rule("Cap", "value > 1000", effect=1), unitId="anything")
    assert ok(await client.post(ORDERS, order("o-1", None)))["status"] == "accepted"
    assert ok(await client.post(ORDERS, order("o-2", "anything")))["status"] == "denied"


@ON_ONE_STORE
@pytest.mark.parametrize("case", CASES["dimensions"], ids=lambda case: repr(case["unit"]))
async def test_a_dimension_of_no_known_unit_is_refused(
    college: Client, case: dict[str, Any]
) -> None:
    before = ok(await college.get(DIMENSIONS))
    body = before[0] | {"unitId": case["unit"]}
    for answer in (
        await college.post(DIMENSIONS, body),
        await college.put(f"{DIMENSIONS}/{body['id']}", body),
    ):
        assert case["says"] in refused(answer, 400)
    named = [{**item, "unitId": case["unit"]} for item in before[:1]] + before[1:]
    file = {"account": "acme", "dimensions": [_written(item) for item in named]}
    message = refused(await college.put("/rule-file", file), 400)
    assert message.startswith("`dimensions[0].unitId`:")
    assert case["says"].split("`: ")[-1] in message
    assert ok(await college.get(DIMENSIONS)) == before


@ON_ONE_STORE
async def test_authorizers_of_a_rule_file_are_units_of_the_account(college: Client) -> None:
    asked = {"authorizers": [{"type": "user", "id": "no"}, {"type": "unit", "id": "colege"}]}
    body = {"name": "A", "priority": 1, "requireAllRulesAcceptance": False, "unitId": "college"}
    body["ruleCollection"] = [rule("Ask", "true", authorizationData=asked)]
    file = {"account": "acme", "dimensions": [body]}
    message = refused(await college.put("/rule-file?delete=true", file), 400)
    place = "dimensions[0].ruleCollection[0].authorizationData.authorizers[1].id"
    assert message.startswith(f"`{place}`: this account has no unit `colege`; did you mean")


def _written(dimension: dict[str, Any]) -> dict[str, Any]:
    """A dimension of an answer as rule files have it."""
    keys = ("id", "name", "unitId", "priority", "requireAllRulesAcceptance")
    rules = [
        {name: item[name] for name in ("id", "name", "priority", "trigger", "scoreInterval")}
        for item in dimension["ruleCollection"]
    ]
    return {key: dimension[key] for key in keys} | {"ruleCollection": rules}


async def test_an_order_whose_unit_is_gone_is_not_judged_again(
    server: Server, college: Client
) -> None:
    await college.create_dimension(rule("Ask", "true"), unitId="acme", priority=1)
    body = order("o-1", "école", 5)
    placed = ok(await college.post(ORDERS, body))
    assert placed["status"] == "pending"
    async with server.database.write() as connection:
        await delete_units(connection, "acme", ["école"])
    await _announce(college)
    message = refused(await college.post(f"{ORDERS}/{placed['id']}/reevaluation"), 409)
    assert "no unit `école`" in message
    # Sent again, the same request has the same answer; an edited one is another order.
    assert ok(await college.post(ORDERS, body))["id"] == placed["id"]
    refused(await college.post(ORDERS, order("o-1", "école", 6)), 400)
    kept = ok(await college.get(f"{ORDERS}/order/o-1"))
    assert (kept["id"], kept["status"]) == (placed["id"], "pending")


async def test_another_server_learns_of_a_new_unit_before_it_refuses(
    database_url: str, server: Server, college: Client
) -> None:
    """What a server remembers of the tree may be old; a refusal may not."""
    async with running(Settings(database_url=database_url)) as second, second.client() as there:
        refused(await there.post(ORDERS, order("o-1", "new", 5)), 400)
        await plant(server.database, {"new": "acme"})
        await _announce(college)
        assert ok(await there.post(ORDERS, order("o-1", "new", 5)))["status"] == "accepted"


async def _announce(client: Client) -> None:
    """Any change of the account's policies makes servers look at its units again."""
    ok(await client.call("PATCH", SETTINGS, json={"requesterMayDecide": False}))


async def test_a_slip_is_found_among_very_many_units(server: Server, client: Client) -> None:
    many = {"root": None} | {f"unit-{number:04}": "root" for number in range(1500)}
    await plant(server.database, many | {"zoology": "root"})
    message = refused(await client.post(ORDERS, order("o-1", "zoolgy")), 400)
    assert message.endswith("no unit `zoolgy`; did you mean `zoology`?")
