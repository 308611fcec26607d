"""What a caller can be allowed to do."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Permission"]


class Permission(StrEnum):
    """The permissions of keys and people, in the words of the API documentation."""

    MANAGE_BUYING_POLICIES = "ManageBuyingPolicies"
    VIEW_BUYING_POLICIES = "ViewBuyingPolicies"
    APPROVE_ORDERS = "ApproveOrders"
    PLACE_ORDERS = "PlaceOrders"
    MANAGE_BUDGETS = "ManageBudgets"
    VIEW_BUDGET = "ViewBudget"
    B2B_BULK_IMPORT = "B2BBulkImport"
