"""Money on sellers' budgets: by the Budgets API and by orders, paced in both, one set of books."""

from __future__ import annotations

from typing import Any

import pytest

from api.sellers.conftest import Calendar
from placet.budgets.service.audit import verify_books
from placet.database.database import Database
from placet.people.core.visit import OPERATOR
from support.budgets.calls import REQUESTER, Budgets, failed, movement, reservation
from support.sellers.calls import Sellers, seller_budget
from support.server import Client, ok, rule

pytestmark = pytest.mark.anyio


async def books_of(sellers: Sellers, budget: dict[str, Any]) -> tuple[Budgets, str]:
    """A seller's budget in the Budgets API, and the path of its allocation."""
    budgets = Budgets(sellers.http, f"seller:{budget['sellerId']}")
    found = await budgets.get(f"/{budget['id']}")
    [part] = found["allocations"]
    assert part["linkedEntity"] == {"id": budget["sellerId"], "type": "Seller"}
    assert (part["referenceId"], found["enforcement"]) == ("10001", "HARD")
    return budgets, f"/{budget['id']}/allocations/{part['id']}"


async def test_the_budgets_api_spends_no_more_than_a_day_allows(
    sellers: Sellers, calendar: Calendar, database: Database
) -> None:
    [made] = await sellers.create(seller_budget())
    budgets, path = await books_of(sellers, made)
    debit = await budgets.post(f"{path}/transactions", movement(6))
    await budgets.post(f"{path}/reservations", reservation(3, "r"))
    for way in ("transactions", "reservations"):
        body = movement(2) | {"reservationId": "more"} if way == "reservations" else movement(2)
        refused = failed(await budgets.call("POST", f"{path}/{way}", body), 409)
        assert refused.startswith("`NoMoreDailyBudget`: `2` exceeds the `1` left")
    refused = failed(await budgets.call("PUT", f"{path}/usage", movement(2)), 409)
    assert refused.startswith("`NoMoreDailyBudget`")
    refused = failed(await budgets.call("POST", f"{path}/transactions", movement(302)), 409)
    assert refused.startswith("`NoMoreBudget`: `302` exceeds the `301` that remain")
    now = await sellers.get(made)
    assert (now["spend"], now["pacing"]["spentToday"]) == (6, 9)
    calendar.set("2026-05-02")
    await budgets.post(f"{path}/reservations/r/confirmation", REQUESTER)
    await budgets.post(f"{path}/transactions/{debit['id']}/refund", REQUESTER)
    now = await sellers.get(made)
    assert now["spend"] == 3
    assert (now["pacing"]["spentToday"], now["pacing"]["ahead"]) == (0, -7)
    found = await budgets.get(f"{path}/statements")
    assert [line["type"] for line in found["transactions"]] == ["CREDIT", "DEBIT", "DEBIT"]
    assert (await verify_books(database, OPERATOR)).difference is None


async def test_reasons_tell_why_nothing_can_be_spent(sellers: Sellers, calendar: Calendar) -> None:
    [made] = await sellers.create(seller_budget("2026-05-02", "2026-05-03", amount="1"))
    budgets, path = await books_of(sellers, made)

    async def reason() -> str:
        body = movement(1)
        refused = failed(await budgets.call("POST", f"{path}/transactions", body), 409)
        stopped: str = (await sellers.get(made))["pacing"]["stoppedBy"]
        assert refused.startswith(f"`{stopped}`: ")
        return stopped

    assert await reason() == "NotYetStarted"
    calendar.set("2026-05-03")
    await sellers.change(made, isSuspended=True)
    assert await reason() == "ManuallyStopped"
    await sellers.change(made, isSuspended=False)
    await budgets.post(f"{path}/transactions", movement(1))
    assert await reason() == "NoMoreBudget"
    calendar.set("2026-05-04")
    assert await reason() == "Ended"


async def test_the_budgets_api_changes_no_sellers_budget(sellers: Sellers) -> None:
    [made] = await sellers.create(seller_budget())
    budgets, path = await books_of(sellers, made)
    budget = f"/{made['id']}"
    for method, where, body in (
        ("PUT", budget, {"name": "x", "description": "", "amount": 9999}),
        ("PUT", f"{budget}/status", {"status": "INACTIVE"}),
        ("PUT", f"{path}/status", {"status": "INACTIVE"}),
        ("DELETE", path, None),
        ("DELETE", budget, None),
    ):
        failed(await budgets.call(method, where, body), 409)
    assert await sellers.get(made) == made


async def test_orders_are_paced_and_their_rules_read_the_pacing(
    sellers: Sellers, client: Client, calendar: Calendar, database: Database
) -> None:
    [made] = await sellers.create(seller_budget())
    _, path = await books_of(sellers, made)
    line = {"budgetId": made["id"], "allocationId": path.rpartition("/")[2]}
    ahead = rule("Slow down", "budgetData.budgets[0].pacing.remainingToday < 2", effect=2)
    await client.create_dimension(ahead)

    async def order(id: str, amount: float) -> Any:
        return await client.submit(id, spending=[line | {"amount": amount}])

    assert (await order("o-1", 6))["status"] == "accepted"
    denied = await order("o-2", 5)
    assert denied["status"] == "denied"
    assert "NoMoreDailyBudget" in str(denied)
    pending = await order("o-3", 3)
    assert pending["status"] == "pending"
    now = await sellers.get(made)
    assert (now["spend"], now["pacing"]["spentToday"]) == (6, 9)
    cancelled = await client.post(f"/commercial-authorizations/{pending['id']}/cancellation", {})
    assert ok(cancelled)["status"] == "denied"
    assert (await sellers.get(made))["pacing"]["spentToday"] == 6
    calendar.set("2026-05-31T23:59")
    assert (await order("o-4", 304))["status"] == "pending"
    assert (await order("o-5", 1))["status"] == "denied"
    assert (await verify_books(database, OPERATOR)).difference is None
