"""People, and how they are looked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person. `roles` are names of `application.roles.Role`; instants are in milliseconds.

    An inactive person may do nothing, and stays on record for what was done before.
    """

    account: str
    user_id: str
    email: str | None = None
    name: str = ""
    unit_id: str | None = None
    roles: frozenset[str] = frozenset()
    can_impersonate: bool = False
    active: bool = True
    created_at: int = 0
    changed_at: int = 0


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which people: every one that is given must match.

    `email` is the whole address in any case, `within` units that the person is in or below; an
    empty `unit_ids` or `within` matches nobody.
    """

    unit_ids: Collection[str] | None = None
    within: Collection[str] | None = None
    email: str | None = None
    role: str | None = None
    active: bool | None = None
