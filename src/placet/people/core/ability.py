"""Whether a person can decide orders."""

from __future__ import annotations

from placet.people.core.permissions import Permission
from placet.people.core.roles import permissions_of
from placet.people.core.user import User


def why_unable(user: User | None) -> str | None:
    """Why a person, None for one who is not on record, cannot decide anything; None: it can."""
    if user is None:
        return "is not on record"
    if not user.active:
        return "is inactive"
    if Permission.APPROVE_ORDERS not in permissions_of(user.roles):
        return f"has no role with `{Permission.APPROVE_ORDERS}`"
    return None
