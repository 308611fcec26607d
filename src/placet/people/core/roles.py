"""The predefined roles of people, and what each allows.

None allows the bulk import: it makes organizations of the whole account, while people act within
the unit they belong to. It is left to app keys with `B2BBulkImport`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from placet.errors import InvalidRequest
from placet.people.core.permissions import Permission

_NAMESPACE: Final = UUID("8c4f3d0e-6c1b-5d43-9a53-0f5a7be1c9d2")


class Role(StrEnum):
    """What a person is; a person can have several roles."""

    ORGANIZATIONAL_UNIT_ADMIN = "Organizational Unit Admin"
    ORDER_APPROVER = "Order Approver"
    BUYER = "Buyer"
    BUYING_POLICY_MANAGER = "Buying Policy Manager"
    BUDGET_MANAGER = "Budget Manager"

    @property
    def guid(self) -> str:
        """The id that import files call the role by: the same in every installation, for ever."""
        return str(uuid5(_NAMESPACE, self.value))


PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ORGANIZATIONAL_UNIT_ADMIN: frozenset(
        {
            Permission.MANAGE_BUYING_POLICIES,
            Permission.VIEW_BUYING_POLICIES,
            Permission.MANAGE_BUDGETS,
            Permission.VIEW_BUDGET,
            Permission.MANAGE_ORGANIZATION_UNITS,
            Permission.VIEW_ORGANIZATION_UNITS,
        }
    ),
    Role.ORDER_APPROVER: frozenset({Permission.APPROVE_ORDERS}),
    Role.BUYER: frozenset({Permission.PLACE_ORDERS}),
    Role.BUYING_POLICY_MANAGER: frozenset(
        {Permission.MANAGE_BUYING_POLICIES, Permission.VIEW_BUYING_POLICIES}
    ),
    Role.BUDGET_MANAGER: frozenset({Permission.MANAGE_BUDGETS, Permission.VIEW_BUDGET}),
}
_BY_WORD: Final = {word.casefold(): role for role in Role for word in (role.value, role.guid)}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What people with these roles may do. A role that is none allows nothing."""
    known = (PERMISSIONS[role] for name in roles if (role := _BY_WORD.get(name.casefold())))
    return frozenset().union(*known)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that grant a permission."""
    return tuple(role for role in Role if permission in PERMISSIONS[role])


def role_named(text: str) -> Role:
    """The role of this name or GUID, in any case.

    Raises:
        InvalidRequest: there is no such role.
    """
    role = _BY_WORD.get(text.strip().casefold())
    if role is None:
        known = ", ".join(f"`{role}`" for role in Role)
        raise InvalidRequest(f"`{text[:100]}` is no role: use one of {known}, or its GUID")
    return role
