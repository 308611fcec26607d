"""The answer that says why an order is where it is. `core.explanation` writes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from placet.api.orders.answers import EventAnswer, Level, PublicStatus, RuleOutcome, State
from placet.api.web.models import Instant, one_of
from placet.kit.wire_model import Absent, WireModel
from placet.orders.core.moments import Deed
from placet.orders.core.record import Verdict
from placet.orders.core.seats import HolderKind
from placet.people.core.actor import ActorKind
from placet.people.core.unit import Unit
from placet.policies.core.effects import EffectType, RuleStatus
from placet.policies.core.model import Authorizer
from placet.policies.core.trace import Result

_NotReached = Annotated[str | None, Field(description="Null: it was reached.")]


class RuleErrorAnswer(WireModel):
    """Why an expression gave no answer."""

    code: Annotated[str, Field(description="The language's code, or `non-boolean`.")]
    message: str
    position: Annotated[int | None, Field(description="An offset into the expression.")]
    token: Annotated[str | None, Field(description="The text there.")]


class HolderAnswer(WireModel):
    """Who may act for a level."""

    type: Annotated[str, one_of(kind for kind in HolderKind if kind is not HolderKind.NOBODY)]
    id: Annotated[Absent[str], Field(description="Of the person or the unit.")] = None


class LevelAnswer(WireModel):
    """A level that is up."""

    level: Annotated[int, Field(description="Counted from 0.")]
    authorizer: Annotated[Authorizer, Field(description="As it is listed.")]
    held_by: Annotated[HolderAnswer | None, Field(description="Null: nobody.")]
    because: Annotated[
        str | None, Field(description="Why somebody else than listed; null where it is not so.")
    ]


class WaitAnswer(WireModel):
    """Whom a rule that is pending asks; what is waited for only while the order is."""

    require_all_approvals: bool
    authorizers: list[Authorizer]
    levels_up: Annotated[Absent[list[int]], Field(description="Counted from 0.")] = None
    levels: Absent[list[LevelAnswer]] = None
    since: Absent[Instant] = None


class RuleTraceAnswer(WireModel):
    """What a rule gave, or why it was not reached."""

    rule_id: str
    name: str
    effect: Annotated[str, one_of(effect.name.lower() for effect in EffectType)]
    reached: Annotated[bool, Field(description="Whether it was evaluated.")]
    fired: Annotated[bool, Field(description="Whether the expression yielded true.")]
    result: Annotated[str, one_of(Result)] | None
    status: Annotated[str, one_of(RuleStatus)] | None
    error: RuleErrorAnswer | None
    manual_review: Annotated[
        bool, Field(description="It is pending because it failed, not because it fired.")
    ]
    evidence: Annotated[list[str], Field(description="Why it fired, one clause each.")]
    not_reached_because: _NotReached
    expression: str
    description: str
    waits_for: Absent[WaitAnswer] = None


class DimensionTraceAnswer(WireModel):
    """What a dimension gave, or why it was not reached."""

    dimension_id: str
    name: str
    label: Annotated[str, Field(description="Its unit from the root down: `Acme / Sales`.")]
    unit_id: str | None
    simulated: bool
    require_all_rules_acceptance: bool
    reached: bool
    status: RuleOutcome | None
    not_reached_because: _NotReached
    shares_unit: Annotated[bool, Field(description="Whether the unit has other dimensions.")]
    rules: list[RuleTraceAnswer]


class ExplainedApprovalAnswer(WireModel):
    """A decision of a rule by a score, in full."""

    dimension_id: str
    rule_id: str
    level: Level
    verdict: Annotated[str, one_of(Verdict)]
    score: float
    actor_kind: Annotated[str, one_of(ActorKind)]
    actor_id: str
    actor_label: str
    at: Instant
    comment: str | None
    on_behalf_of: Annotated[str | None, Field(description="The person the actor stood in for.")]
    on_behalf_of_label: str | None
    who: Annotated[str, Field(description="For people, such as `Bea for Ana`.")]


class ReminderAnswer(WireModel):
    """That the people of a level were reminded, or that the next level may act for it."""

    dimension_id: str
    rule_id: str
    level: Level
    at: Instant


class MomentAnswer(WireModel):
    """What the service does by itself if nobody acts."""

    at: Instant
    what: Annotated[str, one_of(Deed)]
    dimension_id: str | None
    rule_id: str | None
    level: Level


class ExplanationAnswer(WireModel):
    """The reason, the trace of every rule, and the history."""

    id: str
    order_id: str
    revision: int
    status: PublicStatus
    state: Annotated[State, Field(description="The status in Placet's words.")]
    reason: Annotated[str, Field(description="One sentence for people.")]
    dimension_id: Annotated[str | None, Field(description="Of the rule that decided.")]
    rule_id: Annotated[
        str | None, Field(description="That decided, the first where several wait; null: none.")
    ]
    policy_digest: Annotated[str, Field(description="Equal digests mean equal policies.")]
    units: Annotated[list[Unit], Field(description="From the root down to the buyer's.")]
    created_at: Instant
    changed_at: Instant
    dimensions: list[DimensionTraceAnswer]
    approvals: list[ExplainedApprovalAnswer]
    reminders: list[ReminderAnswer]
    escalations: list[ReminderAnswer]
    history: list[EventAnswer]
    next: Annotated[MomentAnswer | None, Field(description="Null: nothing, however long it waits.")]
