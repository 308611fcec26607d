"""Which orders are looked for, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Onlooker:
    """A person who sees the own orders and those with a line of this person in their history; also
    those of `units`, and those that wait for one of the `approvers`.
    """

    account: str
    person_id: str
    units: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AuthorizationFilter:
    """Which authorizations: every field given must match; instants are exclusive milliseconds.

    `onlooker` leaves those that this person may see.
    """

    status: str | None = None
    unit_id: str | None = None
    order_id: str | None = None
    user_profile_id: str | None = None
    created_after: int | None = None
    created_before: int | None = None
    onlooker: Onlooker | None = None


@dataclass(frozen=True, slots=True)
class PendingFilter:
    """Which rules that wait: those of `approvers` (None: everybody's), and what else is given.

    `since_before` is exclusive, in milliseconds; `stuck` asks for rules that nobody can decide.
    """

    approvers: Sequence[str] | None = None
    dimension_id: str | None = None
    rule_id: str | None = None
    since_before: int | None = None
    stuck: bool = False
