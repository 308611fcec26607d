"""One order's authorization: everything known about it, as plain data.

A value of this type is never changed; every transition (`submit`, `callback`, `transitions`)
returns a new one. Times are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from placet.kit.wire_model import Document
from placet.orders.core.record import (
    Approval,
    Escalation,
    Event,
    Hold,
    Reminder,
    Status,
    Verdict,
    Wait,
)
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.unit import Unit
from placet.policies.core.effects import RuleStatus
from placet.policies.core.model import AccountSettings
from placet.policies.core.trace import DimensionTrace, RuleTrace


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """The authorization of one revision of one order.

    `policy` is the digest of the rules that judge it, `unit_path` leads from the root to the
    buyer's unit, `dimension_id` and `rule_id` name the rule that decided or is waited for (None: no
    rule fired). `spending` is what was asked for, `holds` what the order has of it now. `waits`
    tells since when each rule that waits does so.
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
    history: tuple[Event, ...] = ()
    waits: tuple[Wait, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    escalations: tuple[Escalation, ...] = ()

    @property
    def unit_id(self) -> str | None:
        """The buyer's unit."""
        return self.unit_path[-1].id if self.unit_path else None

    @property
    def requesters(self) -> frozenset[str]:
        """The people the order is from: the buyer, and the person who submitted it as the buyer."""
        buyer = [self.user_profile_id] if self.user_profile_id is not None else []
        submitted = (
            event.actor_id
            for event in self.history[:1]
            if event.actor_kind is ActorKind.USER and event.actor_id is not None
        )
        return frozenset([*buyer, *submitted])

    @property
    def barred(self) -> frozenset[str]:
        """The people who may not decide the order, whatever they may do elsewhere."""
        return frozenset() if self.settings.requester_may_decide else self.requesters

    @property
    def live(self) -> bool:
        """Whether this is the order's valid revision: not superseded, cancelled or expired."""
        return self.status not in (Status.SUPERSEDED, Status.CANCELLED, Status.EXPIRED)

    def find(self, dimension_id: str, rule_id: str) -> tuple[DimensionTrace, RuleTrace] | None:
        """The dimension and rule with these ids, None when one is not part of the policy."""
        for dimension in self.dimensions:
            if dimension.dimension_id == dimension_id:
                rule = dimension.rule(rule_id)
                return (dimension, rule) if rule else None
        return None

    def waiting(self) -> Iterator[tuple[DimensionTrace, RuleTrace]]:
        """The rules that wait for people, in the order of the walk."""
        if self.status is not Status.PENDING:
            return
        for dimension in self.dimensions:
            if not dimension.simulated:
                for rule in dimension.rules:
                    if rule.status is RuleStatus.PENDING:
                        yield dimension, rule

    def waiting_since(self, dimension_id: str, rule_id: str) -> int:
        """When a rule that waits began to."""
        for wait in self.waits:
            if (wait.dimension_id, wait.rule_id) == (dimension_id, rule_id):
                return wait.since
        # Authorizations stored before waits were kept do not say.
        return self.created_at

    def level_up_since(self, dimension_id: str, rule_id: str) -> int:
        """When the level of a rule that waits came up: with the rule, or when another accepted."""
        accepted = [
            approval.at
            for approval in self.approvals_of(dimension_id, rule_id)
            if approval.verdict is Verdict.ACCEPTED
        ]
        return max([self.waiting_since(dimension_id, rule_id), *accepted])

    def approvals_of(self, dimension_id: str, rule_id: str) -> tuple[Approval, ...]:
        """The callbacks a rule has had, oldest first."""
        return tuple(
            approval
            for approval in self.approvals
            if (approval.dimension_id, approval.rule_id) == (dimension_id, rule_id)
        )

    def decision_under(self, actor: Actor, idempotency_key: str | None) -> Event | None:
        """The line about what `actor` decided under a key, None where it did not."""
        if idempotency_key is None:
            return None
        here = (actor.kind, actor.id, idempotency_key)
        lines = (
            event
            for event in self.history
            if (event.actor_kind, event.actor_id, event.idempotency_key) == here
        )
        return next(lines, None)

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
            "waits": [wait.to_document() for wait in self.waits],
            "reminders": [reminder.to_document() for reminder in self.reminders],
            "escalations": [escalation.to_document() for escalation in self.escalations],
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
            settings=AccountSettings.of_document(document["settings"]),
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
            waits=tuple(Wait.from_document(item) for item in document.get("waits", ())),
            reminders=tuple(Reminder.from_document(item) for item in document.get("reminders", ())),
            escalations=tuple(
                Escalation.from_document(item) for item in document.get("escalations", ())
            ),
        )
