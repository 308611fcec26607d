"""A database of the first schema, as its version filled it, goes on under the present one.

It knew no money: what an order wanted to spend was written down, and nothing was held.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from placet import schema
from placet.budgets.service.audit import verify_books
from placet.database.database import Database
from placet.orders.service.current import find_authorization
from placet.people.core.visit import OPERATOR
from placet.schema.upgrading import upgrade_database
from placet.settings import Settings
from support.budgets.calls import Budgets, allocation
from support.database.old_schema import fill
from support.server import Client, Server, ok, running, score, submission

pytestmark = pytest.mark.anyio

OLD: dict[str, Any] = json.loads((Path(__file__).parent / "schema_0001.json").read_text())
ORDERS = {"o-pending": "pending", "o-accepted": "accepted", "o-edited": "pending"}


@pytest.fixture
async def upgraded(empty_database_url: str) -> AsyncIterator[Server]:
    database = Database(empty_database_url)
    async with database.write() as connection:
        await connection.run_sync(fill, "0001", OLD["tables"])
    assert await schema.current_revision(database) == "0001"
    assert await upgrade_database(database) == schema.head_revision()
    await database.close()
    async with running(Settings(database_url=empty_database_url)) as server:
        yield server
        assert (await verify_books(server.database, OPERATOR)).difference is None


@pytest.fixture
async def old_client(upgraded: Server) -> AsyncIterator[Client]:
    """Calls with the key of then."""
    credentials = OLD["credentials"]
    headers = {
        "X-VTEX-API-AppKey": credentials["appKey"],
        "X-VTEX-API-AppToken": credentials["appToken"],
    }
    async with upgraded.anonymous(headers) as http:
        yield Client(http, "acme")


async def _order(client: Client, order_id: str) -> Any:
    return ok(await client.get(f"/commercial-authorizations/order/{order_id}"))


async def _decide(client: Client, found: dict[str, Any], points: float) -> Any:
    path = f"/commercial-authorizations/{found['id']}/callback"
    return ok(await client.post(path, score(found, points)))


async def test_everything_is_readable(old_client: Client) -> None:
    for order_id, status in ORDERS.items():
        found = await _order(old_client, order_id)
        assert found["status"] == status
        explanation = await old_client.get(f"/commercial-authorizations/{found['id']}/explanation")
        assert ok(explanation)
    listed = ok(await old_client.get("/commercial-authorizations"))
    assert {item["orderId"] for item in listed["data"]} == set(ORDERS)
    [stored] = ok(await old_client.get("/authorization-dimensions"))
    assert [item["name"] for item in stored["ruleCollection"]] == ["Large orders", "Banned"]


async def test_what_was_approved_then_still_counts(old_client: Client) -> None:
    # The first of two levels accepted under the first schema.
    pending = await _order(old_client, "o-pending")
    assert (await _decide(old_client, pending, 100))["status"] == "accepted"


@pytest.mark.parametrize("order_id", ["o-pending", "o-edited"])
async def test_what_waits_can_be_denied(old_client: Client, order_id: str) -> None:
    pending = await _order(old_client, order_id)
    assert (await _decide(old_client, pending, 0))["status"] == "denied"


@pytest.mark.parametrize("order_id", list(ORDERS))
async def test_what_is_live_can_be_cancelled(old_client: Client, order_id: str) -> None:
    path = f"/commercial-authorizations/{(await _order(old_client, order_id))['id']}/cancellation"
    assert ok(await old_client.post(path, {}))["additionalInfo"]["state"] == "cancelled"


async def test_what_waits_can_be_judged_again(old_client: Client) -> None:
    path = f"/commercial-authorizations/{(await _order(old_client, 'o-pending'))['id']}"
    assert ok(await old_client.post(f"{path}/reevaluation", {}))["status"] == "pending"


async def test_the_same_submission_is_the_same_order(old_client: Client) -> None:
    before = await _order(old_client, "o-accepted")
    again = await old_client.submit("o-accepted", 100, unitId="sales")
    assert (again["id"], again["status"]) == (before["id"], "accepted")


@pytest.mark.parametrize("order_id", list(ORDERS))
async def test_an_order_edited_now_spends_from_budgets(old_client: Client, order_id: str) -> None:
    made = await Budgets(old_client.http, "sales").create(allocation(100))
    [part] = made["allocations"]
    spending = [{"budgetId": made["id"], "allocationId": part["id"], "amount": 30}]
    body = submission(order_id, 200, unitId="sales", spending=spending)
    edited = ok(await old_client.post("/commercial-authorizations", body))
    assert (edited["status"], edited["additionalInfo"]["revision"] > 1) == ("accepted", True)
    assert await Budgets(old_client.http, "sales").remaining(f"/{made['id']}") == 970


async def test_what_waited_then_is_in_the_inbox(old_client: Client) -> None:
    found = ok(await old_client.get("/commercial-authorizations?pending-for=me"))
    waiting = {order_id for order_id, status in ORDERS.items() if status == "pending"}
    assert {item["orderId"] for item in found["data"]} == waiting


async def test_an_account_of_then_asks_for_no_other_person_and_its_orders_neither(
    upgraded: Server, old_client: Client
) -> None:
    assert ok(await old_client.get("/settings"))["onePersonOneLevel"] is False
    for order_id in ORDERS:
        found = await _order(old_client, order_id)
        kept = await find_authorization(upgraded.desks.orders, "acme", found["id"])
        assert kept.authorization.settings.one_person_one_level is False
    # what is chosen stays chosen, and a new account is asked for one person at each level
    changed = await old_client.call("PATCH", "/settings", json={"noRuleFired": "denied"})
    assert ok(changed)["onePersonOneLevel"] is False
    assert ok(await old_client.call("PATCH", "/settings", json={"onePersonOneLevel": True}))
    assert ok(await old_client.get("/settings"))["onePersonOneLevel"] is True
    async with upgraded.client("globex") as new:
        assert ok(await new.get("/settings"))["onePersonOneLevel"] is True
