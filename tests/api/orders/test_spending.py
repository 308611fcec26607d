"""Orders that spend, over HTTP: what checkout sends, and what the books say afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from placet.budgets.service.audit import verify_books
from placet.people.core.visit import OPERATOR
from support.budgets.calls import Budgets, allocation
from support.server import Client, Server, ok, refused, rule, score, submission

pytestmark = pytest.mark.anyio

OVERDRAWN = "$exists(budgetData.budgets.**.allocations[balance.remaining < 0])"


@dataclass
class Shop:
    """A HARD budget of 1000 of the unit `acme` with one allocation of 100."""

    client: Client
    budgets: Budgets
    budget_id: str
    allocation_id: str

    def spending(self, amount: float, /, **changes: Any) -> dict[str, Any]:
        ids = {"budgetId": self.budget_id, "allocationId": self.allocation_id}
        return {"spending": [ids | {"amount": amount} | changes]}

    async def reservations(self) -> dict[str, list[dict[str, Any]]]:
        """The allocation's reservations by status."""
        path = f"/{self.budget_id}/allocations/{self.allocation_id}/reservations"
        found: dict[str, list[dict[str, Any]]] = {}
        for status in ("RESERVED", "CONFIRMED", "CANCELED"):
            items = (await self.budgets.get(path, status=status))["items"]
            if items:
                found[status] = items
        return found

    async def statement(self) -> list[dict[str, Any]]:
        path = f"/{self.budget_id}/allocations/{self.allocation_id}/statements"
        transactions: list[dict[str, Any]] = (await self.budgets.get(path))["transactions"]
        return transactions


@pytest.fixture
async def shop(server: Server, client: Client) -> AsyncIterator[Shop]:
    budgets = Budgets(client.http, "acme")
    made = await budgets.create(allocation(100), enforcement="HARD")
    yield Shop(client, budgets, made["id"], made["allocations"][0]["id"])
    assert (await verify_books(server.database, OPERATOR)).difference is None


async def test_the_life_of_an_order_is_read_off_its_reservation(shop: Shop) -> None:
    await shop.client.create_dimension(rule(expression="true"))
    pending = await shop.client.submit("o-1", **shop.spending(30))
    [held] = (await shop.reservations())["RESERVED"]
    assert (held["id"], held["reference"], held["amount"]) == (pending["id"], "o-1", 30)
    hold = {"budgetId": shop.budget_id, "allocationId": shop.allocation_id, "amount": 30}
    assert pending["additionalInfo"]["holds"] == [hold]
    path = f"/commercial-authorizations/{pending['id']}"
    accepted = ok(await shop.client.post(f"{path}/callback", score(pending, 100)))
    assert accepted["status"] == "accepted"
    assert list(await shop.reservations()) == ["CONFIRMED"]
    [debit] = await shop.statement()
    assert (debit["type"], debit["reference"], debit["amount"]) == ("DEBIT", "o-1", 30)
    assert accepted["additionalInfo"]["holds"] == [hold | {"transactionId": debit["id"]}]
    ok(await shop.client.post(f"{path}/cancellation", {}))
    credit, _ = await shop.statement()
    assert credit["originalTransactionId"] == debit["id"]
    assert (credit["type"], credit["amount"]) == ("CREDIT", 30)


async def test_a_rule_denies_the_order_that_overdraws_a_cost_centre(shop: Shop) -> None:
    await shop.client.create_dimension(rule("Overdrawn", OVERDRAWN, effect=1))
    assert (await shop.client.submit("o-1", **shop.spending(100)))["status"] == "accepted"
    denied = await shop.client.submit("o-2", **shop.spending(1))
    assert denied["status"] == "denied"
    assert "rule `Overdrawn`" in denied["additionalInfo"]["reason"]


async def test_a_hard_budget_denies_with_the_reason_what_it_cannot_hold(shop: Shop) -> None:
    denied = await shop.client.submit("o-1", **shop.spending(101))
    assert denied["status"] == "denied"
    assert "`101` exceeds the `100` that remain" in denied["additionalInfo"]["reason"]
    assert await shop.reservations() == {}


@pytest.mark.parametrize(
    "change",
    [
        {"budgetId": "nothing"},
        {"allocationId": "nothing"},
        {"amount": 0},
        {"amount": 1.00001},
        {"amount": 1e300},
        {"allocationId": "a\u0000b"},
    ],
    ids=repr,
)
async def test_unusable_spending_is_refused_and_nothing_is_kept(
    shop: Shop, change: dict[str, Any]
) -> None:
    order = submission("o-1", **shop.spending(1, **change))
    refused(await shop.client.post("/commercial-authorizations", order), 400)
    missing = await shop.client.get("/commercial-authorizations/order/o-1")
    assert missing.status_code == 404


async def test_another_accounts_budget_cannot_be_spent(shop: Shop, server: Server) -> None:
    async with server.client("globex") as other:
        order = submission("o-1", **shop.spending(1))
        answer = await other.post("/commercial-authorizations", order)
        assert "was not found" in refused(answer, 400)
    assert await shop.reservations() == {}


