"""Amounts are read and written without losing a digit."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from support.budgets.calls import Budgets, allocation, movement
from support.server import ok

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("kind", "amount", "remaining"),
    [("DEBIT", 30, 70), ("DEBIT", -30, 70), ("CREDIT", 30, 130), ("CREDIT", -30, 130)],
)
@pytest.mark.parametrize("operation", ["transactions", "usage"])
async def test_the_type_decides_whatever_the_sign(
    budgets: Budgets, operation: str, kind: str, amount: int, remaining: int
) -> None:
    path = await budgets.create_path()
    method = "POST" if operation == "transactions" else "PUT"
    answer = await budgets.call(method, f"{path}/{operation}", movement(amount, kind))
    assert answer.status_code == 200
    if operation == "usage":
        assert answer.content == b""
    else:
        assert (answer.json()["amount"], answer.json()["type"]) == (30, kind)
    assert await budgets.remaining(path) == remaining


async def test_no_digit_of_an_amount_is_lost(budgets: Budgets) -> None:
    path = await budgets.create_path(allocation(0))
    for _ in range(10):
        await budgets.post(f"{path}/transactions", movement(0.1, "CREDIT"))
    assert await budgets.remaining(path) == 1
    # A double would make a whole number of it.
    body = b'{"origin": "o", "requestedBy": "r", "type": "CREDIT", "amount": 12345678901234.5679}'
    answer = await budgets.http.post(
        f"/api/budgets/UNIT/acme-sales{path}/transactions", content=body
    )
    assert ok(answer)
    await budgets.post(f"{path}/transactions", movement(12_345_678_901_234))
    figures = (await budgets.call("GET", path)).content.decode()
    [remaining] = re.findall(r'"remaining":([^,}]+)', figures)
    assert Decimal(remaining) == Decimal("1.5679")
