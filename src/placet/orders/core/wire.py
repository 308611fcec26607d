"""An authorization as the document of the Buying Policies API.

Its statuses are null, accepted, denied and pending. What Placet knows beyond that goes into the
API's open `additionalInfo`, so that clients of the API keep working: a superseded, cancelled or
expired authorization reads as denied there, never as something that may still go through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from placet.kit.money import amount_number
from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document
from placet.orders.core.levels import is_authorized, seats_of, turn_of
from placet.orders.core.model import Authorization
from placet.orders.core.reach import NO_REACH, Reach
from placet.orders.core.record import Approval, Hold, Status, Verdict
from placet.people.core.actor import Actor
from placet.policies.core.compiled import CompiledDimension, Policy
from placet.policies.core.effects import RuleStatus
from placet.policies.core.model import Dimension, Rule
from placet.policies.core.trace import DimensionTrace, RuleTrace
from placet.policies.core.wire import CREATION_ENVIRONMENT, CREATION_VERSION

WIRE_STATUS: Final = {
    Status.PENDING: "pending",
    Status.ACCEPTED: "accepted",
    Status.DENIED: "denied",
    Status.SUPERSEDED: "denied",
    Status.CANCELLED: "denied",
    Status.EXPIRED: "denied",
}
RULE_STATUS: Final = {
    RuleStatus.PENDING: "pending",
    RuleStatus.ACCEPTED: "accepted",
    RuleStatus.DENIED: "denied",
}
# What rules say beyond the API, shown where it is said.
_EXTENSIONS: Final = ("remindAfter", "escalateAfter")


def wire_status(status: Status) -> str:
    """The API's word for a status."""
    return WIRE_STATUS[status]


def authorization_document(
    authorization: Authorization,
    policy: Policy,
    caller: Actor,
    reach: Reach = NO_REACH,
) -> Document:
    """The response document; `isUserAuthorized` and `isUserNextAuthorizer` are the caller's.

    `policy` is the snapshot the authorization names; `reach` is the caller's.
    """
    view = _View(authorization, caller, reach)
    order = authorization.order
    return {
        "id": authorization.id,
        "orderId": authorization.order_id,
        "workflowInstanceId": authorization.id,
        "status": wire_status(authorization.status),
        "units": [unit.id for unit in reversed(authorization.unit_path)],
        "callbackEndpoint": authorization.callback_endpoint or "",
        "totalOrderValueDesiredBySeller": _number(order, "totalOrderValueDesiredBySeller"),
        "marketPlacePaymentValue": _number(order, "marketPlacePaymentValue"),
        "itemCollection": _items(order),
        "additionalInfo": {
            "userProfileId": authorization.user_profile_id or "",
            "reason": authorization.reason,
            "state": authorization.status,
            "revision": authorization.revision,
            "holds": [_hold(item) for item in authorization.holds],
            "approvals": [_approval(item) for item in authorization.approvals],
        },
        "dimensionStatus": [
            view.dimension(compiled, trace)
            for compiled, trace in zip(policy.dimensions, authorization.dimensions, strict=True)
        ],
        "creationDate": timestamp(authorization.created_at),
        "creationVersion": CREATION_VERSION,
        "creationEnvironment": CREATION_ENVIRONMENT,
        "userProfileId": authorization.user_profile_id or "",
    }


