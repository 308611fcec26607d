"""People as those who act."""

from __future__ import annotations

from placet.application.roles import permissions_of
from placet.authorization.model import Actor, ActorKind
from placet.storage.users import User

__all__ = ["actor_of"]


def actor_of(user: User) -> Actor:
    """The person as an actor: what the roles permit, in the person's unit.

    Someone inactive may do nothing.
    """
    permissions = permissions_of(user.roles) if user.active else frozenset()
    units = [user.unit_id] if user.unit_id is not None else []
    return Actor(
        ActorKind.USER,
        user.user_id,
        permissions,
        frozenset(units),
        name=user.name or user.email,
    )
