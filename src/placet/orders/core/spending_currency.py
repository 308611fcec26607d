"""An order never spends a budget of another currency.

What the order is in, its document says (`storePreferencesData.currencyCode`); what a line of its
spending is in, the line may say itself. Both must be the budget's, where the budget has a currency
and they are said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from placet.budgets.core.currency import check_decimals, known_currency, parse_currency
from placet.errors import Detail, InvalidRequest
from placet.kit.money import parse_amount
from placet.kit.wire_model import Document

_ORDER_FIELD: Final = "order.storePreferencesData.currencyCode"


def order_currency(order: Document) -> Any:
    """What an order document says of its currency; None where it says nothing."""
    preferences = order.get("storePreferencesData")
    return preferences.get("currencyCode") if isinstance(preferences, dict) else None


def check_currencies(
    order: Document, spending: tuple[Document, ...], currency_of: Callable[[str], str | None]
) -> None:
    """Compare the currencies of an order and its spending lines with those of the budgets.

    `currency_of` tells that of a budget by its id, None where it has none.

    Raises:
        InvalidRequest: they differ, one is none, or an amount has more decimals than its currency.
    """
    stated = order_currency(order)
    for position, line in enumerate(spending):
        place, own = f"spending[{position}]", line.get("currency")
        budget = known_currency(currency_of(line["budgetId"]))
        if own is not None:
            code = _parsed(own, f"{place}.currency")
            _check_same(code, budget, line["budgetId"], f"{place}.currency")
            check_decimals(parse_amount(line["amount"]), code, f"{place}.amount")
        if budget is not None:
            check_decimals(parse_amount(line["amount"]), budget, f"{place}.amount")
            if stated is not None:
                code = _parsed(stated, _ORDER_FIELD)
                _check_same(code, budget, line["budgetId"], _ORDER_FIELD)


def _parsed(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise _refused(field, "must be an ISO 4217 currency code such as `EUR`")
    return parse_currency(value, field)


def _check_same(code: str, budget: str | None, budget_id: str, field: str) -> None:
    if budget is not None and code != budget:
        raise _refused(
            field, f"`{code}` is not the currency of the budget `{budget_id}`, `{budget}`"
        )


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(field, message)
    return InvalidRequest(str(detail), code="other-currency", details=[detail])
