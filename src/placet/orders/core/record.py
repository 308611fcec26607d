"""What an authorization keeps of what happened to it: callbacks, history, holds, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from placet.kit.stored import Stored
from placet.people.core.actor import Actor, ActorKind


class Status(StrEnum):
    """Where an authorization stands; `pending` and `accepted` can still change."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DENIED = "denied"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Verdict(StrEnum):
    """What one callback's score meant."""

    ACCEPTED = "accepted"
    DENIED = "denied"
    BYPASSED = "bypassed"


@dataclass(frozen=True, slots=True)
class Approval(Stored):
    """One callback that counted. `level` counts from 0 and is None where no authorizers are listed.

    `on_behalf_of` is the person the actor stood in for; None when it acted for itself.
    """

    dimension_id: str
    rule_id: str
    level: int | None
    verdict: Verdict
    score: float
    actor_kind: ActorKind
    actor_id: str
    actor_label: str
    at: int
    comment: str | None = None
    on_behalf_of: str | None = None
    on_behalf_of_label: str | None = None

    @property
    def who(self) -> str:
        """Who decided, for people: `Bea`, or `Bea for Ana`."""
        return _who(self.actor_label, self.on_behalf_of_label)


@dataclass(frozen=True, slots=True)
class Event(Stored):
    """One line of the history: who did what when, and the status before and after.

    `who` is for people; `actor_kind` and `actor_id` name the key or the user, `on_behalf_of` the
    person it stood in for. What concerns one rule names it, and its `level` counted from 0; a
    decision has its `score`, and the `idempotency_key` under which the client sent it.
    """

    at: int
    who: str
    what: str
    before: Status | None
    after: Status
    note: str | None = None
    actor_kind: ActorKind | None = None
    actor_id: str | None = None
    on_behalf_of: str | None = None
    dimension_id: str | None = None
    rule_id: str | None = None
    level: int | None = None
    score: float | None = None
    idempotency_key: str | None = None

    @classmethod
    def by(
        cls,
        actor: Actor,
        at: int,
        what: str,
        before: Status | None,
        after: Status,
        *,
        note: str | None = None,
    ) -> Self:
        """What `actor` did to the whole authorization."""
        return cls(at, actor.label, what, before, after, note, actor.kind, actor.id)


@dataclass(frozen=True, slots=True)
class Hold(Stored):
    """What an order has of one allocation, in 1/10,000 unit: reserved, or debited by a transaction.

    `context_id` is the unit the budget belongs to.
    """

    context_id: str
    budget_id: str
    allocation_id: str
    amount: int
    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wait(Stored):
    """Since when a rule waits for people."""

    dimension_id: str
    rule_id: str
    since: int


@dataclass(frozen=True, slots=True)
class Reminder(Stored):
    """That the people of a level were reminded; `level` is None where no authorizers are listed."""

    dimension_id: str
    rule_id: str
    level: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Escalation(Reminder):
    """That a level took too long: since then the next level's authorizer may act for it too."""


def _who(label: str, on_behalf_of: str | None) -> str:
    return label if on_behalf_of is None else f"{label} for {on_behalf_of}"
