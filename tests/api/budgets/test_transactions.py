"""Transactions: debits, credits and usage."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from support.budgets.calls import ON_ONE_STORE, REQUESTER, Budgets, failed, movement

pytestmark = pytest.mark.anyio


async def test_a_debit_is_answered_and_moves_allocation_and_budget(budgets: Budgets) -> None:
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/transactions", movement(30.25))
    date = made.pop("date")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", date)
    budget_id, allocation_id = path.split("/")[1], path.split("/")[3]
    assert made == {
        "id": made["id"],
        "budgetId": budget_id,
        "allocationId": allocation_id,
        "origin": "checkout",
        "reference": "o-1",
        "amount": 30.25,
        "requestedBy": "ana@acme.example",
        "type": "DEBIT",
        "contextType": "UNIT",
        "contextId": "acme-sales",
    }
    assert (await budgets.get(path))["balance"] == {
        "amount": 100, "carried": 0, "balanceAdjustment": 30.25, "remaining": 69.75,
    }  # fmt: skip
    assert await budgets.remaining(f"/{budget_id}") == 969.75
    assert await budgets.get(f"{path}/transactions/{made['id']}") == made | {"date": date}


async def test_a_repeated_request_answers_the_same_and_counts_once(budgets: Budgets) -> None:
    path = await budgets.create_path()
    bodies = [budgets.post(f"{path}/transactions", movement(), key="k-1") for _ in range(5)]
    first, *others = await asyncio.gather(*bodies)
    assert all(other == first for other in others)
    assert await budgets.remaining(path) == 70
    answer = await budgets.call(
        "POST", f"{path}/transactions", movement(31), headers={"Idempotency-Key": "k-1"}
    )
    assert "`k-1`" in failed(answer, 409)
    assert await budgets.remaining(path) == 70


async def test_a_repeated_usage_counts_once(budgets: Budgets) -> None:
    path = await budgets.create_path()
    for _ in range(3):
        answer = await budgets.call(
            "PUT", f"{path}/usage", movement(), headers={"Idempotency-Key": "u-1"}
        )
        assert (answer.status_code, answer.content) == (200, b"")
    assert await budgets.remaining(path) == 70


@ON_ONE_STORE
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 251, "caf\u00e9"])
async def test_a_key_that_cannot_be_is_refused(budgets: Budgets, key: str) -> None:
    path = await budgets.create_path()
    answer = await budgets.call(
        "POST", f"{path}/transactions", movement(), headers={"Idempotency-Key": key.encode()}
    )
    assert "`Idempotency-Key`" in failed(answer, 400)


async def test_a_soft_budget_may_be_overdrawn_and_a_hard_one_not(budgets: Budgets) -> None:
    soft = await budgets.create_path()
    await budgets.post(f"{soft}/transactions", movement(150))
    assert await budgets.remaining(soft) == -50
    hard = await budgets.create_path(enforcement="HARD")
    answer = await budgets.call("POST", f"{hard}/transactions", movement(100.0001))
    assert failed(answer, 409) == "`100.0001` exceeds the `100` that remain in the allocation"
    await budgets.post(f"{hard}/transactions", movement(100))
    assert await budgets.remaining(hard) == 0


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": 0}, "`amount` must not be zero"),
        ({"amount": 1.00001}, "`amount` has more than four decimals"),
        ({"amount": 10**15}, "`amount` is out of range"),
        ({"amount": "30"}, "`amount` must be a number"),
        ({"amount": True}, "`amount` must be a number"),
        ({"amount": None}, "`amount` must be a number"),
        ({"type": "debit"}, "`type` must be 'DEBIT' or 'CREDIT'"),
        ({"origin": None}, "`origin` must be a string"),
        ({"origin": "x" * 251}, "`origin` must be at most 250 characters long"),
        ({"requestedBy": " "}, "`requestedBy`: must not be empty"),
        ({"reference": "a\x00b"}, "`reference`: must not contain control characters"),
        ({"reference": "\x1b"}, "`reference`: must not contain control characters"),
    ],
)
async def test_a_bad_field_is_named_and_changes_nothing(
    budgets: Budgets, changes: dict[str, Any], words: str
) -> None:
    path = await budgets.create_path()
    for method, operation in (("POST", "transactions"), ("PUT", "usage")):
        answer = await budgets.call(method, f"{path}/{operation}", movement() | changes)
        assert words in failed(answer, 400)
    assert await budgets.remaining(path) == 100


@ON_ONE_STORE
@pytest.mark.parametrize("field", ["origin", "amount", "requestedBy", "type"])
async def test_a_missing_field_is_named(budgets: Budgets, field: str) -> None:
    path = await budgets.create_path()
    body = movement()
    del body[field]
    answer = await budgets.call("POST", f"{path}/transactions", body)
    assert failed(answer, 400) == f"`{field}` is missing"


async def test_the_reference_may_be_left_out(budgets: Budgets) -> None:
    path = await budgets.create_path()
    body = movement()
    del body["reference"]
    assert (await budgets.post(f"{path}/transactions", body))["reference"] == ""


@pytest.mark.parametrize("what", ["budget", "allocation"])
async def test_nothing_moves_on_what_is_inactive(budgets: Budgets, what: str) -> None:
    path = await budgets.create_path()
    place = path if what == "allocation" else f"/{path.split('/')[1]}"
    await budgets.put(f"{place}/status", {"status": "INACTIVE"})
    answer = await budgets.call("POST", f"{path}/transactions", movement())
    assert failed(answer, 409) == f"the {what} is inactive"
    await budgets.put(f"{place}/status", {"status": "ACTIVE"})
    await budgets.post(f"{path}/transactions", movement())


async def test_a_transaction_of_another_allocation_is_not_found(budgets: Budgets) -> None:
    path = await budgets.create_path()
    other = await budgets.create_path()
    made = await budgets.post(f"{path}/transactions", movement())
    answer = await budgets.call("GET", f"{other}/transactions/{made['id']}")
    assert made["id"] in failed(answer, 404)
    answer = await budgets.call("POST", f"{other}/transactions/{made['id']}/refund", REQUESTER)
    assert made["id"] in failed(answer, 404)
