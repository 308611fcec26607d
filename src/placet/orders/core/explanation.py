"""Why an order is where it is: the reason, the trace, who acted, and what happened when."""

from __future__ import annotations

from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document
from placet.orders.core.model import Authorization
from placet.orders.core.moments import Moment, due_moments
from placet.orders.core.reach import NO_REACH, Reach
from placet.orders.core.record import Approval, Event, Reminder
from placet.orders.core.signatures import levels_up
from placet.orders.core.standing import level_documents
from placet.orders.core.wire import wire_status
from placet.policies.core.compiled import CompiledDimension, Policy
from placet.policies.core.effects import RuleStatus
from placet.policies.core.model import Dimension, Rule
from placet.policies.core.trace import DimensionTrace, RuleTrace


def explanation_document(
    authorization: Authorization, policy: Policy, reach: Reach = NO_REACH
) -> Document:
    """The answer of `GET …/{id}/explanation`.

    Every dimension and rule of the snapshot `policy` with what it gave (`result`, `error`,
    `evidence`) or why it was not reached; the rules waited for with their levels, which of them are
    up (`levelsUp`, counted from 0) and since when, who may act for those by `reach`, and why where
    that is somebody else than listed (`levels`); callbacks and history in order; what the service
    will do next if nobody acts (`next`, null for nothing).
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
            _dimension(authorization, compiled, trace, reach)
            for compiled, trace in zip(policy.dimensions, authorization.dimensions, strict=True)
        ],
        "approvals": [_approval(approval) for approval in authorization.approvals],
        "reminders": [_at(reminder) for reminder in authorization.reminders],
        "escalations": [_at(escalation) for escalation in authorization.escalations],
        "history": [_at(event) for event in authorization.history],
        "next": _next(due_moments(authorization, policy).next),
    }


def _dimension(
    authorization: Authorization, compiled: CompiledDimension, trace: DimensionTrace, reach: Reach
) -> Document:
    waiting = {id(rule) for _, rule in authorization.waiting()}
    rules = {rule.rule.id: rule.rule for rule in compiled.rules}
    documents = []
    for item in trace.rules:
        rule = rules[item.rule_id]
        document = _rule(item, rule)
        if id(item) in waiting:
            document["waitsFor"] |= _turn(authorization, compiled.dimension, rule, reach)
        documents.append(document)
    return trace.to_document() | {"rules": documents}


def _turn(authorization: Authorization, dimension: Dimension, rule: Rule, reach: Reach) -> Document:
    return {
        "levelsUp": list(levels_up(authorization, dimension.id, rule)),
        "levels": level_documents(authorization, dimension, rule, reach),
        "since": timestamp(authorization.level_up_since(dimension.id, rule.id)),
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
    return _at(approval) | {"who": approval.who}


def _at(record: Approval | Event | Reminder) -> Document:
    return record.to_document() | {"at": timestamp(record.at)}


def _next(moment: Moment | None) -> Document | None:
    if moment is None:
        return None
    return {
        "at": timestamp(moment.at),
        "what": moment.deed,
        "dimensionId": moment.dimension_id,
        "ruleId": moment.rule_id,
        "level": moment.level,
    }
