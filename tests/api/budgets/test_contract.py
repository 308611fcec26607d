"""Every operation against the published contract of the Budgets API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from support.budgets.calls import Budgets, path_of
from support.contract import body as body_for
from support.contract import contract, schema_problems, shape_problems

pytestmark = pytest.mark.anyio

API = "budgets"
ROOT = "/api/budgets/{contextType}/{contextId}"
BUDGET = "/{budgetId}"
PARTS = f"{BUDGET}/allocations"
PART = f"{PARTS}/{{allocationId}}"
TRANSACTION = f"{PART}/transactions/{{transactionId}}"
HELD = f"{PART}/reservations/{{reservationId}}"


@dataclass
class Tour:
    """Calls with a body for each operation, each answer compared with the contract."""

    budgets: Budgets
    ids: dict[str, str] = field(default_factory=dict)
    visited: set[tuple[str, str]] = field(default_factory=set)

    async def visit(
        self, method: str, template: str = "", body: Any = None, *, status: int = 200, **query: Any
    ) -> Any:
        path, name = f"{ROOT}{template}", template.format(**self.ids)
        operation = contract(API)["paths"][path][method]
        self.visited.add((method, template))
        if body is None and "body" in operation:
            body = body_for(API, path, method)
        answer = await self.budgets.call(method.upper(), name, body, params=query)
        assert answer.status_code == status, answer.text
        described = operation["answers"][status]
        if described is None:
            assert answer.content == b""
            return None
        assert answer.headers["content-type"] == "application/json"
        assert schema_problems(API, described, answer.json()) == []
        if "shape" in described:
            assert shape_problems(described, answer.json()) == []
        return answer.json()


@pytest.fixture
def tour(budgets: Budgets) -> Tour:
    return Tour(budgets)


async def test_all_26_operations_answer_as_the_contract_says(tour: Tour) -> None:
    made = await tour.visit("post")
    assert len(made["allocations"]) == 1
    # The body's period of 2025 renews; what is worked with here lasts.
    made = await tour.budgets.create(cycleConfiguration=CENTURY)
    path = path_of(made["allocations"][0])
    tour.ids = {"budgetId": made["id"], "allocationId": path.split("/")[3]}
    await tour.visit("get", page=1, pageSize=20, name="office", minAmount=1)
    await tour.visit("get", BUDGET)
    await visit_money(tour)
    await tour.visit("post", PARTS)
    await tour.visit("post", f"{PARTS}/batch")
    await tour.visit("get", PARTS, type="PO Number", page=1, pageSize=2)
    await tour.visit("get", PART)
    entity = {"id": "marketing", "type": "CostCenter"}
    found = await tour.visit("post", "/allocations/query", {"items": [entity]})
    assert found["items"]
    await tour.visit("put", PART)
    await tour.visit("put", f"{PART}/linked-entity")
    await tour.visit("put", f"{PART}/status", {"status": "INACTIVE"})
    await tour.visit("put", f"{PART}/status")
    await tour.visit("get", f"{BUDGET}/statements", page=1, pageSize=3)
    await tour.visit("get", f"{PART}/statements")
    await tour.visit("delete", PART)
    await tour.visit("put", BUDGET)
    await tour.visit("put", f"{BUDGET}/status")
    await tour.visit("delete", BUDGET)
    every = {
        (method, path.removeprefix(ROOT))
        for path, operations in contract(API)["paths"].items()
        for method in operations
    }
    assert tour.visited == every
    assert len(every) == 26


async def visit_money(tour: Tour) -> None:
    """Transactions, refunds and reservations on one allocation."""
    await tour.visit("put", f"{PART}/usage")
    transaction = await tour.visit("post", f"{PART}/transactions")
    tour.ids["transactionId"] = transaction["id"]
    await tour.visit("get", TRANSACTION)
    await tour.visit("post", f"{TRANSACTION}/refund")
    await tour.visit("post", f"{TRANSACTION}/refund", status=409)
    held = await tour.visit("post", f"{PART}/reservations")
    tour.ids["reservationId"] = held["id"]
    await tour.visit("get", HELD)
    await tour.visit("post", f"{HELD}/confirmation")
    await tour.visit("delete", HELD, status=409)
    body = {**EXAMPLE, "reservationId": "second"}
    await tour.visit("post", f"{PART}/reservations", body)
    tour.ids["reservationId"] = "second"
    await tour.visit("delete", HELD)
    await tour.visit("get", f"{PART}/reservations", page=1, pageSize=20)


CENTURY = {
    "startDate": "2025-04-01T00:00:00Z", "endDate": "2125-04-01T00:00:00Z",
    "autoResetOnPeriodEnd": True, "carryOverBalance": True,
}  # fmt: skip
EXAMPLE = {
    "origin": "checkout", "reference": "o-1", "amount": -1, "requestedBy": "ana@acme.example",
    "type": "DEBIT",
}  # fmt: skip


async def test_refusals_have_the_shape_of_the_contract(tour: Tour) -> None:
    tour.ids = dict.fromkeys(("budgetId", "allocationId", "transactionId", "reservationId"), "x")
    await tour.visit("post", body={"name": 1}, status=400)
    await tour.visit("get", BUDGET, status=404)
    await tour.visit("post", f"{PART}/transactions", status=404)
    await tour.visit("post", f"{PART}/reservations", status=404)
    await tour.visit("post", f"{HELD}/confirmation", status=404)
    del tour.budgets.http.headers["X-VTEX-API-AppToken"]
    await tour.visit("get", status=401)
