"""What a caller can be allowed to do."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """The permissions of keys and people, in the words of the API documentation.

    The two of organization units cover their people too. The documentation has three resources for
    them (`View_Organization_Unit`, `Edit_Organization_Unit`, `Move_Organization_Unit`), but no role
    with one and without the other of the last two, so they are one here, named like its neighbours.
    """

    MANAGE_BUYING_POLICIES = "ManageBuyingPolicies"
    VIEW_BUYING_POLICIES = "ViewBuyingPolicies"
    APPROVE_ORDERS = "ApproveOrders"
    PLACE_ORDERS = "PlaceOrders"
    MANAGE_BUDGETS = "ManageBudgets"
    VIEW_BUDGET = "ViewBudget"
    B2B_BULK_IMPORT = "B2BBulkImport"
    MANAGE_ORGANIZATION_UNITS = "ManageOrganizationUnits"
    VIEW_ORGANIZATION_UNITS = "ViewOrganizationUnits"
