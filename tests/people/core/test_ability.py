"""Who can decide orders at all."""

from __future__ import annotations

import pytest

from placet.people.core.ability import why_unable
from placet.people.core.roles import Role, permissions_of
from placet.people.core.user import User
from support.people.units import person


@pytest.mark.parametrize(
    ("user", "why"),
    [
        (None, "is not on record"),
        (person("ann", "acme", active=False), "is inactive"),
        (person("ann", "acme", ["Buyer"]), "has no role with `ApproveOrders`"),
        (person("ann", None), None),
        (person("ann", "acme", active=True), None),
    ],
)
def test_an_approver_is_on_record_active_and_has_the_role(
    user: User | None, why: str | None
) -> None:
    assert why_unable(user) == why


@pytest.mark.parametrize("role", Role)
def test_a_role_makes_approvers_where_it_grants_the_permission(role: Role) -> None:
    able = why_unable(person("ann", "acme", [role])) is None
    assert able == ("ApproveOrders" in permissions_of([role]))
