"""Who may decide a pending rule, and whose turn it is.

The authorizers of a rule are its levels, first to last. With `requireAllApprovals` they act in
turn; without it any of them may act at any time and one acceptance is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from placet.authorization.model import Actor, ActorKind, Approval, Authorization, Verdict
from placet.policy.model import Authorizer, AuthorizerType, Dimension, Rule

__all__ = ["APPROVE_ORDERS", "accepted_levels", "acting_level", "is_authorized", "may_act"]

APPROVE_ORDERS = "ApproveOrders"


def accepted_levels(rule: Rule, approvals: Sequence[Approval]) -> frozenset[int]:
    """The levels that have accepted, counted from 0."""
    return frozenset(
        approval.level
        for approval in approvals
        if approval.verdict is Verdict.ACCEPTED
        and approval.level is not None
        and approval.level < len(rule.authorizers)
    )


def acting_level(
    rule: Rule, approvals: Sequence[Approval], actor: Actor, fallbacks: Mapping[str, str]
) -> int | None:
    """The level for which `actor` would decide now; None when it is not the actor's turn.

    An app key acts for the level that is up. Meaningful only for rules that list authorizers.
    """
    done = accepted_levels(rule, approvals)
    up = [level for level in range(len(rule.authorizers)) if level not in done]
    if rule.require_all_approvals:
        up = up[:1]
    for level in up:
        if actor.kind is ActorKind.APP_KEY or _is(rule.authorizers[level], actor, fallbacks):
            return level
    return None


def is_authorized(
    authorization: Authorization,
    dimension: Dimension,
    rule: Rule,
    actor: Actor,
    fallbacks: Mapping[str, str],
) -> bool:
    """Whether `actor` is among those who may decide the rule at some level."""
    if APPROVE_ORDERS not in actor.permissions:
        return False
    if actor.kind is ActorKind.APP_KEY:
        return True
    if rule.authorizers:
        return any(_is(authorizer, actor, fallbacks) for authorizer in rule.authorizers)
    return _within_reach(authorization, dimension, actor)


def may_act(
    authorization: Authorization,
    dimension: Dimension,
    rule: Rule,
    actor: Actor,
    fallbacks: Mapping[str, str],
) -> bool:
    """Whether `actor` may decide the rule now, leaving aside who the order is from."""
    if not is_authorized(authorization, dimension, rule, actor, fallbacks):
        return False
    if not rule.authorizers:
        return True
    approvals = authorization.approvals_of(dimension.id, rule.id)
    return acting_level(rule, approvals, actor, fallbacks) is not None


def _is(authorizer: Authorizer, actor: Actor, fallbacks: Mapping[str, str]) -> bool:
    if actor.kind is not ActorKind.USER:
        return False
    if authorizer.type is AuthorizerType.USER:
        return authorizer.id == actor.id
    return fallbacks.get(authorizer.id, authorizer.id) in actor.unit_ids


def _within_reach(authorization: Authorization, dimension: Dimension, actor: Actor) -> bool:
    """Nobody is listed: a member of the dimension's unit or of one above it may decide."""
    path = [unit.id for unit in authorization.unit_path]
    if dimension.unit_id in path:
        path = path[: path.index(dimension.unit_id) + 1]
    return not path or not actor.unit_ids.isdisjoint(path)
