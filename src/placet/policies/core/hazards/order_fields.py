"""The documented fields of orders, and what is usual where neither orders nor a schema tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

__all__ = ["KNOWN_TYPES", "LISTS_BY_KEY", "MONEY", "PLURALS", "WRAPPERS", "fields_at"]

_FIELD: Final = {"name": "string", "value": "any", "customFieldId": "string",
                 "customFieldValueId": "string"}  # fmt: skip
_BALANCE: Final = {"amount": "number", "balanceAdjustment": "number", "remaining": "number",
                   "carried": "number"}  # fmt: skip
_ALLOCATION: Final = {
    "id": "string", "linkedEntity": {"id": "string", "type": "string"}, "balance": _BALANCE,
    "reservations": "number", "ToBeSpent": "number",
}  # fmt: skip
# The order document of buying policies; `any` is what may be of several types, "*" stands for any
# key. What a list holds is written in its place.
_DOCUMENTED: Final[dict[str, Any]] = {
    "orderId": "string",
    "marketPlaceOrderId": "string",
    "value": "number",
    "items": {
        "id": "string", "sku": "string", "name": "string", "price": "number", "quantity": "number",
        "priceDefinition": {"total": "number"}, "sellerId": "string",
    },
    "openTextField": {"value": "string"},
    "customData": {
        "customFields": {"fields": _FIELD},
        "customApps": {"id": "string", "fields": {"name": "string", "value": "any"}},
    },
    "budgetData": {
        "budgets": {
            "id": "string", "name": "string", "unitId": "string", "status": "string",
            "currency": "string", "overAllocated": "boolean", "enforcement": "string",
            "pacing": "any",
            "cycleConfiguration": {
                "startDate": "string", "endDate": "string", "timeZone": "string",
            },
            "balance": _BALANCE, "allocations": _ALLOCATION,
        },
        "unitAllocations": {
            "*": {"budgetId": "string", "allocationId": "string", **_ALLOCATION},
        },
    },
}  # fmt: skip
# Fields that shops add to the order itself. Nothing is known of what is in them.
_USUAL: Final = (
    "status", "clientProfileData", "shippingData", "paymentData", "marketingData",
    "salesChannel", "origin", "creationDate",
)  # fmt: skip
# Names under which programs hold an order, and that are therefore written before its fields.
WRAPPERS: Final = frozenset({
    "body", "cart", "context", "ctx", "data", "doc", "document", "input", "order", "orderform",
    "orders", "payload", "purchase", "request", "root", "self", "submission", "this",
})  # fmt: skip
# Fields that hold amounts.
MONEY: Final = frozenset({
    "amount", "balance", "balanceAdjustment", "cost", "discount", "fee", "listPrice", "price",
    "remaining", "sellingPrice", "shipping", "subtotal", "tax", "total", "value",
})  # fmt: skip
# Fields that hold lists.
PLURALS: Final = frozenset({
    "allocations", "attachments", "budgets", "bundleItems", "categories", "components",
    "customApps", "fields", "invoices", "items", "itemMetadata", "linkedEntities", "logisticsInfo",
    "offerings", "packages", "payments", "priceTags", "promotions", "selectedAddresses", "sellers",
    "slas", "tags", "totals", "transactions",
})  # fmt: skip
# Fields that hold one list under each of their keys.
LISTS_BY_KEY: Final = frozenset({"unitAllocations"})

_Path = tuple[str, ...]


def _listed(fields: dict[str, Any], path: _Path) -> Iterator[tuple[_Path, Any]]:
    for name, part in fields.items():
        yield (*path, name), part
        if isinstance(part, dict):
            yield from _listed(part, (*path, name))


_PLACES: Final[dict[_Path, Any]] = dict(_listed(_DOCUMENTED, ()))
# Fields whose type every order document agrees on, by their path.
KNOWN_TYPES: Final[dict[_Path, str]] = {
    path: part if isinstance(part, str) else "object"
    for path, part in _PLACES.items()
    if part != "any" and "unitAllocations" not in path
}


def fields_at(path: _Path, *, usual: bool = True) -> frozenset[str]:
    """The documented fields of what stands at a path; none where nothing is documented.

    With `usual` also those that shops use to add to the order itself.
    """
    path = tuple(part for part in path if part != "**")
    if not path:
        return frozenset((*_DOCUMENTED, *(_USUAL if usual else ())))
    found = _PLACES.get(path) or _PLACES.get((*path[:-1], "*"))
    return frozenset(found) - {"*"} if isinstance(found, dict) else frozenset()
