"""The benchmark's rules as an expert would write them for a well-formed order.

`FLOOR` has one function per rule, in the order of expressions.yaml. Each is a chain of subscripts
with one type check at its end, or one per item in a loop; whatever is unusual (something missing,
an array, another type) is left to a general function, which here refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["FLOOR"]

Order = dict[str, Any]
_SEARCH = re.compile(r"@(acme|globex)\.com$").search
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_BEGIN = (datetime(2026, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_COMPANIES = frozenset({"ACME", "Initech", "Globex"})
_ORIGINS = frozenset({"Marketplace", "Fulfillment"})


def general(order: Order) -> Any:
    """Stands for the engine that knows all cases."""
    raise TypeError(f"this order is not a usual one: {type(order).__name__}")


def large(order: Order) -> Any:
    try:
        value = order["value"]
        if type(value) is int or type(value) is float:
            return value > 10000
    except Exception:
        return general(order)
    return general(order)


def canceled_or_channel(order: Order) -> Any:
    try:
        value = order["value"]
        if type(value) is int or type(value) is float:
            return (value > 10000 and order["status"] == "canceled") or order["salesChannel"] == "1"
    except Exception:
        return general(order)
    return general(order)


def text_and_value(order: Order) -> Any:
    try:
        if order["openTextField"]["value"] != "ODP use cases":
            return False
        value = order["value"]
        if type(value) is int or type(value) is float:
            return value > 30000
    except Exception:
        return general(order)
    return general(order)


def company(order: Order) -> Any:
    try:
        name = order["clientProfileData"]["corporateName"]
        if type(name) is str:
            return name in _COMPANIES
    except Exception:
        return general(order)
    return general(order)


def cost_center(order: Order) -> Any:
    try:
        code = order["clientProfileData"]["customer"]["organization"]["costCenter"]["code"]
        if type(code) is str:
            return code == "CC-042"
    except Exception:
        return general(order)
    return general(order)


def many_of_one(order: Order) -> Any:
    try:
        count = 0
        for item in order["items"]:
            quantity = item["quantity"]
            if type(quantity) is not int and type(quantity) is not float:
                return general(order)
            if quantity > 5:
                count += 1
        return count > 0
    except Exception:
        return general(order)


def total(order: Order) -> Any:
    try:
        value = 0
        for item in order["items"]:
            price, quantity = item["price"], item["quantity"]
            if type(price) is not int and type(price) is not float:
                return general(order)
            if type(quantity) is not int and type(quantity) is not float:
                return general(order)
            value += price * quantity
        return value > 50000
    except Exception:
        return general(order)


def allocated(order: Order) -> Any:
    try:
        count = 0
        for allocation in order["budgetData"]["unitAllocations"].values():
            budget = allocation["budgetId"]
            if type(budget) is not str:
                return general(order)
            if budget == "0198f73a":
                count += 1
        return count > 0
    except Exception:
        return general(order)


def seller(order: Order) -> Any:
    try:
        for item in order["items"]:
            found = item["sellerId"]
            if type(found) is not str:
                return general(order)
            if found == "x":
                return True
        return False
    except Exception:
        return general(order)


def share(order: Order) -> Any:
    try:
        value, whole = order["value"], order["budgetData"]["total"]
        if (type(value) is int or type(value) is float) and (
            type(whole) is int or type(whole) is float
        ):
            return value / whole * 100 >= 80
    except Exception:
        return general(order)
    return general(order)


def mail(order: Order) -> Any:
    try:
        address = order["clientProfileData"]["email"]
        if type(address) is str:
            return _SEARCH(address) is not None
    except Exception:
        return general(order)
    return general(order)


def recent(order: Order) -> Any:
    try:
        created = order["creationDate"]
        if type(created) is str:
            return (datetime.fromisoformat(created) - _EPOCH) // _MILLISECOND > _BEGIN
    except Exception:
        return general(order)
    return general(order)


def everything(order: Order) -> Any:
    try:
        value = order["value"]
        installments = order["paymentData"]["transactions"][0]["payments"][0]["installments"]
        if (type(value) is int or type(value) is float) and (
            type(installments) is int or type(installments) is float
        ):
            return (
                order["status"] == "waiting-for-authorization"
                and 1000 < value < 100000000000
                and order["salesChannel"] == "1"
                and order["clientProfileData"]["isCorporate"] is True
                and order["shippingData"]["address"]["country"] == "BRA"
                and installments <= 12
                and "openTextField" in order
                and order["marketingData"]["coupon"] != "STAFF"
                and order["origin"] in _ORIGINS
            )
    except Exception:
        return general(order)
    return general(order)


def route(order: Order) -> Any:
    try:
        for entry in order["totals"]:
            if entry["id"] == "Items":
                value = entry["value"]
                if type(value) is not int and type(value) is not float:
                    return general(order)
                if value > 100000000:
                    return "director"
        value = order["value"]
        if type(value) is int or type(value) is float:
            return "manager" if value > 20000 else "auto"
    except Exception:
        return general(order)
    return general(order)


FLOOR: list[Callable[[Order], Any]] = [
    large,
    canceled_or_channel,
    text_and_value,
    company,
    cost_center,
    many_of_one,
    total,
    allocated,
    seller,
    share,
    mail,
    recent,
    everything,
    route,
]
