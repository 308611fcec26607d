"""The engines that are compared, each as `compile(source) -> evaluate(order)`, and the orders."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

import placet.jsonata

__all__ = ["RULES", "SIZES", "VARIED", "order_of", "peers", "placet_engine"]

Evaluate = Callable[[Any], Any]
HERE = Path(__file__).parent
SIZES = (3, 30, 300)
_EXPRESSIONS = yaml.safe_load((HERE / "expressions.yaml").read_text("utf-8"))
RULES: list[str] = _EXPRESSIONS["rules"]
VARIED: list[str] = _EXPRESSIONS["varied"]


def placet_engine(source: str) -> Evaluate:
    return placet.jsonata.compile(source).evaluate


def peers() -> dict[str, Callable[[str], Evaluate]]:
    """The other engines that are installed."""
    makers: dict[str, Callable[[Any], Callable[[str], Evaluate]]] = {
        "jsonata2py": lambda module: lambda source: module.compile(source).evaluate,
        "jsonatapy": lambda module: lambda source: module.compile(source).evaluate,
        "jlens": lambda module: lambda source: module.Expression(source).evaluate,
    }
    found = {}
    for name, maker in makers.items():
        try:
            found[name] = maker(importlib.import_module(name))
        except ModuleNotFoundError:
            continue
    return found


def order_of(size: int) -> dict[str, Any]:
    """An order of `size` items."""
    items = [_item(number, size) for number in range(size)]
    value = sum(item["price"] * item["quantity"] for item in items)
    allocations = {
        f"unit-{number:02}": {
            "budgetId": f"0198{number:04}",
            "allocationId": f"al-{number}",
            "balance": 40_000 + number,
        }
        for number in range(2 + size // 30)
    }
    allocations["unit-01"]["budgetId"] = "0198f73a"
    return {
        "orderId": "SO-1",
        "status": "waiting-for-authorization",
        "origin": "Fulfillment",
        "salesChannel": "1",
        "value": value,
        "creationDate": "2026-03-14T15:09:26.535Z",
        "lastChange": "2026-03-14T15:10:00.000Z",
        "totals": [
            {"id": "Items", "value": value - 1500},
            {"id": "Discounts", "value": 0},
            {"id": "Shipping", "value": 1500},
        ],
        "clientProfileData": {
            "email": "buyer@globex.com",
            "isCorporate": True,
            "corporateName": "Globex",
            "customer": {"organization": {"id": "org-1", "costCenter": {"code": "CC-042"}}},
        },
        "shippingData": {
            "address": {"postalCode": "01310-100", "country": "BRA"},
            "logisticsInfo": [{"price": 1500}],
        },
        "paymentData": {
            "transactions": [
                {"payments": [{"paymentSystem": "201", "value": value, "installments": 1}]}
            ]
        },
        "openTextField": {"value": "ODP use cases"},
        "marketingData": {"coupon": None},
        "budgetData": {
            "budgetId": "0198f73a",
            "total": value * 11 // 10,
            "unitAllocations": allocations,
        },
        "items": items,
    }


def _item(number: int, size: int) -> dict[str, Any]:
    return {
        "id": f"{880_000 + number}",
        "name": ("Glove", "Paper A4", "Laptop stand")[number % 3],
        "quantity": 1 + number % 9,
        "price": 1_000 + 777 * number,
        "listPrice": 2_000 + 777 * number,
        "sellerId": "x" if number == size - 1 else "1",
        "isGift": False,
        "manualPrice": None,
        "taxCode": "",
        "measurementUnit": "un",
        "unitMultiplier": 1.0,
        "additionalInfo": {"brandName": ("Dell", "3M")[number % 2], "categoriesIds": "/1/12/"},
    }
