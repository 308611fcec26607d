"""What a caller can be allowed to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


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


# What each kind of work takes: any one of these.
PLACING_ORDERS: Final = frozenset({Permission.PLACE_ORDERS})
DECIDING_ORDERS: Final = frozenset({Permission.APPROVE_ORDERS})
JUDGING_AGAIN: Final = frozenset({Permission.PLACE_ORDERS, Permission.MANAGE_BUYING_POLICIES})
VIEWING_ORDERS: Final = frozenset(
    {Permission.PLACE_ORDERS, Permission.VIEW_BUYING_POLICIES, Permission.APPROVE_ORDERS}
)
MANAGING_POLICIES: Final = frozenset({Permission.MANAGE_BUYING_POLICIES})
VIEWING_POLICIES: Final = MANAGING_POLICIES | {Permission.VIEW_BUYING_POLICIES}
DELEGATING: Final = MANAGING_POLICIES | {Permission.APPROVE_ORDERS}
# Whoever stands in for somebody may have no right but the one to place orders.
VIEWING_DELEGATIONS: Final = DELEGATING | VIEWING_POLICIES | PLACING_ORDERS
MANAGING_UNITS: Final = frozenset({Permission.MANAGE_ORGANIZATION_UNITS})
VIEWING_UNITS: Final = MANAGING_UNITS | {Permission.VIEW_ORGANIZATION_UNITS}
MANAGING_BUDGETS: Final = frozenset({Permission.MANAGE_BUDGETS})
VIEWING_BUDGETS: Final = MANAGING_BUDGETS | {Permission.VIEW_BUDGET}
IMPORTING: Final = frozenset({Permission.B2B_BULK_IMPORT})
