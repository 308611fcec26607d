"""Who may decide a pending rule, and whose turn it is.

The authorizers of a rule are its levels, first to last. With `requireAllApprovals` they act in
turn; without it any of them may act at any time and one acceptance is enough. An authorizer that is
listed twice is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from placet.authorization.actor import APPROVE_ORDERS
from placet.authorization.model import (
    Actor,
    ActorKind,
    Approval,
    Authorization,
    Verdict,
)
from placet.authorization.reach import Reach
from placet.policy.model import Authorizer, AuthorizerType, Dimension, Rule

__all__ = [
    "Turn", "accepted_levels", "deciding_path", "is_authorized", "is_own_order", "levels_up",
    "next_authorizer", "turn_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision someone may make now: for which level, and in the name of whom.

    `level` counts from 0 and is None where no authorizers are listed. `on_behalf_of` is None for
    those who act for themselves.
    """

    level: int | None
    on_behalf_of: Actor | None


def accepted_levels(rule: Rule, approvals: Sequence[Approval]) -> frozenset[int]:
    """The levels that have accepted, counted from 0."""
    said = {
        rule.authorizers[approval.level]
        for approval in approvals
        if approval.verdict is Verdict.ACCEPTED
        and approval.level is not None
        and approval.level < len(rule.authorizers)
    }
    return frozenset(
        level for level, authorizer in enumerate(rule.authorizers) if authorizer in said
    )


def levels_up(rule: Rule, approvals: Sequence[Approval]) -> tuple[int, ...]:
    """The levels that may act now, first to last; empty where no authorizers are listed."""
    done = accepted_levels(rule, approvals)
    up = tuple(
        level
        for level, authorizer in enumerate(rule.authorizers)
        if level not in done and authorizer not in rule.authorizers[:level]
    )
    return up[:1] if rule.require_all_approvals else up


def next_authorizer(rule: Rule, approvals: Sequence[Approval], level: int) -> Authorizer | None:
    """Who is asked after a level that is up; None after the last one."""
    done = accepted_levels(rule, approvals)
    asked = rule.authorizers[: level + 1]
    following = (
        authorizer
        for later, authorizer in enumerate(rule.authorizers)
        if later > level and later not in done and authorizer not in asked
    )
    return next(following, None)


def turn_of(
    authorization: Authorization, dimension: Dimension, rule: Rule, actor: Actor, reach: Reach
) -> Turn | None:
    """What `actor` may decide now of a rule that waits; None when it is not the actor's turn.

    An app key acts for the level that is up, a person for itself before it does for others.
    """
    asked = _Asked(authorization, dimension, rule, reach)
    for who in _names(authorization, actor, reach):
        on_behalf_of = None if who is actor else who
        if not rule.authorizers:
            if asked.within_reach(who):
                return Turn(None, on_behalf_of)
            continue
        for level in levels_up(rule, authorization.approvals_of(dimension.id, rule.id)):
            if asked.may_act_for(level, who):
                return Turn(level, on_behalf_of)
    return None


def is_authorized(
    authorization: Authorization, dimension: Dimension, rule: Rule, actor: Actor, reach: Reach
) -> bool:
    """Whether `actor` is among those who may decide the rule at some level."""
    asked = _Asked(authorization, dimension, rule, reach)
    return any(
        any(asked.may_act_for(level, who) for level in range(len(rule.authorizers)))
        if rule.authorizers
        else asked.within_reach(who)
        for who in _names(authorization, actor, reach)
    )


def is_own_order(authorization: Authorization, actor: Actor) -> bool:
    """Whether the actor is a person the order is from."""
    return actor.kind is ActorKind.USER and actor.id in authorization.requesters


def _names(authorization: Authorization, actor: Actor, reach: Reach) -> Iterator[Actor]:
    """Those in whose name `actor` may decide this order: itself, then who delegated to it.

    The account may let requesters decide their own orders; a delegation never does. It lends a
    place among the authorizers, not the permission, so both need `ApproveOrders`.
    """
    if APPROVE_ORDERS not in actor.permissions:
        return
    own = is_own_order(authorization, actor)
    if not own or authorization.settings.requester_may_decide:
        yield actor
    if own or actor.kind is not ActorKind.USER:
        return
    for delegator in reach.stands_in_for:
        requester = delegator.user_id in authorization.requesters
        if not requester and APPROVE_ORDERS in delegator.permissions:
            yield delegator.actor


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom one rule of one order asks."""

    authorization: Authorization
    dimension: Dimension
    rule: Rule
    reach: Reach

    def may_act_for(self, level: int, who: Actor) -> bool:
        """Whether a level is `who`'s, or has become so by escalation."""
        if who.kind is ActorKind.APP_KEY or self._is(self.rule.authorizers[level], who):
            return True
        return self._escalated(level) and self._comes_after(level, who)

    def within_reach(self, who: Actor) -> bool:
        """Nobody is listed: a member of the dimension's unit or of one above it may decide."""
        path = deciding_path(self.authorization, self.dimension)
        return who.kind is ActorKind.APP_KEY or not path or not who.unit_ids.isdisjoint(path)

    def _is(self, authorizer: Authorizer, who: Actor) -> bool:
        if who.kind is not ActorKind.USER:
            return False
        if authorizer.type is AuthorizerType.USER:
            return authorizer.id == who.id
        return self.reach.approving_unit(authorizer.id, self.authorization.barred) in who.unit_ids

    def _escalated(self, level: int) -> bool:
        here = (self.dimension.id, self.rule.id, level)
        return any(
            (item.dimension_id, item.rule_id, item.level) == here
            for item in self.authorization.escalations
        )

    def _comes_after(self, level: int, who: Actor) -> bool:
        """The next level's authorizer; above the last one, the unit above, or for a person those
        who could decide if nobody was listed.
        """
        approvals = self.authorization.approvals_of(self.dimension.id, self.rule.id)
        following = next_authorizer(self.rule, approvals, level)
        if following is not None:
            return self._is(following, who)
        last = self.rule.authorizers[level]
        if last.type is AuthorizerType.USER:
            return not who.unit_ids.isdisjoint(deciding_path(self.authorization, self.dimension))
        return self.reach.unit_above(last.id, self.authorization.barred) in who.unit_ids


def deciding_path(authorization: Authorization, dimension: Dimension) -> list[str]:
    """The units whose members decide where nobody is listed: from the root to the dimension's unit,
    or to the buyer's where it names none.
    """
    path = [unit.id for unit in authorization.unit_path]
    if dimension.unit_id in path:
        path = path[: path.index(dimension.unit_id) + 1]
    return path
