"""Who acts: a machine, a person, or the service itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

APPROVE_ORDERS: Final = "ApproveOrders"


class ActorKind(StrEnum):
    """Who calls: a machine with an app key, a person with a user token, or the service itself."""

    APP_KEY = "app-key"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `unit_ids` are the units a person is a member of, `name` what people are shown."""

    kind: ActorKind
    id: str
    permissions: frozenset[str] = frozenset()
    unit_ids: frozenset[str] = frozenset()
    name: str | None = None

    @property
    def label(self) -> str:
        """How messages and records call the actor."""
        if self.kind is ActorKind.SYSTEM:
            return self.name or "the service"
        return self.name or f"{'app key' if self.kind is ActorKind.APP_KEY else 'user'} {self.id}"


SERVICE: Final = Actor(ActorKind.SYSTEM, "placet")


@dataclass(frozen=True, slots=True)
class Delegator:
    """A person the caller may act for now, with what that person may do and is a member of."""

    user_id: str
    name: str | None = None
    unit_ids: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()

    @property
    def actor(self) -> Actor:
        """The person, as if acting alone."""
        return Actor(ActorKind.USER, self.user_id, self.permissions, self.unit_ids, self.name)
