"""Dimensions and rules in the field names of the Buying Policies API.

Attributes are snake case, documents camel case (`to_document`). Unknown fields are ignored here,
other than beside authorizers; rule files check them on their own. A draft has no id yet: storing it
gives it one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, model_validator

from placet.kit.durations import Duration
from placet.kit.wire_model import (
    WHOLE,
    ExpressionText,
    Identifier,
    Name,
    Number,
    Priority,
    Text,
    WireModel,
    canonical_json,
)
from placet.policies.core.effects import EffectType
from placet.policies.core.seller_settings import SellerSettings, TimeZone
from placet.policies.core.working_time import (
    Holidays,
    WorkingDays,
    WorkingHours,
    WorkingTime,
    working_time,
)

MAX_RULES: Final = 1_000
MAX_AUTHORIZERS: Final = 5
MAX_TIMEOUT: Final = 60_000


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _effect_type(value: Any) -> Any:
    effect = EffectType.of_number(value)
    if effect is None:
        raise ValueError(f"must be {EffectType.listed()}")
    return effect


class AuthorizerType(StrEnum):
    """Who a level of a workflow is: every approver of a unit, or one person."""

    UNIT = "unit"
    USER = "user"


class NoRuleFired(StrEnum):
    """What becomes of an order that no rule decides."""

    ACCEPTED = "accepted"
    DENIED = "denied"
    PENDING = "pending"


class UnitChoice(StrEnum):
    """What becomes of an order that is of none of the account's units.

    `REFUSED`: nothing is kept. `PENDING`: a person decides, unless a rule denies. `ACCEPTED`: the
    dimensions without a unit judge it alone.
    """

    REFUSED = "refused"
    PENDING = "pending"
    ACCEPTED = "accepted"


class Authorizer(WireModel):
    """One level of a workflow. `type` is read in any case (`Unit`, `unit`)."""

    type: Annotated[AuthorizerType, BeforeValidator(_lower)]
    id: Identifier


class AuthorizationData(WireModel, extra="forbid"):
    """Who decides a workflow rule, first level to last; nobody listed: any approver in reach.

    Nothing else may be in it: authorizers under another name would leave the rule to everyone.
    """

    require_all_approvals: StrictBool = False
    authorizers: Annotated[tuple[Authorizer, ...], Field(max_length=MAX_AUTHORIZERS)] = ()


class Condition(WireModel):
    """When a rule fires: a JSONata expression over the order that yields true."""

    condition_type: Annotated[StrictInt, Field(ge=0, le=2), WHOLE] = 2
    description: Text = ""
    expression: ExpressionText


class Effect(WireModel):
    """What a firing rule does, and the words for it."""

    description: Text = ""
    effect_type: Annotated[EffectType, BeforeValidator(_effect_type)]


class Trigger(WireModel):
    """A condition and its effect."""

    condition: Condition
    effect: Effect


class ScoreInterval(WireModel):
    """How a callback's score is read: ≥ `accept` accepts, ≤ `deny` denies, between bypasses."""

    accept: Number
    deny: Number

    @model_validator(mode="after")
    def _deny_below_accept(self) -> Self:
        if self.deny >= self.accept:
            raise ValueError(f"deny ({self.deny:g}) must be below accept ({self.accept:g})")
        return self


class RuleDraft(WireModel):
    """A rule as a client sends it. `timeout`: milliseconds per evaluation, 0 the service's own.

    `remind_after` and `escalate_after` count from when a level is up.
    """

    id: Identifier | None = None
    name: Name
    priority: Priority
    trigger: Trigger
    score_interval: ScoreInterval
    authorization_data: AuthorizationData | None = None
    timeout: Annotated[StrictInt, Field(ge=0, le=MAX_TIMEOUT), WHOLE] = 0
    notification: StrictBool = False
    remind_after: Annotated[
        Duration | None,
        Field(description="After how long the level that is up is reminded, such as `P1D`."),
    ] = None
    escalate_after: Annotated[
        Duration | None,
        Field(description="After how long the next level may act for the one that is up as well."),
    ] = None

    @property
    def effect(self) -> EffectType:
        """The effect's type, without the way there."""
        return self.trigger.effect.effect_type

    @property
    def authorizers(self) -> tuple[Authorizer, ...]:
        """The levels, first to last; empty when none are listed."""
        return self.authorization_data.authorizers if self.authorization_data else ()

    @property
    def require_all_approvals(self) -> bool:
        """Whether every level must accept; one acceptance is enough otherwise."""
        return bool(self.authorization_data and self.authorization_data.require_all_approvals)


