"""A person or a machine decides a pending rule by a score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field, StrictInt

from placet.errors import Conflict, Forbidden, NotFound, PlacetError
from placet.kit.timestamps import timestamp
from placet.kit.wire_model import WHOLE, Document, Identifier, Number, Text, WireModel
from placet.orders.core.levels import Turn, is_authorized, is_own_order, later_turns, turn_of
from placet.orders.core.model import Authorization
from placet.orders.core.reach import NO_REACH, Reach
from placet.orders.core.record import Approval, Event, Status, Verdict
from placet.orders.core.signatures import accepted_levels, levels_up
from placet.orders.core.standing import why_not_authorized
from placet.orders.core.transitions import expire
from placet.orders.core.waits import waits_after
from placet.people.core.actor import APPROVE_ORDERS, Actor, ActorKind
from placet.policies.core.compiled import LAST_RESORT, Policy
from placet.policies.core.effects import RuleStatus
from placet.policies.core.evaluation import Timing
from placet.policies.core.model import MAX_AUTHORIZERS, Dimension, Rule, ScoreInterval
from placet.policies.core.reasons import rule_place
from placet.policies.core.trace import Decision, DimensionTrace, RuleTrace
from placet.policies.core.unit_gate import UNIT_GATE
from placet.policies.core.walk import walk

Level = Annotated[
    StrictInt,
    Field(
        ge=1,
        le=MAX_AUTHORIZERS,
        description="The level that is decided, counted from 1; 409 where another one is up.",
    ),
    WHOLE,
]


class Callback(WireModel):
    """The `params` of a callback. `level`, counted from 1, says which level is meant."""

    score: Number
    dimension_id: Identifier
    rule_id: Identifier
    level: Level | None = None
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
    reach: Reach = NO_REACH,
    budget_data: Document | None = None,
    timing: Timing | None = None,
    idempotency_key: str | None = None,
) -> Authorization:
    """Apply a callback: the authorization after it, or the very same object for a repetition.

    `policy` is the snapshot the authorization names; `reach` is the actor's. What the actor sent
    under an `idempotency_key` before is a repetition whatever has happened since.

    Raises:
        Forbidden: no `ApproveOrders`, the own order, or not the one whose turn it is.
        NotFound: the authorization has no such dimension or rule.
        Conflict: the rule does not wait for anyone, or was decided otherwise: by whom and when; or
            another level is up than the one named, the order's time is over, or the actor used the
            key for another decision.
        AllowanceExceeded: the resumed walk took longer than `timing.allowance`.
    """
    dimension, rule = _addressed(authorization, policy, callback, actor)
    place = authorization.find(dimension.id, rule.id)
    if place is None:
        raise ValueError("the policy is not the one that judged the authorization")
    if _sent_before(authorization, callback, actor, idempotency_key):
        return authorization
    verdict = verdict_of(callback.score, rule.score_interval)
    turn = None
    if _waits(authorization, place):
        _refuse_own_order(authorization, actor)
        named = None if callback.level is None else callback.level - 1
        turn = _turn(authorization, dimension, rule, actor, reach=reach, level=named)
    if turn is None:
        if _repeats(authorization, callback, actor, verdict):
            return authorization
        raise _refusal(
            authorization, place, (dimension, rule), callback=callback, actor=actor, reach=reach
        )
    _refuse_too_late(authorization, policy, now)
    _refuse_empty_bypass(dimension, verdict)
    turns = [turn]
    if verdict is Verdict.ACCEPTED:
        turns += later_turns(authorization, dimension, rule, actor, reach, after=turn)
    said = [_approval(callback, verdict, each, actor, now) for each in turns]
    changed = replace(authorization, approvals=(*authorization.approvals, *said))
    status = _rule_status(changed, dimension, rule, place[1])
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
    return _settled(changed, decision, said, place, idempotency_key)


def _turn(
    authorization: Authorization,
    dimension: Dimension,
    rule: Rule,
    actor: Actor,
    *,
    reach: Reach,
    level: int | None,
) -> Turn | None:
    """The turn of the actor; a rule that lists nobody counts as one level."""
    if not rule.authorizers and level not in (None, 0):
        return None
    named = level if rule.authorizers else None
    return turn_of(authorization, dimension, rule, actor, reach, level=named)


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


def _sent_before(
    authorization: Authorization, callback: Callback, actor: Actor, key: str | None
) -> bool:
    """Whether this is a decision that the actor has sent under this key.

    The history tells, as what people say may be forgotten when an order is judged again.
    """
    earlier = authorization.decision_under(actor, key)
    if earlier is None:
        return False
    said = (earlier.dimension_id, earlier.rule_id, earlier.score, earlier.note)
    same = said == (callback.dimension_id, callback.rule_id, callback.score, callback.comment)
    if not same or (callback.level is not None and callback.level - 1 != (earlier.level or 0)):
        raise Conflict(
            f"the key `{key}` was used for another decision of this order at "
            f"{timestamp(earlier.at)}",
            code="idempotency-conflict",
        )
    return True


def _repeats(
    authorization: Authorization, callback: Callback, actor: Actor, verdict: Verdict
) -> bool:
    """Whether the same caller has said the same about this rule, or the level named, before."""
    if not authorization.live:
        return False
    return any(
        (earlier.actor_kind, earlier.actor_id, earlier.verdict) == (actor.kind, actor.id, verdict)
        and (callback.level is None or callback.level - 1 == (earlier.level or 0))
        for earlier in authorization.approvals_of(callback.dimension_id, callback.rule_id)
    )


def _refuse_own_order(authorization: Authorization, actor: Actor) -> None:
    own = is_own_order(authorization, actor)
    if own and not authorization.settings.requester_may_decide:
        raise Forbidden(
            "the requester of an order may not decide it; the account does not allow it",
            code="own-order",
        )


def _refusal(
    authorization: Authorization,
    place: tuple[DimensionTrace, RuleTrace],
    found: tuple[Dimension, Rule],
    *,
    callback: Callback,
    actor: Actor,
    reach: Reach,
) -> PlacetError:
    if not _waits(authorization, place):
        return Conflict(_why_not_waiting(authorization, place), code="not-waiting")
    dimension, rule = found
    up = levels_up(authorization, dimension.id, rule) or (0,)
    if not is_authorized(authorization, dimension, rule, actor, reach):
        return Forbidden(
            why_not_authorized(authorization, dimension, rule, actor, reach), code="not-your-turn"
        )
    if callback.level is not None and callback.level - 1 not in up:
        return Conflict(
            _why_another_level(authorization, *found, callback.level, up), code="other-level"
        )
    return Forbidden(_why_not_now(authorization, rule, dimension, actor, up), code="not-your-turn")


def _refuse_too_late(authorization: Authorization, policy: Policy, now: int) -> None:
    """Nobody decides after the time is over, though nothing has ended the order yet."""
    if expire(authorization, policy, now=now) is not authorization:
        raise Conflict("the order has waited too long and expires", code="expired")


def _refuse_empty_bypass(dimension: Dimension, verdict: Verdict) -> None:
    if dimension.id in (LAST_RESORT, UNIT_GATE) and verdict is Verdict.BYPASSED:
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
        return f"{where} was {last.verdict} by {last.who} at {timestamp(last.at)}"
    if dimension.simulated:
        return f"{where} is only simulated and waits for nobody"
    if authorization.status is not Status.PENDING:
        end = authorization.history[-1]
        ended = f"{authorization.status} by {end.who} at {timestamp(end.at)}"
        return f"{where} waits for nobody: the order was {ended}"
    if not rule.reached:
        return f"{where} was not reached: {rule.skipped}"
    return f"{where} waits for nobody: its expression yielded {rule.result}"


def _why_another_level(
    authorization: Authorization, dimension: Dimension, rule: Rule, level: int, up: Sequence[int]
) -> str:
    if level > max(1, len(rule.authorizers)):
        what = f"rule `{rule.name}` has no level {level}"
    elif level - 1 in accepted_levels(authorization, dimension.id, rule):
        what = f"level {level} of rule `{rule.name}` has accepted already"
    else:
        what = f"it is not the turn of level {level} of rule `{rule.name}`"
    numbers = " or ".join(str(number + 1) for number in up)
    return f"{what}: level {numbers} is up"


def _why_not_now(
    authorization: Authorization,
    rule: Rule,
    dimension: Dimension,
    actor: Actor,
    up: Sequence[int],
) -> str:
    numbers = " or ".join(str(level + 1) for level in up)
    why = f"it is not the turn of {actor.label}: level {numbers} of rule `{rule.name}` is up"
    signed = {
        item.level
        for item in authorization.approvals_of(dimension.id, rule.id)
        if actor.kind is ActorKind.USER and actor.id in (item.actor_id, item.on_behalf_of)
    }
    if signed - set(up):
        why += ", and whoever has accepted one level of a rule decides no other"
    return why


def _approval(callback: Callback, verdict: Verdict, turn: Turn, actor: Actor, now: int) -> Approval:
    on_behalf_of = turn.on_behalf_of
    return Approval(
        dimension_id=callback.dimension_id,
        rule_id=callback.rule_id,
        level=turn.level,
        verdict=verdict,
        score=callback.score,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        at=now,
        comment=callback.comment,
        on_behalf_of=on_behalf_of.id if on_behalf_of else None,
        on_behalf_of_label=on_behalf_of.label if on_behalf_of else None,
    )


def _rule_status(
    authorization: Authorization, dimension: Dimension, rule: Rule, trace: RuleTrace
) -> RuleStatus:
    """What the rule has come to with its last approval; reviewing an error accepts nothing."""
    verdict = authorization.approvals[-1].verdict
    if verdict is Verdict.DENIED:
        return RuleStatus.DENIED
    if verdict is Verdict.BYPASSED:
        return RuleStatus.BYPASSED
    done = accepted_levels(authorization, dimension.id, rule)
    if rule.require_all_approvals and len(done) < len(rule.authorizers):
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


def _levels_said(approvals: Sequence[Approval]) -> str:
    """Which levels one word has counted for, where it was more than one."""
    if len(approvals) == 1:
        return ""
    numbers = [str((approval.level or 0) + 1) for approval in approvals]
    return f"levels {', '.join(numbers[:-1])} and {numbers[-1]} of "


def _settled(
    authorization: Authorization,
    decision: Decision,
    approvals: Sequence[Approval],
    place: tuple[DimensionTrace, RuleTrace],
    idempotency_key: str | None,
) -> Authorization:
    dimension, rule = place
    approval = approvals[0]
    before, after = authorization.status, Status(decision.outcome)
    said = f"{approval.verdict} {_levels_said(approvals)}{rule_place(dimension, rule)}"
    here = (dimension.dimension_id, rule.rule_id)
    decided_here = (decision.dimension_id, decision.rule_id) == here
    last_word = (
        decision.rule_id is None and not rule.review and after.value == approval.verdict.value
    )
    reason = decision.reason
    if after is not Status.PENDING and (decided_here or last_word):
        comment = f": {approval.comment}" if approval.comment else ""
        reason = f"{after} by {approval.who} at {rule_place(dimension, rule)}{comment}"
    event = Event(
        at=approval.at,
        who=approval.who,
        what=said,
        before=before,
        after=after,
        note=approval.comment,
        actor_kind=approval.actor_kind,
        actor_id=approval.actor_id,
        on_behalf_of=approval.on_behalf_of,
        dimension_id=approval.dimension_id,
        rule_id=approval.rule_id,
        level=approval.level,
        score=approval.score,
        idempotency_key=idempotency_key,
    )
    return replace(
        authorization,
        status=after,
        reason=reason,
        dimensions=decision.dimensions,
        dimension_id=decision.dimension_id,
        rule_id=decision.rule_id,
        changed_at=approval.at,
        history=(*authorization.history, event),
        waits=waits_after(decision, approval.at, authorization.waits),
    )
