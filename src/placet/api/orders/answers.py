"""The answers about authorizations, as the public API has them. `core.wire` writes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from placet.api.policies.answers import CreationEnvironment, CreationVersion
from placet.api.web.models import Instant, Next, one_of
from placet.kit.wire_model import Absent, WireModel
from placet.orders.core.record import Status, Verdict
from placet.orders.core.wire import WIRE_STATUS
from placet.people.core.actor import ActorKind
from placet.policies.core.model import AuthorizerType, ScoreInterval, Trigger
from placet.policies.core.trace import Outcome

PublicStatus = Annotated[str, one_of(dict.fromkeys(WIRE_STATUS.values()))]
State = Annotated[str, one_of(Status)]
RuleOutcome = Annotated[str, one_of(Outcome)]
Level = Annotated[
    int | None, Field(description="Counted from 0; null where no authorizers are listed.")
]


class OrderAnswer(WireModel, extra="allow"):
    """An order as it was submitted: the buyer's own document, of which only the id is asked for."""

    order_id: Annotated[str, Field(min_length=1, max_length=250)]


class OrderItemAnswer(WireModel):
    """An item of the order."""

    id: str
    sku: str
    price: float
    total_system_discount: float
    total_manual_discount: float
    quantity: float
    additional_info: dict[str, Any]


class HoldAnswer(WireModel):
    """What the order has of one allocation: reserved, or debited by a transaction."""

    budget_id: str
    allocation_id: str
    amount: float
    transaction_id: Absent[str] = None


class ApprovalAnswer(WireModel):
    """A decision of a rule by a score."""

    dimension_id: str
    rule_id: str
    verdict: Annotated[str, one_of(Verdict)]
    who: Annotated[str, Field(description="For people, such as `Bea for Ana`.")]
    at: Instant
    comment: str


class AdditionalInfoAnswer(WireModel):
    """What Placet knows beyond the public API."""

    user_profile_id: str
    reason: Annotated[str, Field(description="One sentence for people.")]
    state: Annotated[State, Field(description="The status in Placet's words.")]
    revision: Annotated[int, Field(description="Of the order; the highest one is valid.")]
    holds: list[HoldAnswer]
    approvals: list[ApprovalAnswer]


class JudgedAuthorizerAnswer(WireModel):
    """One level of a rule."""

    type: Annotated[str, one_of(AuthorizerType)]
    id: str
    authorization_date: Annotated[Absent[Instant], Field(description="When it decided.")] = None


class JudgedAuthorizationDataAnswer(WireModel):
    """Who decides a rule, and who has."""

    require_all_approvals: bool
    authorizers: list[JudgedAuthorizerAnswer]


class JudgedRuleAnswer(WireModel):
    """A rule and what it did to the order."""

    id: str
    name: str
    status: Annotated[
        RuleOutcome | None, Field(description="Null: it did not fire, or no longer counts.")
    ]
    do_id: None
    authorized_emails: Annotated[
        list[str], Field(description="Of those who hold its levels, or have done so.")
    ]
    priority: int
    trigger: Trigger
    timeout: int
    notification: bool
    score_interval: ScoreInterval
    is_user_authorized: Annotated[bool, Field(description="Whether the caller may ever decide it.")]
    is_user_next_authorizer: Annotated[
        bool, Field(description="Whether the caller may decide it now.")
    ]
    remind_after: Absent[str] = None
    escalate_after: Absent[str] = None
    score: Annotated[Absent[float], Field(description="The last one.")] = None
    authorization_data: Absent[JudgedAuthorizationDataAnswer] = None


class JudgedDimensionAnswer(WireModel):
    """A dimension and what it did to the order."""

    id: str
    name: str
    user_profile_id: str
    status: Annotated[RuleOutcome | None, Field(description="Null: it was not reached.")]
    score: float
    priority: int
    should_simulate: bool
    rule_collection: list[JudgedRuleAnswer]
    creation_date: Instant
    creation_version: CreationVersion
    creation_environment: CreationEnvironment
    require_all_rules_acceptance: bool
    unit_id: Annotated[Absent[str], Field(description="Left out: it is for every unit.")] = None


class AuthorizationAnswer(WireModel):
    """An order, what became of it, and what every rule said."""

    id: str
    order_id: str
    workflow_instance_id: str
    status: Annotated[
        PublicStatus,
        Field(
            description="`additionalInfo.state` is exact: what is superseded, cancelled or expired"
            " reads as denied here."
        ),
    ]
    units: Annotated[list[str], Field(description="From the buyer's unit up to the root.")]
    callback_endpoint: str
    total_order_value_desired_by_seller: float
    market_place_payment_value: float
    item_collection: list[OrderItemAnswer]
    additional_info: AdditionalInfoAnswer
    dimension_status: list[JudgedDimensionAnswer]
    creation_date: Instant
    creation_version: CreationVersion
    creation_environment: CreationEnvironment
    user_profile_id: str
    order: Annotated[
        Absent[OrderAnswer], Field(description="As it was submitted; with `expand=order`.")
    ] = None


class AuthorizationPageAnswer(WireModel):
    """Some authorizations, newest first."""

    data: list[AuthorizationAnswer]
    next: Next


class EventAnswer(WireModel):
    """Who did what when, and the status before and after; lines of earlier versions say less."""

    at: Instant
    who: Annotated[str, Field(description="For people.")]
    what: str
    before: State | None
    after: State
    note: str | None
    actor_kind: Annotated[str, one_of(ActorKind)] | None
    actor_id: str | None
    on_behalf_of: Annotated[str | None, Field(description="The person the actor stood in for.")]
    dimension_id: str | None
    rule_id: str | None
    level: Level
    score: float | None
    idempotency_key: Annotated[str | None, Field(description="The client's name of the request.")]


class HistoryLineAnswer(EventAnswer):
    """A line of the history."""

    place: Annotated[int, Field(description="Counted from 1.")]


class HistoryPageAnswer(WireModel):
    """Some lines of the history, oldest first."""

    data: list[HistoryLineAnswer]
    next: Next


class BulkDecisionAnswer(WireModel):
    """What became of one decision of many."""

    id: str
    code: Annotated[
        int, Field(description="The HTTP status that this decision alone would have had.")
    ]
    message: Annotated[str | None, Field(description="Why it was refused.")]
    status: Annotated[
        PublicStatus | None,
        Field(description="Of the authorization afterwards; null where the decision was refused."),
    ]
    state: Annotated[
        State | None,
        Field(description="The same in Placet's words, as in `additionalInfo.state`."),
    ]


class BulkDecisionsAnswer(WireModel):
    """What became of each of many decisions, in their order."""

    results: list[BulkDecisionAnswer]
