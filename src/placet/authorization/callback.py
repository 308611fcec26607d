"""A person or a machine decides a pending rule by a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from placet.authorization.levels import (
    APPROVE_ORDERS,
    accepted_levels,
    acting_level,
    is_authorized,
    may_act,
)
from placet.authorization.model import (
    Actor,
    ActorKind,
    Approval,
    Authorization,
    Event,
    Status,
    Verdict,
)
from placet.errors import Conflict, Forbidden, NotFound
from placet.policy.compiled import LAST_RESORT, Policy
from placet.policy.fields import Document, Identifier, Number, PolicyModel, Text
from placet.policy.model import Dimension, Rule, ScoreInterval
from placet.policy.reasons import rule_place
from placet.policy.trace import Decision, DimensionTrace, RuleStatus, RuleTrace
from placet.policy.walk import Timing, walk
from placet.policy.wire import timestamp

__all__ = ["Callback", "decide", "verdict_of"]


class Callback(PolicyModel):
    """The `params` of a callback."""

    score: Number
    dimension_id: Identifier
    rule_id: Identifier
    comment: Text | None = None


def verdict_of(score: float, interval: ScoreInterval) -> Verdict:
    """What a score means: ≥ accept accepts, ≤ deny denies, between bypasses."""
    if score >= interval.accept:
        return Verdict.ACCEPTED
    return Verdict.DENIED if score <= interval.deny else Verdict.BYPASSED


def decide(
    authorization: Authorization,
    policy: Policy,
    callback: Callback,
    *,
    actor: Actor,
    now: int,
    clock: Callable[[], float],
    fallbacks: Mapping[str, str] | None = None,
    budget_data: Document | None = None,
    timing: Timing | None = None,
) -> Authorization:
    """Apply a callback: the authorization after it, or the very same object for a repetition.

    `policy` is the snapshot the authorization names; `fallbacks` maps a unit nobody can approve in
    to the unit that does it instead.

    Raises:
        Forbidden: no `ApproveOrders`, the own order, or not the one whose turn it is.
        NotFound: the authorization has no such dimension or rule.
        Conflict: the rule does not wait for anyone, or was decided otherwise: by whom and when.
        AllowanceExceeded: the resumed walk took longer than `timing.allowance`.
    """
    dimension, rule = _addressed(authorization, policy, callback, actor)
    place = authorization.find(dimension.id, rule.id)
    if place is None:
        raise ValueError("the policy is not the one that judged the authorization")
    verdict = verdict_of(callback.score, rule.score_interval)
    fallbacks = fallbacks or {}
    waits = _waits(authorization, place)
    if waits:
        _refuse_own_order(authorization, actor)
    if not (waits and may_act(authorization, dimension, rule, actor, fallbacks)):
        if _repeats(authorization, callback, actor, verdict):
            return authorization
        if not waits:
            raise Conflict(_why_not_waiting(authorization, place), code="not-waiting")
        raise Forbidden(
            _why_not_now(authorization, dimension, rule, actor, fallbacks), code="not-your-turn"
        )
    _refuse_empty_bypass(dimension, verdict)
    approvals = authorization.approvals_of(dimension.id, rule.id)
    level = acting_level(rule, approvals, actor, fallbacks) if rule.authorizers else None
    approval = _approval(callback, verdict, level, actor, now)
    changed = replace(authorization, approvals=(*authorization.approvals, approval))
    status = _rule_status(rule, place[1], (*approvals, approval))
    decision = walk(
        policy,
        authorization.order,
        now=now,
        clock=clock,
        unit_path=authorization.unit_path,
        settings=authorization.settings,
        budget_data=budget_data,
        timing=timing,
        kept=_with_status(authorization.dimensions, dimension.id, rule.id, status),
    )
    return _settled(changed, decision, approval, place)


def _addressed(
    authorization: Authorization, policy: Policy, callback: Callback, actor: Actor
) -> tuple[Dimension, Rule]:
    """The dimension and the rule meant, for someone who may decide orders at all."""
    if APPROVE_ORDERS not in actor.permissions:
        raise Forbidden(f"deciding orders needs `{APPROVE_ORDERS}`", code="missing-permission")
    found = policy.find(callback.dimension_id, callback.rule_id)
    if found is None:
        raise NotFound(
            f"order `{authorization.order_id}` has no rule `{callback.rule_id}` "
            f"in a dimension `{callback.dimension_id}`",
            code="rule-not-found",
        )
    return found


def _waits(authorization: Authorization, place: tuple[DimensionTrace, RuleTrace]) -> bool:
    dimension, rule = place
    return (
        authorization.status is Status.PENDING
        and not dimension.simulated
        and rule.status is RuleStatus.PENDING
    )


def _repeats(
    authorization: Authorization, callback: Callback, actor: Actor, verdict: Verdict
) -> bool:
    """Whether the same caller has said the same about this rule before."""
    if not authorization.live:
        return False
    return any(
        (earlier.actor_kind, earlier.actor_id, earlier.verdict) == (actor.kind, actor.id, verdict)
        for earlier in authorization.approvals_of(callback.dimension_id, callback.rule_id)
    )


def _refuse_own_order(authorization: Authorization, actor: Actor) -> None:
    own = actor.kind is ActorKind.USER and actor.id == authorization.user_profile_id
    if own and not authorization.settings.requester_may_decide:
        raise Forbidden(
            "the requester of an order may not decide it; the account does not allow it",
            code="own-order",
        )


def _refuse_empty_bypass(dimension: Dimension, verdict: Verdict) -> None:
    if dimension.id == LAST_RESORT and verdict is Verdict.BYPASSED:
        raise Conflict(
            "no rule comes after this one: it can be accepted or denied, not bypassed",
            code="nothing-to-bypass-to",
        )


def _why_not_waiting(authorization: Authorization, place: tuple[DimensionTrace, RuleTrace]) -> str:
    dimension, rule = place
    where = rule_place(dimension, rule)
    decided = authorization.approvals_of(dimension.dimension_id, rule.rule_id)
    if decided:
        last = decided[-1]
        return f"{where} was {last.verdict} by {last.actor_label} at {timestamp(last.at)}"
    if dimension.simulated:
        return f"{where} is only simulated and waits for nobody"
    if authorization.status is not Status.PENDING:
        end = authorization.history[-1]
        ended = f"{authorization.status} by {end.who} at {timestamp(end.at)}"
        return f"{where} waits for nobody: the order was {ended}"
    if not rule.reached:
        return f"{where} was not reached: {rule.skipped}"
    return f"{where} waits for nobody: its expression yielded {rule.result}"


def _why_not_now(
    authorization: Authorization,
    dimension: Dimension,
    rule: Rule,
    actor: Actor,
    fallbacks: Mapping[str, str],
) -> str:
    if not is_authorized(authorization, dimension, rule, actor, fallbacks):
        return f"{actor.label} is not among the authorizers of rule `{rule.name}`"
    approvals = authorization.approvals_of(dimension.id, rule.id)
    level = len(accepted_levels(rule, approvals)) + 1
    return f"it is not the turn of {actor.label}: level {level} of rule `{rule.name}` is up"


def _approval(
    callback: Callback, verdict: Verdict, level: int | None, actor: Actor, now: int
) -> Approval:
    return Approval(
        dimension_id=callback.dimension_id,
        rule_id=callback.rule_id,
        level=level,
        verdict=verdict,
        score=callback.score,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        at=now,
        comment=callback.comment,
    )


def _rule_status(rule: Rule, trace: RuleTrace, approvals: Sequence[Approval]) -> RuleStatus:
    """What the rule has come to with its last approval; reviewing an error accepts nothing."""
    verdict = approvals[-1].verdict
    if verdict is Verdict.DENIED:
        return RuleStatus.DENIED
    if verdict is Verdict.BYPASSED:
        return RuleStatus.BYPASSED
    levels = len(rule.authorizers)
    if rule.require_all_approvals and len(accepted_levels(rule, approvals)) < levels:
        return RuleStatus.PENDING
    return RuleStatus.DISMISSED if trace.review else RuleStatus.ACCEPTED


def _with_status(
    dimensions: Sequence[DimensionTrace], dimension_id: str, rule_id: str, status: RuleStatus
) -> list[DimensionTrace]:
    def changed(rule: RuleTrace) -> RuleTrace:
        return replace(rule, status=status) if rule.rule_id == rule_id else rule

    return [
        replace(dimension, rules=tuple(changed(rule) for rule in dimension.rules))
        if dimension.dimension_id == dimension_id
        else dimension
        for dimension in dimensions
    ]


def _settled(
    authorization: Authorization,
    decision: Decision,
    approval: Approval,
    place: tuple[DimensionTrace, RuleTrace],
) -> Authorization:
    dimension, rule = place
    before, after = authorization.status, Status(decision.outcome)
    said = f"{approval.verdict} {rule_place(dimension, rule)}"
    here = (dimension.dimension_id, rule.rule_id)
    decided_here = (decision.dimension_id, decision.rule_id) == here
    last_word = (
        decision.rule_id is None and not rule.review and after.value == approval.verdict.value
    )
    reason = decision.reason
    if after is not Status.PENDING and (decided_here or last_word):
        comment = f": {approval.comment}" if approval.comment else ""
        reason = f"{after} by {approval.actor_label} at {rule_place(dimension, rule)}{comment}"
    event = Event(approval.at, approval.actor_label, said, before, after, approval.comment)
    return replace(
        authorization,
        status=after,
        reason=reason,
        dimensions=decision.dimensions,
        dimension_id=decision.dimension_id,
        rule_id=decision.rule_id,
        changed_at=approval.at,
        history=(*authorization.history, event),
    )