@pytest.fixture
async def euros(server: Server, client: Client) -> AsyncIterator[Shop]:
    """A HARD budget of EUR 1000 with one allocation of 100."""
    budgets = Budgets(client.http, "acme")
    made = await budgets.create(allocation(100), enforcement="HARD", currency="EUR")
    yield Shop(client, budgets, made["id"], made["allocations"][0]["id"])
    assert (await verify_books(server.database, OPERATOR)).difference is None


def _order(shop: Shop, stated: Any, amount: float = 30, **line: Any) -> dict[str, Any]:
    body = submission("o-1", 3000, **shop.spending(amount, **line))
    if stated is not None:
        body["order"]["storePreferencesData"] = {"currencyCode": stated}
    return body


ORDER_FIELD = "`order.storePreferencesData.currencyCode`"


@pytest.mark.parametrize(
    ("stated", "line", "words"),
    [
        ("JPY", {}, f"{ORDER_FIELD}: `JPY` is not the currency of the budget"),
        ("EURO", {}, f"{ORDER_FIELD}: `EURO` is no ISO 4217 currency code; did you mean `EUR`?"),
        (978, {}, f"{ORDER_FIELD}: must be an ISO 4217 currency code such as `EUR`"),
        ("JPY", {"currency": "EUR"}, f"{ORDER_FIELD}: `JPY` is not the currency of the budget"),
        (None, {"currency": "JPY"}, "`spending[0].currency`: `JPY` is not the currency of"),
        ("EUR", {"currency": "USD"}, "`spending[0].currency`: `USD` is not the currency of"),
        ("EUR", {"currency": "euro"}, "`spending[0].currency`: `euro` is no ISO 4217"),
        ("EUR", {"amount": 0.001}, "`spending[0].amount`: `0.001` has too many decimals: EUR"),
    ],
)
async def test_an_order_never_spends_a_budget_of_another_currency(
    euros: Shop, stated: Any, line: dict[str, Any], words: str
) -> None:
    answer = await euros.client.post("/commercial-authorizations", _order(euros, stated, **line))
    assert refused(answer, 400).startswith(words)
    assert await euros.reservations() == {}
    assert (await euros.client.get("/commercial-authorizations/order/o-1")).status_code == 404


@pytest.mark.parametrize(
    ("stated", "line"),
    [
        (None, {}), ("EUR", {}), ("eur", {}), ("EUR", {"currency": "EUR"}),
        (None, {"currency": "eur"}),
    ],
)  # fmt: skip
async def test_an_order_of_the_same_currency_or_of_none_spends(
    euros: Shop, stated: Any, line: dict[str, Any]
) -> None:
    for _ in range(2):
        answer = await euros.client.post(
            "/commercial-authorizations", _order(euros, stated, **line)
        )
        assert ok(answer)["status"] == "accepted"
    assert len(await euros.statement()) == 1


@pytest.mark.parametrize(
    ("stated", "line"), [("JPY", {}), ("points", {}), (None, {"currency": "JPY"})]
)
async def test_a_budget_without_a_currency_is_spent_in_any(
    shop: Shop, stated: Any, line: dict[str, Any]
) -> None:
    answer = await shop.client.post("/commercial-authorizations", _order(shop, stated, **line))
    assert ok(answer)["status"] == "accepted"
    fine = _order(shop, None, 0.5, currency="JPY")
    fine["order"]["orderId"] = "o-2"
    answer = await shop.client.post("/commercial-authorizations", fine)
    assert "`spending[0].amount`: `0.5` has too many decimals: JPY" in refused(answer, 400)


async def test_rules_see_the_currency_of_a_budget(euros: Shop) -> None:
    euro = "budgetData.budgets[0].currency = 'EUR' and budgetData.budgets[0].overAllocated = false"
    await euros.client.create_dimension(rule(expression=euro, effect=1))
    denied = await euros.client.submit("o-1", **euros.spending(30))
    assert denied["status"] == "denied"


async def test_rules_see_that_a_budget_is_overdrawn_though_no_allocation_is(
    server: Server, client: Client
) -> None:
    budgets = Budgets(client.http, "acme")
    made = await budgets.create(allocation(700), allocation(700))
    first, second = (part["id"] for part in made["allocations"])
    both = "budgetData.budgets[overAllocated and balance.remaining < 0]"
    await client.create_dimension(
        rule("Blind", OVERDRAWN, effect=1, priority=1),
        rule("Both", f"$exists({both})", effect=1, priority=2),
    )
    one = await client.submit("o-1", **Shop(client, budgets, made["id"], first).spending(700))
    assert one["status"] == "accepted"
    two = await client.submit("o-2", **Shop(client, budgets, made["id"], second).spending(700))
    assert (two["status"], "Both" in str(two)) == ("denied", True)
    assert await budgets.remaining(f"/{made['id']}") == 300
