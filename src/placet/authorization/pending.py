"""Whom an order waits for, spelled out: the entries that inboxes and e-mails are made from.

`levels.turn_of` says whether one person may decide; these entries name everybody who may, without
knowing any person. Who is a member, who stands in for whom and which unit is above is looked up by
the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from placet.authorization.actor import Actor
from placet.authorization.levels import deciding_path, levels_up, next_authorizer, turn_of
from placet.authorization.model import Authorization
from placet.authorization.reach import Reach
from placet.policy.compiled import Policy
from placet.policy.model import Authorizer, AuthorizerType, Dimension, EffectType, Rule
from placet.policy.trace import RuleStatus

__all__ = ["ApproverKind", "PendingApproval", "asked_rules", "pending_approvals", "waiting_for"]


class ApproverKind(StrEnum):
    """What `PendingApproval.approver_id` names.

    `USER`: a person. `UNIT`: a listed unit, for whose members others may do it (`Reach`). `ABOVE`:
    the same, but meaning the unit above it. `MEMBER`: a unit whose own members are meant.
    `ANYONE`: nothing; whoever may approve at all.
    """

    USER = "user"
    UNIT = "unit"
    ABOVE = "above"
    MEMBER = "member"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class PendingApproval:
    """One answer to the question whom a rule waits for.

    `level` counts from 0 and is None where no authorizers are listed; `since` is when it came up,
    in milliseconds since 1970.
    """

    dimension_id: str
    rule_id: str
    level: int | None
    since: int
    kind: ApproverKind
    approver_id: str = ""


def pending_approvals(authorization: Authorization, policy: Policy) -> tuple[PendingApproval, ...]:
    """Everybody an order waits for, in the order of the walk; nobody once it is decided.

    `policy` is the snapshot the authorization names.
    """
    found: dict[PendingApproval, None] = {}
    for dimension, rule in _waiting(authorization, policy):
        found |= dict.fromkeys(_of_rule(authorization, dimension, rule))
    return tuple(found)


def waiting_for(
    authorization: Authorization, policy: Policy, actor: Actor, reach: Reach
) -> tuple[tuple[str, str], ...]:
    """The ids of the dimensions and rules that `actor` may decide now, in the order of the walk."""
    return tuple(
        (dimension.id, rule.id)
        for dimension, rule in _waiting(authorization, policy)
        if turn_of(authorization, dimension, rule, actor, reach) is not None
    )


def asked_rules(authorization: Authorization, policy: Policy) -> tuple[tuple[Dimension, Rule], ...]:
    """The rules about which people are asked, or were before the order was decided or ended."""
    return tuple(
        found
        for dimension in authorization.dimensions
        if not dimension.simulated
        for rule in dimension.rules
        if rule.status is RuleStatus.PENDING
        or authorization.approvals_of(dimension.dimension_id, rule.rule_id)
        # The denial of another rule takes away that it waited, but not that it fired.
        or (authorization.approvals and rule.fired and rule.effect is EffectType.WORKFLOW)
        if (found := policy.find(dimension.dimension_id, rule.rule_id)) is not None
    )


def _waiting(authorization: Authorization, policy: Policy) -> Iterator[tuple[Dimension, Rule]]:
    for dimension, rule in authorization.waiting():
        found = policy.find(dimension.dimension_id, rule.rule_id)
        if found is not None:
            yield found


def _of_rule(
    authorization: Authorization, dimension: Dimension, rule: Rule
) -> Iterator[PendingApproval]:
    approvals = authorization.approvals_of(dimension.id, rule.id)
    since = authorization.level_up_since(dimension.id, rule.id)

    def entry(level: int | None, kind: ApproverKind, approver_id: str = "") -> PendingApproval:
        return PendingApproval(dimension.id, rule.id, level, since, kind, approver_id)

    if not rule.authorizers:
        path = deciding_path(authorization, dimension)
        if not path:
            yield entry(None, ApproverKind.ANYONE)
        for unit_id in path:
            yield entry(None, ApproverKind.MEMBER, unit_id)
    escalated = {
        item.level
        for item in authorization.escalations
        if (item.dimension_id, item.rule_id) == (dimension.id, rule.id)
    }
    for level in levels_up(rule, approvals):
        yield entry(level, *_named(rule.authorizers[level]))
        if level in escalated:
            for kind, approver_id in _after(authorization, dimension, rule, level):
                yield entry(level, kind, approver_id)


def _named(authorizer: Authorizer) -> tuple[ApproverKind, str]:
    person = authorizer.type is AuthorizerType.USER
    return ApproverKind.USER if person else ApproverKind.UNIT, authorizer.id


def _after(
    authorization: Authorization, dimension: Dimension, rule: Rule, level: int
) -> Iterator[tuple[ApproverKind, str]]:
    """Who may act for an escalated level too."""
    last = rule.authorizers[level]
    approvals = authorization.approvals_of(dimension.id, rule.id)
    following = next_authorizer(rule, approvals, level)
    if following is not None:
        yield _named(following)
    elif last.type is AuthorizerType.UNIT:
        yield ApproverKind.ABOVE, last.id
    else:
        for unit_id in deciding_path(authorization, dimension):
            yield ApproverKind.MEMBER, unit_id
