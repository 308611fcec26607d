"""Budgets in currencies: codes are known, and amounts are as fine as the currency is."""

from __future__ import annotations

from typing import Any

import pytest

from support.budgets.calls import (
    ON_ONE_STORE,
    REQUESTER,
    Budgets,
    allocation,
    budget,
    failed,
    movement,
    path_of,
    reservation,
)

pytestmark = pytest.mark.anyio

NOTIFY = {
    "enable": True,
    "thresholds": [{"type": "PERCENT", "Value": 12.5}, {"type": "AMOUNT", "Value": 0.5}],
    "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
}


async def test_a_code_is_kept_in_capitals(budgets: Budgets) -> None:
    made = await budgets.create(currency="jpy")
    assert made["currency"] == "JPY"
    assert (await budgets.put(f"/{made['id']}", budget(currency="Jpy")))["currency"] == "JPY"
    answer = await budgets.call("PUT", f"/{made['id']}", budget(currency="EUR"))
    assert failed(answer, 400) == "`currency`: cannot be changed"


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("currency", "words"),
    [("EURO", "did you mean `EUR`?"), ("yen", "did you mean `JPY`?"), ("points", "such as `EUR`")],
)
async def test_what_is_no_code_is_refused(budgets: Budgets, currency: str, words: str) -> None:
    answer = await budgets.call("POST", "", budget(currency=currency))
    assert failed(answer, 400).startswith(f"`currency`: `{currency}` is no ISO 4217 currency code")
    assert words in failed(answer, 400)


@ON_ONE_STORE
async def test_an_amount_finer_than_the_currency_enters_nowhere(budgets: Budgets) -> None:
    made = await budgets.create(currency="JPY")
    id, [part] = made["id"], made["allocations"]
    path, places = path_of(part), f"/{id}/allocations"
    debit = await budgets.post(f"{path}/transactions", movement(20))
    held = await budgets.post(f"{path}/reservations", reservation(20, "r"))
    refused: list[tuple[str, str, Any, str]] = [
        ("POST", "", budget(0.5, currency="JPY"), "amount"),
        ("POST", "", budget(currency="JPY", allocations=[allocation(1), allocation(0.5)]),
         "allocations[1].amount"),
        ("POST", "", budget(currency="JPY", notificationSettings=NOTIFY),
         "notificationSettings.thresholds[1].Value"),
        ("PUT", f"/{id}", budget(0.5), "amount"),
        ("PUT", f"/{id}", budget(notificationSettings=NOTIFY),
         "notificationSettings.thresholds[1].Value"),
        ("POST", places, allocation(0.5), "amount"),
        ("POST", places, allocation(notificationSettings=NOTIFY),
         "notificationSettings.thresholds[1].Value"),
        ("POST", f"{places}/batch", {"allocations": [allocation(1), allocation(0.5)]},
         "allocations[1].amount"),
        ("PUT", path, allocation(0.5), "amount"),
        (
            "PUT",
            path,
            allocation(allocations=[allocation(0.5)]),
            "allocations[0].amount",
        ),
        ("PUT", path, allocation(notificationSettings=NOTIFY),
         "notificationSettings.thresholds[1].Value"),
        ("POST", f"{path}/transactions", movement(0.5), "amount"),
        ("POST", f"{path}/transactions", movement(0.5, "CREDIT"), "amount"),
        ("PUT", f"{path}/usage", movement(0.5), "amount"),
        ("POST", f"{path}/transactions/{debit['id']}/refund", REQUESTER | {"amount": 0.5},
         "amount"),
        ("POST", f"{path}/reservations", reservation(0.5), "amount"),
        ("POST", f"{path}/reservations/{held['id']}/confirmation", REQUESTER | {"amount": 0.5},
         "amount"),
    ]  # fmt: skip
    before = await budgets.get(f"/{id}")
    for method, place, body, field in refused:
        sentence = failed(await budgets.call(method, place, body), 400)
        assert sentence == f"`{field}`: `0.5` has too many decimals: JPY has none", place
    assert await budgets.get(f"/{id}") == before
    assert (await budgets.get())["pagination"]["results"] == 1


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("currency", "fine", "too_fine"),
    [("EUR", 0.01, 0.001), ("KWD", 0.001, 0.0001), ("CLF", 0.0001, None), (None, 0.0001, None)],
)
async def test_a_currency_has_its_own_decimals(
    budgets: Budgets, currency: str | None, fine: float, too_fine: float | None
) -> None:
    named = {} if currency is None else {"currency": currency}
    path = await budgets.create_path(**named)
    await budgets.post(f"{path}/transactions", movement(fine))
    if too_fine is not None:
        answer = await budgets.call("POST", f"{path}/transactions", movement(too_fine))
        assert f"too many decimals: {currency} has at most" in failed(answer, 400)
