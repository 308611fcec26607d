"""One order's authorization: everything known about it, as plain data.

A value of this type is never changed; every transition (`submit`, `callback`, `transitions`)
returns a new one. Times are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from placet.policy.fields import Document
from placet.policy.model import AccountSettings, Unit
from placet.policy.trace import DimensionTrace, RuleTrace

__all__ = ["Actor", "ActorKind", "Approval", "Authorization", "Event", "Hold", "Status", "Verdict"]


class Status(StrEnum):
    """Where an authorization stands; `pending` and `accepted` can still change."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DENIED = "denied"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Verdict(StrEnum):
    """What one callback's score meant."""

    ACCEPTED = "accepted"
    DENIED = "denied"
    BYPASSED = "bypassed"


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
            return "the service"
        return self.name or f"{'app key' if self.kind is ActorKind.APP_KEY else 'user'} {self.id}"


@dataclass(frozen=True, slots=True)
class Approval:
    """One accepted callback. `level` counts from 0 and is None where no authorizers are listed."""

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
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: who did what when, and the status before and after."""

    at: int
    who: str
    what: str
    before: Status | None
    after: Status
    note: str | None = None

    def to_document(self) -> Document:
        """As JSON."""
        return {
            "at": self.at,
            "who": self.who,
            "what": self.what,
            "before": self.before,
            "after": self.after,
            "note": self.note,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        before = document["before"]
        return cls(
            at=document["at"],
            who=document["who"],
            what=document["what"],
            before=Status(before) if before else None,
            after=Status(document["after"]),
            note=document["note"],
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """The authorization of one revision of one order.

    `policy` is the digest of the rules that judge it, `unit_path` leads from the root to the
    buyer's unit, `dimension_id` and `rule_id` name the rule that decided or is waited for (None: no
    rule fired). `spending` is what was asked for, `holds` what the order has of it now.
    """

    id: str
    account: str
    order_id: str
    revision: int
    fingerprint: str
    status: Status
    reason: str
    order: Document
    policy: str
    settings: AccountSettings
    created_at: int
    changed_at: int
    unit_path: tuple[Unit, ...] = ()
    user_profile_id: str | None = None
    callback_endpoint: str | None = None
    linked_entities: tuple[Document, ...] = ()
    spending: tuple[Document, ...] = ()
    holds: tuple[Hold, ...] = ()
    dimensions: tuple[DimensionTrace, ...] = ()
    dimension_id: str | None = None
    rule_id: str | None = None
    approvals: tuple[Approval, ...] = ()
    history: tuple[Event, ...] = field(default=())

    @property
    def unit_id(self) -> str | None:
        """The buyer's unit."""
        return self.unit_path[-1].id if self.unit_path else None

    @property
    def live(self) -> bool:
        """Whether this is the order's valid revision: neither superseded nor cancelled."""
        return self.status not in (Status.SUPERSEDED, Status.CANCELLED)

    def find(self, dimension_id: str, rule_id: str) -> tuple[DimensionTrace, RuleTrace] | None:
        """The dimension and rule with these ids, None when one is not part of the policy."""
        for dimension in self.dimensions:
            if dimension.dimension_id == dimension_id:
                rule = dimension.rule(rule_id)
                return (dimension, rule) if rule else None
        return None

    def approvals_of(self, dimension_id: str, rule_id: str) -> tuple[Approval, ...]:
        """The callbacks a rule has had, oldest first."""
        return tuple(
            approval
            for approval in self.approvals
            if (approval.dimension_id, approval.rule_id) == (dimension_id, rule_id)
        )

    def to_document(self) -> Document:
        """As JSON, for storage."""
        return {
            "id": self.id,
            "account": self.account,
            "orderId": self.order_id,
            "revision": self.revision,
            "fingerprint": self.fingerprint,
            "status": self.status,
            "reason": self.reason,
            "order": self.order,
            "policy": self.policy,
            "settings": self.settings.to_document(),
            "createdAt": self.created_at,
            "changedAt": self.changed_at,
            "unitPath": [unit.to_document() for unit in self.unit_path],
            "userProfileId": self.user_profile_id,
            "callbackEndpoint": self.callback_endpoint,
            "linkedEntities": list(self.linked_entities),
            "spending": list(self.spending),
            "holds": [hold.to_document() for hold in self.holds],
            "dimensions": [dimension.to_document() for dimension in self.dimensions],
            "dimensionId": self.dimension_id,
            "ruleId": self.rule_id,
            "approvals": [approval.to_document() for approval in self.approvals],
            "history": [event.to_document() for event in self.history],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(
            id=document["id"],
            account=document["account"],
            order_id=document["orderId"],
            revision=document["revision"],
            fingerprint=document["fingerprint"],
            status=Status(document["status"]),
            reason=document["reason"],
            order=document["order"],
            policy=document["policy"],
            settings=AccountSettings.model_validate(document["settings"]),
            created_at=document["createdAt"],
            changed_at=document["changedAt"],
            unit_path=tuple(Unit.model_validate(unit) for unit in document["unitPath"]),
            user_profile_id=document["userProfileId"],
            callback_endpoint=document["callbackEndpoint"],
            linked_entities=tuple(document["linkedEntities"]),
            spending=tuple(document["spending"]),
            # Authorizations stored before orders could hold money do not say.
            holds=tuple(Hold.from_document(item) for item in document.get("holds", ())),
            dimensions=tuple(DimensionTrace.from_document(item) for item in document["dimensions"]),
            dimension_id=document["dimensionId"],
            rule_id=document["ruleId"],
            approvals=tuple(Approval.from_document(item) for item in document["approvals"]),
            history=tuple(Event.from_document(item) for item in document["history"]),
        )
