"""The usual fields of orders, assumed where neither a sample nor a schema tells."""

from __future__ import annotations

from typing import Final

__all__ = ["KNOWN_TYPES", "LISTS_BY_KEY", "MONEY", "ORDER_FIELDS", "PLURALS"]

# Fields of the order itself.
ORDER_FIELDS: Final = frozenset({
    "orderId", "value", "items", "status", "totals", "openTextField", "customData", "budgetData",
    "clientProfileData", "shippingData", "paymentData", "marketingData", "salesChannel", "origin",
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
# Fields whose type every order document agrees on, by their path.
KNOWN_TYPES: Final[dict[tuple[str, ...], str]] = {
    ("value",): "number",
    ("items", "price"): "number",
    ("items", "quantity"): "number",
    ("orderId",): "string",
}
