"""Every operation against the published contract of the Budgets API, where it is at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from support.budgets.calls import Budgets, path_of

pytestmark = pytest.mark.anyio

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "budgets.openapi.json"
ROOT = "/api/budgets/{contextType}/{contextId}"
BUDGET = "/{budgetId}"
PARTS = f"{BUDGET}/allocations"
PART = f"{PARTS}/{{allocationId}}"
TRANSACTION = f"{PART}/transactions/{{transactionId}}"
HELD = f"{PART}/reservations/{{reservationId}}"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    if not CONTRACT.exists():
        pytest.skip("the contract is not on this machine")
    document: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))
    return document


@dataclass
class Tour:
    """Calls with the contract's example bodies, each answer compared with the contract."""

    contract: dict[str, Any]
    budgets: Budgets
    ids: dict[str, str] = field(default_factory=dict)
    visited: set[tuple[str, str]] = field(default_factory=set)

    async def visit(
        self, method: str, template: str = "", body: Any = None, *, status: int = 200, **query: Any
    ) -> Any:
        operation = self.contract["paths"][f"{ROOT}{template}"][method]
        self.visited.add((method, template))
        if body is None and "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]["example"]
        path = template.format(**self.ids)
        answer = await self.budgets.call(method.upper(), path, body, params=query)
        assert answer.status_code == status, answer.text
        described = operation["responses"][str(status)]
        if "content" not in described:
            assert answer.content == b""
            return None
        assert answer.headers["content-type"] == "application/json"
        schema = described["content"]["application/json"]["schema"]
        schema = {**schema, "components": self.contract["components"]}
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        problems = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(answer.json())]
        assert problems == []
        self.check_fields(described["content"]["application/json"].get("example"), answer.json())
        return answer.json()

    def check_fields(self, example: Any, answer: Any, place: str = "") -> None:
        """What the contract's example shows, the answer has too, in the same JSON types."""
        if isinstance(example, dict):
            assert isinstance(answer, dict), place
            for name, value in example.items():
                assert name in answer, f"{place}.{name}"
                self.check_fields(value, answer[name], f"{place}.{name}")
        elif isinstance(example, list):
            assert isinstance(answer, list), place
            for expected, item in zip(example[:1], answer[:1], strict=False):
                self.check_fields(expected, item, f"{place}[]")
        elif isinstance(example, int | float) and not isinstance(example, bool):
            assert isinstance(answer, int | float), place
        else:
            assert type(example) is type(answer), place


@pytest.fixture
def tour(contract: dict[str, Any], budgets: Budgets) -> Tour:
    return Tour(contract, budgets)


async def test_all_26_operations_answer_as_the_contract_says(tour: Tour) -> None:
    made = await tour.visit("post")
    assert len(made["allocations"]) == 1
    # The example's period of 2025 renews; what is worked with here lasts.
    made = await tour.budgets.create(cycleConfiguration=CENTURY)
    path = path_of(made["allocations"][0])
    tour.ids = {"budgetId": made["id"], "allocationId": path.split("/")[3]}
    await tour.visit("get", page=1, pageSize=20, name="office", minAmount=1)
    await tour.visit("get", BUDGET)
    await visit_money(tour)
    await tour.visit("post", PARTS)
    await tour.visit("post", f"{PARTS}/batch", contract_batch(tour))
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
    changed = tour.contract["paths"][f"{ROOT}{BUDGET}"]["put"]["requestBody"]["content"]
    await tour.visit("put", BUDGET, changed["application/json"]["example"])
    await tour.visit("put", f"{BUDGET}/status")
    await tour.visit("delete", BUDGET)
    every = {
        (method, path.removeprefix(ROOT))
        for path, operations in tour.contract["paths"].items()
        for method in operations
    }
    assert tour.visited == every
    assert len(every) == 26


def contract_batch(tour: Tour) -> Any:
    """The example of a batch, whose settings are in the array form."""
    operation = tour.contract["paths"][f"{ROOT}{PARTS}/batch"]["post"]
    return operation["requestBody"]["content"]["application/json"]["example"]


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
