"""The predefined roles: their permissions, and the ids that import files call them by."""

from __future__ import annotations

import pytest

from placet.errors import InvalidRequest
from placet.people.core.permissions import Permission
from placet.people.core.roles import Role, permissions_of, role_named, roles_with

# In import files of customers, so these never change.
GUIDS = {
    "Organizational Unit Admin": "53c61fa5-22b2-53d0-855d-5156f9dc5e4d",
    "Order Approver": "946b4229-537f-5160-880c-af4123320c91",
    "Buyer": "0befc74f-c848-5aab-92ce-089d8b7d6bc3",
    "Buying Policy Manager": "277f8407-aedf-5a25-86e8-805b8bd8ed26",
    "Budget Manager": "a53830ec-b4f6-5c7f-9a94-9b226c1922c7",
}
GRANTED = {
    "Organizational Unit Admin": {
        "ManageBuyingPolicies", "ViewBuyingPolicies", "ManageBudgets", "ViewBudget",
        "ManageOrganizationUnits", "ViewOrganizationUnits",
    },
    "Order Approver": {"ApproveOrders"},
    "Buyer": {"PlaceOrders"},
    "Buying Policy Manager": {"ManageBuyingPolicies", "ViewBuyingPolicies"},
    "Budget Manager": {"ManageBudgets", "ViewBudget"},
}  # fmt: skip


def test_every_role_keeps_its_id() -> None:
    assert {str(role): role.guid for role in Role} == GUIDS


def test_every_role_grants_what_it_is_for() -> None:
    assert {str(role): set(map(str, permissions_of([role]))) for role in Role} == GRANTED


@pytest.mark.parametrize("name", GUIDS)
def test_a_role_is_known_by_name_and_id_in_any_case(name: str) -> None:
    assert role_named(f" {name.upper()} ") is role_named(GUIDS[name].upper()) is Role(name)


@pytest.mark.parametrize("text", ["", "Admin", "Buyer2", "Order  Approver"])
def test_what_is_no_role_is_refused_and_allows_nothing(text: str) -> None:
    with pytest.raises(InvalidRequest, match="is no role"):
        role_named(text)
    assert permissions_of([text]) == frozenset()


def test_roles_add_up() -> None:
    assert permissions_of(["Buyer", "Order Approver", "Emperor"]) == {
        Permission.PLACE_ORDERS,
        Permission.APPROVE_ORDERS,
    }


def test_only_approvers_may_approve_and_only_unit_admins_manage_people() -> None:
    assert roles_with(Permission.APPROVE_ORDERS) == (Role.ORDER_APPROVER,)
    assert roles_with(Permission.MANAGE_ORGANIZATION_UNITS) == (Role.ORGANIZATIONAL_UNIT_ADMIN,)
    assert roles_with(Permission.B2B_BULK_IMPORT) == ()
