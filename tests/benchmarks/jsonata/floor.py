"""The benchmark's rules as an expert would write them for a well-formed order.

`FLOOR` has one function per rule, in the order of expressions.yaml. A missing field is survived, no
type is checked.
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


def large(order: Order) -> bool:
    return order.get("value", 0) > 10000


def canceled_or_channel(order: Order) -> bool:
    return (order.get("value", 0) > 10000 and order.get("status") == "canceled") or order.get(
        "salesChannel"
    ) == "1"


def text_and_value(order: Order) -> bool:
    try:
        text = order["openTextField"]["value"]
    except KeyError:
        return False
    return text == "ODP use cases" and order.get("value", 0) > 30000


def company(order: Order) -> bool:
    try:
        return order["clientProfileData"]["corporateName"] in _COMPANIES
    except KeyError:
        return False


def cost_center(order: Order) -> bool:
    try:
        return (
            order["clientProfileData"]["customer"]["organization"]["costCenter"]["code"] == "CC-042"
        )
    except KeyError:
        return False


def many_of_one(order: Order) -> bool:
    count = 0
    for item in order.get("items", ()):
        if item.get("quantity", 0) > 5:
            count += 1
    return count > 0


def total(order: Order) -> bool:
    value = 0
    for item in order.get("items", ()):
        value += item["price"] * item["quantity"]
    return value > 50000


def allocated(order: Order) -> bool:
    try:
        allocations = order["budgetData"]["unitAllocations"]
    except KeyError:
        return False
    count = 0
    for allocation in allocations.values():
        if allocation.get("budgetId") == "0198f73a":
            count += 1
    return count > 0


def seller(order: Order) -> bool:
    return any(item.get("sellerId") == "x" for item in order.get("items", ()))


def share(order: Order) -> bool:
    try:
        return order["value"] / order["budgetData"]["total"] * 100 >= 80
    except KeyError:
        return False


def mail(order: Order) -> bool:
    try:
        return _SEARCH(order["clientProfileData"]["email"]) is not None
    except KeyError:
        return False


def recent(order: Order) -> bool:
    try:
        return (datetime.fromisoformat(order["creationDate"]) - _EPOCH) // _MILLISECOND > _BEGIN
    except KeyError:
        return False


def everything(order: Order) -> bool:
    try:
        return (
            order["status"] == "waiting-for-authorization"
            and 1000 < order["value"] < 100000000000
            and order["salesChannel"] == "1"
            and order["clientProfileData"]["isCorporate"] is True
            and order["shippingData"]["address"]["country"] == "BRA"
            and order["paymentData"]["transactions"][0]["payments"][0]["installments"] <= 12
            and "openTextField" in order
            and order["marketingData"]["coupon"] != "STAFF"
            and order["origin"] in _ORIGINS
        )
    except KeyError:
        return False


def route(order: Order) -> str:
    for entry in order.get("totals", ()):
        if entry.get("id") == "Items" and entry["value"] > 100000000:
            return "director"
    return "manager" if order.get("value", 0) > 20000 else "auto"


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
