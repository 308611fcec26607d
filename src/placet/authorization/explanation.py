"""Why an order is where it is: the reason, the trace, who acted, and what happened when."""

from __future__ import annotations

from placet.authorization.model import Approval, Authorization, Event
from placet.authorization.wire import wire_status
from placet.policy.compiled import Policy
from placet.policy.fields import Document
from placet.policy.model import Rule
from placet.policy.trace import DimensionTrace, RuleStatus, RuleTrace
from placet.policy.wire import timestamp

__all__ = ["explanation_document"]


def explanation_document(authorization: Authorization, policy: Policy) -> Document:
    """The answer of `GET …/{id}/explanation`.

    Every dimension and rule of the snapshot `policy` with what it gave (`result`, `error`,
    `evidence`) or why it was not reached; the rules waited for with their levels; callbacks and
    history in order.
    """
    return {
        "id": authorization.id,
        "orderId": authorization.order_id,
        "revision": authorization.revision,
        "status": wire_status(authorization.status),
        "state": authorization.status,
        "reason": authorization.reason,
        "dimensionId": authorization.dimension_id,
        "ruleId": authorization.rule_id,
        "policyDigest": authorization.policy,
        "units": [unit.to_document() for unit in authorization.unit_path],
        "createdAt": timestamp(authorization.created_at),
        "changedAt": timestamp(authorization.changed_at),
        "dimensions": [
            _dimension(trace, {rule.rule.id: rule.rule for rule in compiled.rules})
            for compiled, trace in zip(policy.dimensions, authorization.dimensions, strict=True)
        ],
        "approvals": [_approval(approval) for approval in authorization.approvals],
        "history": [_event(event) for event in authorization.history],
    }


def _dimension(trace: DimensionTrace, rules: dict[str, Rule]) -> Document:
    return trace.to_document() | {
        "rules": [_rule(rule, rules[rule.rule_id]) for rule in trace.rules]
    }


def _rule(trace: RuleTrace, rule: Rule) -> Document:
    document = trace.to_document() | {
        "expression": rule.trigger.condition.expression,
        "description": rule.trigger.effect.description or rule.trigger.condition.description,
    }
    if trace.status is RuleStatus.PENDING:
        document["waitsFor"] = {
            "requireAllApprovals": rule.require_all_approvals,
            "authorizers": [authorizer.to_document() for authorizer in rule.authorizers],
        }
    return document


def _approval(approval: Approval) -> Document:
    return approval.to_document() | {"at": timestamp(approval.at)}


def _event(event: Event) -> Document:
    return event.to_document() | {"at": timestamp(event.at)}
