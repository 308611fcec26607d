"""Refunds: debits given back, in whole or in part, never more."""

from __future__ import annotations

import asyncio

import pytest

from support.budgets.calls import REQUESTER, Budgets, failed, movement

pytestmark = pytest.mark.anyio


async def test_a_refund_is_a_credit_that_points_to_its_debit(budgets: Budgets) -> None:
    path = await budgets.create_path()
    debit = await budgets.post(f"{path}/transactions", movement(30))
    refund = await budgets.post(f"{path}/transactions/{debit['id']}/refund", REQUESTER)
    assert refund == {
        "id": refund["id"],
        "originalTransactionId": debit["id"],
        "budgetId": debit["budgetId"],
        "allocationId": debit["allocationId"],
        "amount": 30,
    }
    credit = await budgets.get(f"{path}/transactions/{refund['id']}")
    assert (credit["type"], credit["requestedBy"]) == ("CREDIT", "ben@acme.example")
    assert credit["originalTransactionId"] == debit["id"]
    statement = await budgets.get(f"{path}/statements")
    assert [line["id"] for line in statement["transactions"]] == [refund["id"], debit["id"]]
    assert await budgets.remaining(path) == 100


async def test_refunds_together_never_exceed_the_debit(budgets: Budgets) -> None:
    path = await budgets.create_path()
    debit = await budgets.post(f"{path}/transactions", movement(30))
    place = f"{path}/transactions/{debit['id']}/refund"
    calls = [budgets.call("POST", place, REQUESTER | {"amount": 7}) for _ in range(10)]
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [409] * 6
    assert await budgets.remaining(path) == 98
    assert "`2`" in failed(await budgets.call("POST", place, REQUESTER | {"amount": 3}), 409)
    await budgets.post(place, REQUESTER | {"amount": 2})
    answer = await budgets.call("POST", place, REQUESTER)
    assert failed(answer, 409) == "the transaction is refunded in whole"
    assert await budgets.remaining(path) == 100


async def test_a_repeated_refund_gives_back_once(budgets: Budgets) -> None:
    path = await budgets.create_path()
    debit = await budgets.post(f"{path}/transactions", movement(30))
    place = f"{path}/transactions/{debit['id']}/refund"
    first = await budgets.post(place, REQUESTER | {"amount": 10}, key="f-1")
    assert await budgets.post(place, REQUESTER | {"amount": 10}, key="f-1") == first
    assert await budgets.remaining(path) == 80


async def test_a_credit_cannot_be_refunded(budgets: Budgets) -> None:
    path = await budgets.create_path()
    credit = await budgets.post(f"{path}/transactions", movement(30, "CREDIT"))
    answer = await budgets.call("POST", f"{path}/transactions/{credit['id']}/refund", REQUESTER)
    assert failed(answer, 409) == "only a debit can be refunded"


async def test_who_asks_and_how_much_must_be_right(budgets: Budgets) -> None:
    path = await budgets.create_path()
    debit = await budgets.post(f"{path}/transactions", movement(30))
    place = f"{path}/transactions/{debit['id']}/refund"
    assert "`requestedBy`" in failed(await budgets.call("POST", place, {}), 400)
    for amount in (0, -1, "1", 0.00001):
        answer = await budgets.call("POST", place, REQUESTER | {"amount": amount})
        assert "`amount`" in failed(answer, 400)
    assert await budgets.remaining(path) == 70