class Rule(RuleDraft):
    """A stored rule."""

    id: Identifier

    @classmethod
    def from_draft(cls, draft: RuleDraft, rule_id: str) -> Rule:
        """The draft with the id it is stored under."""
        return cls.model_validate(draft.model_copy(update={"id": rule_id}).model_dump())


class DimensionDraft(WireModel):
    """A dimension as a client sends it; without `unit_id` it applies to every unit."""

    id: Identifier | None = None
    name: Name
    unit_id: Identifier | None = None
    priority: Priority
    require_all_rules_acceptance: StrictBool
    should_simulate: StrictBool = False
    rule_collection: Annotated[tuple[RuleDraft, ...], Field(max_length=MAX_RULES)]


class Dimension(DimensionDraft):
    """A stored dimension. `created_at` (milliseconds since 1970) orders equal priorities."""

    id: Identifier
    created_at: int = 0
    rule_collection: Annotated[tuple[Rule, ...], Field(max_length=MAX_RULES)]

    @classmethod
    def from_draft(
        cls, draft: DimensionDraft, dimension_id: str, rule_ids: list[str], created_at: int
    ) -> Dimension:
        """The draft with the ids it and its rules are stored under, `rule_ids` in rule order."""
        rules = zip(draft.rule_collection, rule_ids, strict=True)
        fields = draft.model_dump(exclude={"id", "rule_collection"})
        return cls(
            **fields,
            id=dimension_id,
            created_at=created_at,
            rule_collection=tuple(Rule.from_draft(rule, rule_id) for rule, rule_id in rules),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the document: equal digests mean equal rules."""
        return hashlib.sha256(canonical_json(self.to_document())).hexdigest()


class SpendingCheck(WireModel, extra="forbid"):
    """What an order and its spending must meet: a JSONata condition over `{order, spending}`.

    `spending` holds the lines as submitted, none for an order that spends nothing. `description`
    says in words what is asked for.
    """

    expression: ExpressionText
    description: Text = ""


_Check = Annotated[str, Field(min_length=1, description="The expression alone.")] | SpendingCheck


def _check_of_text(value: Any) -> Any:
    if isinstance(value, str):
        return {"expression": value}
    if value is not None and not isinstance(value, dict | SpendingCheck):
        raise ValueError("must be an expression, or an object with `expression` and `description`")
    return value


class AccountSettings(WireModel):
    """What an account chose where the policies leave a choice.

    `orders_without_unit`, `unknown_unit`: what becomes of orders that name no unit, or one that the
    account does not have; they count in accounts that have units.
    `spending_check`: a submission for which it is not true is refused.
    `pending_expires_after`: how long an order may wait for people, None for ever.
    `time_zone`: where the days of sellers' budgets and the working hours begin, and the periods of
    budgets that name no zone of their own. `working_days`, `working_hours`, `holidays`: what
    `remind_after` and `escalate_after` of rules count.
    `one_person_one_level`: whether each level of a rule takes another person; accounts and orders
    of before there was the choice do not ask for that (`of_document`).
    """

    no_rule_fired: NoRuleFired = NoRuleFired.ACCEPTED
    orders_without_unit: UnitChoice = UnitChoice.REFUSED
    unknown_unit: UnitChoice = UnitChoice.REFUSED
    spending_check: Annotated[
        SpendingCheck | None,
        BeforeValidator(_check_of_text, json_schema_input_type=_Check | None),
    ] = None
    requester_may_decide: StrictBool = False
    one_person_one_level: StrictBool = True
    pending_expires_after: Duration | None = None
    time_zone: TimeZone = "UTC"
    working_days: WorkingDays | None = None
    working_hours: WorkingHours | None = None
    holidays: Holidays = ()
    seller_budgets: SellerSettings = SellerSettings()

    @property
    def working_time(self) -> WorkingTime | None:
        """What reminders and escalations count by; None: all the time there is."""
        return working_time(self.time_zone, self.working_days, self.working_hours, self.holidays)

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """From stored JSON; what it was written before counts as it did then."""
        return cls.model_validate({**_BEFORE, **document})


_BEFORE: Final = {"onePersonOneLevel": False}


@dataclass(frozen=True, slots=True)
class DimensionFilter:
    """Which dimensions: exact values, any case, any of each list; an empty list asks nothing."""

    ids: Sequence[str] = ()
    unit_ids: Sequence[str] = ()
    names: Sequence[str] = ()
