"""Delegations: who acts for whom, from when to when, and what was done about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from placet.kit.wire_model import Document
from placet.people.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """`delegate_id` may approve for `delegator_id` in [`from_at`, `until_at`), unless it was ended
    before; instants in milliseconds.
    """

    account: str
    delegation_id: str
    delegator_id: str
    delegate_id: str
    from_at: int
    until_at: int
    ended_at: int | None = None
    created_at: int = 0

    def over(self, now: int) -> bool:
        """Whether it is not, and will not be, in force any more."""
        return self.ended_at is not None or self.until_at <= now


@dataclass(frozen=True, slots=True)
class DelegationEvent:
    """One line of a delegation's record: who did what, by which key or user."""

    at: int
    who: str
    what: str
    actor_kind: str
    actor_id: str

    @classmethod
    def by(cls, actor: Actor, at: int, what: str) -> Self:
        """What `actor` did."""
        return cls(at, actor.label, what, actor.kind.value, actor.id)

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "at": self.at,
            "who": self.who,
            "what": self.what,
            "actorKind": self.actor_kind,
            "actorId": self.actor_id,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(
            at=document["at"],
            who=document["who"],
            what=document["what"],
            actor_kind=document["actorKind"],
            actor_id=document["actorId"],
        )


@dataclass(frozen=True, slots=True)
class DelegationFilter:
    """Which delegations: all that is given must match.

    `person_id` is either of the two people, and so may be, where `within` is given too, anybody of
    these units and those below them; `in_force_at` asks for those in force at an instant.
    """

    delegator_id: str | None = None
    delegate_id: str | None = None
    person_id: str | None = None
    within: Collection[str] | None = None
    in_force_at: int | None = None