@dataclass(frozen=True, slots=True)
class _View:
    """One authorization as one caller sees it."""

    authorization: Authorization
    caller: Actor
    reach: Reach

    def dimension(self, compiled: CompiledDimension, trace: DimensionTrace) -> Document:
        dimension = compiled.dimension
        rules = [
            self.rule(dimension, rule.rule, rule_trace, trace.simulated)
            for rule, rule_trace in zip(compiled.rules, trace.rules, strict=True)
        ]
        scores = [rule["score"] for rule in rules if "score" in rule]
        document = {
            "id": dimension.id,
            "name": dimension.name,
            "userProfileId": self.authorization.user_profile_id or "",
            "status": trace.status,
            "score": scores[-1] if scores else 0,
            "priority": dimension.priority,
            "shouldSimulate": dimension.should_simulate,
            "ruleCollection": rules,
            "creationDate": timestamp(self.authorization.created_at),
            "creationVersion": CREATION_VERSION,
            "creationEnvironment": CREATION_ENVIRONMENT,
            "requireAllRulesAcceptance": dimension.require_all_rules_acceptance,
        }
        if dimension.unit_id is not None:
            document["unitId"] = dimension.unit_id
        return document

    def rule(self, dimension: Dimension, rule: Rule, trace: RuleTrace, simulated: bool) -> Document:
        approvals = self.authorization.approvals_of(dimension.id, rule.id)
        body = rule.to_document()
        document = {
            "id": rule.id,
            "name": rule.name,
            "status": RULE_STATUS.get(trace.status) if trace.status else None,
            "doId": None,
            "authorizedEmails": self._emails(dimension, rule),
            "priority": rule.priority,
            "trigger": body["trigger"],
            "timeout": rule.timeout,
            "notification": rule.notification,
            "scoreInterval": body["scoreInterval"],
            "isUserAuthorized": self._may_ever(dimension, rule),
            "isUserNextAuthorizer": not simulated and self._may_now(dimension, rule, trace),
        }
        document |= {key: body[key] for key in _EXTENSIONS if key in body}
        if approvals:
            document["score"] = _plain(approvals[-1].score)
        if rule.authorization_data is not None:
            document["authorizationData"] = {
                "requireAllApprovals": rule.require_all_approvals,
                "authorizers": _authorizers(rule, approvals),
            }
        return document

    def _emails(self, dimension: Dimension, rule: Rule) -> list[str]:
        """The addresses of those who hold its levels, or have done so."""
        known: set[str] = set()
        for level in range(len(rule.authorizers)):
            seat = seats_of(self.authorization, dimension, rule, level)[0]
            holder = seat.holder(self.reach).authorizer
            found = () if holder is None else self.reach.emails.get(holder, ())
            known |= {address for user_id, address in found if user_id not in seat.barred}
        return sorted(known)

    def _may_ever(self, dimension: Dimension, rule: Rule) -> bool:
        return is_authorized(self.authorization, dimension, rule, self.caller, self.reach)

    def _may_now(self, dimension: Dimension, rule: Rule, trace: RuleTrace) -> bool:
        return (
            self.authorization.status is Status.PENDING
            and trace.status is RuleStatus.PENDING
            and turn_of(self.authorization, dimension, rule, self.caller, self.reach) is not None
        )


def _authorizers(rule: Rule, approvals: tuple[Approval, ...]) -> list[Document]:
    acted = {
        approval.level: approval
        for approval in approvals
        if approval.verdict is not Verdict.BYPASSED
    }
    documents = []
    for level, authorizer in enumerate(rule.authorizers):
        document = authorizer.to_document()
        if level in acted:
            document["authorizationDate"] = timestamp(acted[level].at)
        documents.append(document)
    return documents


def _approval(item: Approval) -> Document:
    return {
        "dimensionId": item.dimension_id,
        "ruleId": item.rule_id,
        "verdict": item.verdict,
        "who": item.who,
        "at": timestamp(item.at),
        "comment": item.comment or "",
    }


def _hold(item: Hold) -> Document:
    document: Document = {
        "budgetId": item.budget_id,
        "allocationId": item.allocation_id,
        "amount": amount_number(item.amount),
    }
    if item.transaction_id is not None:
        document["transactionId"] = item.transaction_id
    return document


def _number(document: Mapping[str, Any], key: str) -> int | float:
    value = document.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return _plain(value)


def _plain(value: float) -> int | float:
    """A whole number as one: clients of the API may know no other."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _items(order: Mapping[str, Any]) -> list[Document]:
    """The order's items in the API's shape; what is no object is left out."""
    items = order.get("items")
    if not isinstance(items, list):
        return []
    return [_item(item) for item in items if isinstance(item, dict)]


def _item(item: Document) -> Document:
    info = item.get("additionalInfo")
    return {
        "id": _text(item.get("uniqueId", item.get("id"))),
        "sku": _text(item.get("sku", item.get("id"))),
        "price": _number(item, "price"),
        "totalSystemDiscount": _number(item, "totalSystemDiscount"),
        "totalManualDiscount": _number(item, "totalManualDiscount"),
        "quantity": _number(item, "quantity"),
        "additionalInfo": info if isinstance(info, dict) else {},
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
