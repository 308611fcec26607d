"""An order never spends a budget of another currency."""

from __future__ import annotations

from typing import Any

import pytest

from placet.errors import InvalidRequest
from placet.orders.core.spending_currency import check_currencies, order_currency

BUDGETS = {"eur": "EUR", "yen": "JPY", "plain": None, "odd": "points"}


def order(code: Any = None) -> dict[str, Any]:
    return {} if code is None else {"storePreferencesData": {"currencyCode": code}}


def line(budget: str, amount: str = "5", currency: str | None = None) -> dict[str, Any]:
    said = {} if currency is None else {"currency": currency}
    return {"budgetId": budget, "amount": amount} | said


@pytest.mark.parametrize(
    ("document", "spending"),
    [
        (order(), [line("eur"), line("yen")]),
        (order("EUR"), [line("eur", "5.25"), line("plain")]),
        (order("USD"), [line("plain")]),
        (order("USD"), [line("odd")]),
        (order(), [line("eur", currency="EUR")]),
        (order("USD"), [line("plain", currency="CHF")]),
        (order(7), [line("plain")]),
        (order("EUR"), []),
    ],
)
def test_what_is_of_one_currency_or_says_none_may_be_spent(
    document: dict[str, Any], spending: list[dict[str, Any]]
) -> None:
    check_currencies(document, tuple(spending), BUDGETS.get)


@pytest.mark.parametrize(
    ("document", "spending", "field"),
    [
        (order("USD"), [line("eur")], "order.storePreferencesData.currencyCode"),
        (order(7), [line("eur")], "order.storePreferencesData.currencyCode"),
        (order("euro"), [line("eur")], "order.storePreferencesData.currencyCode"),
        (order(), [line("plain"), line("eur", currency="USD")], "spending[1].currency"),
        (order(), [line("eur", currency="money")], "spending[0].currency"),
        (order(), [line("eur", "5.255")], "spending[0].amount"),
        (order(), [line("yen", "5.5")], "spending[0].amount"),
        (order(), [line("plain", "5.5", "JPY")], "spending[0].amount"),
    ],
)
def test_what_differs_is_refused_with_its_field(
    document: dict[str, Any], spending: list[dict[str, Any]], field: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_currencies(document, tuple(spending), BUDGETS.get)
    assert [detail.field for detail in caught.value.details] == [field]


@pytest.mark.parametrize(
    ("document", "code"),
    [(order("EUR"), "EUR"), (order(), None), ({"storePreferencesData": []}, None)],
)
def test_an_order_says_its_currency_in_its_preferences(
    document: dict[str, Any], code: str | None
) -> None:
    assert order_currency(document) == code
