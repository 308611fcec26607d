"""What an authorization keeps of what happened to it: callbacks, history, holds, reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from placet.kit.wire_model import Document
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
class Approval:
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

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "dimensionId": self.dimension_id,
            "ruleId": self.rule_id,
            "level": self.level,
            "verdict": self.verdict,
            "score": self.score,
            "actorKind": self.actor_kind,
            "actorId": self.actor_id,
            "actorLabel": self.actor_label,
            "at": self.at,
            "comment": self.comment,
            "onBehalfOf": self.on_behalf_of,
            "onBehalfOfLabel": self.on_behalf_of_label,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(
            dimension_id=document["dimensionId"],
            rule_id=document["ruleId"],
            level=document["level"],
            verdict=Verdict(document["verdict"]),
            score=document["score"],
            actor_kind=ActorKind(document["actorKind"]),
            actor_id=document["actorId"],
            actor_label=document["actorLabel"],
            at=document["at"],
            comment=document["comment"],
            # Approvals stored before there were delegations do not say.
            on_behalf_of=document.get("onBehalfOf"),
            on_behalf_of_label=document.get("onBehalfOfLabel"),
        )


@dataclass(frozen=True, slots=True)
class Event:
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

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "at": self.at,
            "who": self.who,
            "what": self.what,
            "before": self.before,
            "after": self.after,
            "note": self.note,
            "actorKind": self.actor_kind,
            "actorId": self.actor_id,
            "onBehalfOf": self.on_behalf_of,
            "dimensionId": self.dimension_id,
            "ruleId": self.rule_id,
            "level": self.level,
            "score": self.score,
            "idempotencyKey": self.idempotency_key,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON; lines stored by earlier versions say less."""
        before, kind = document["before"], document.get("actorKind")
        return cls(
            at=document["at"],
            who=document["who"],
            what=document["what"],
            before=Status(before) if before else None,
            after=Status(document["after"]),
            note=document["note"],
            actor_kind=ActorKind(kind) if kind else None,
            actor_id=document.get("actorId"),
            on_behalf_of=document.get("onBehalfOf"),
            dimension_id=document.get("dimensionId"),
            rule_id=document.get("ruleId"),
            level=document.get("level"),
            score=document.get("score"),
            idempotency_key=document.get("idempotencyKey"),
        )


@dataclass(frozen=True, slots=True)
class Hold:
    """What an order has of one allocation, in 1/10,000 unit: reserved, or debited by a transaction.

    `context_id` is the unit the budget belongs to.
    """

    context_id: str
    budget_id: str
    allocation_id: str
    amount: int
    transaction_id: str | None = None

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "contextId": self.context_id,
            "budgetId": self.budget_id,
            "allocationId": self.allocation_id,
            "amount": self.amount,
            "transactionId": self.transaction_id,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(
            context_id=document["contextId"],
            budget_id=document["budgetId"],
            allocation_id=document["allocationId"],
            amount=document["amount"],
            transaction_id=document["transactionId"],
        )


@dataclass(frozen=True, slots=True)
class Wait:
    """Since when a rule waits for people."""

    dimension_id: str
    rule_id: str
    since: int

    def to_document(self) -> Document:
        """As JSON."""
        return {"dimensionId": self.dimension_id, "ruleId": self.rule_id, "since": self.since}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(document["dimensionId"], document["ruleId"], document["since"])


@dataclass(frozen=True, slots=True)
class Reminder:
    """That the people of a level were reminded; `level` is None where no authorizers are listed."""

    dimension_id: str
    rule_id: str
    level: int | None
    at: int

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "dimensionId": self.dimension_id,
            "ruleId": self.rule_id,
            "level": self.level,
            "at": self.at,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(document["dimensionId"], document["ruleId"], document["level"], document["at"])


@dataclass(frozen=True, slots=True)
class Escalation(Reminder):
    """That a level took too long: since then the next level's authorizer may act for it too."""


def _who(label: str, on_behalf_of: str | None) -> str:
    return label if on_behalf_of is None else f"{label} for {on_behalf_of}"
