"""The answers of the Budgets API. `budgets.core.wire` writes them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from placet.api.web.answers import Responses, errors_as
from placet.api.web.models import Instant, one_of
from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import (
    CONTEXT_TYPE,
    Direction,
    EntryKind,
    ReservationStatus,
    Status,
)
from placet.budgets.core.notification import ThresholdType
from placet.kit.wire_model import Absent, WireModel

_LINES: Final = (EntryKind.DEBIT, EntryKind.CREDIT, EntryKind.AMOUNT, EntryKind.RENEWAL)
_RESERVATIONS: Final = [item for item in ReservationStatus if item != ReservationStatus.EXPIRED]
_Count = Annotated[int, Field(ge=0)]
_Status = Annotated[str, one_of(Status)]
_Direction = Annotated[str, one_of(Direction)]
_Warnings = Annotated[
    Absent[list[str]], Field(description="What you should know, a sentence each.")
]


class BudgetErrorAnswer(WireModel):
    """Why a request was refused."""

    error: Annotated[str, Field(description="One sentence for people.")]


BUDGET_ERRORS: Final = errors_as(BudgetErrorAnswer)
EMPTY: Final[Responses] = {200: {"description": "Done; no body."}}


class _Placed(WireModel):
    """Belongs to a unit."""

    context_type: Annotated[str, one_of([CONTEXT_TYPE])]
    context_id: Annotated[str, Field(description="The unit.")]


class EntityAnswer(WireModel):
    """Whom or what an allocation is for."""

    id: str
    type: str


class BalanceAnswer(WireModel):
    """How a budget or an allocation stands."""

    amount: float
    carried: Annotated[
        float,
        Field(
            description="What of the amount was carried over; the rest is the base, which each"
            " period gets."
        ),
    ]
    balance_adjustment: Annotated[float, Field(description="What is used or reserved.")]
    remaining: float


class CycleAnswer(WireModel):
    """The current period; without `endDate` it lasts for ever."""

    start_date: Instant
    end_date: Absent[Instant] = None
    auto_reset_on_period_end: bool
    carry_over_balance: bool
    next_renewal: Absent[Instant] = None
    time_zone: str


class ThresholdAnswer(WireModel):
    """How much is used when people are told."""

    type: Annotated[str, one_of(ThresholdType)]
    value: Annotated[float, Field(alias="Value")]


class RecipientAnswer(WireModel):
    """Who is told."""

    type: str
    identifier: str


class NotificationSettingsAnswer(WireModel):
    """Who is told when how much is used."""

    enable: bool
    thresholds: list[ThresholdAnswer]
    recipients: list[RecipientAnswer]


class _AllocationFacts(_Placed):
    id: str
    budget_id: str
    linked_entity: EntityAnswer
    balance: BalanceAnswer
    status: _Status
    reference_id: Annotated[str, Field(description="Often a contract.")]
    contract_id: Annotated[str, Field(description="Another name of `referenceId`.")]


class AllocationAnswer(_AllocationFacts):
    """A part of a budget, and whom it is for."""

    notification_settings: NotificationSettingsAnswer
    warnings: _Warnings = None


class EmailRecipientAnswer(WireModel):
    """Who is told."""

    email: str


class RecipientsThresholdAnswer(WireModel):
    """How much is used when whom is told."""

    type: Annotated[str, one_of(ThresholdType)]
    threshold: float
    recipients: list[EmailRecipientAnswer]


class BatchedAllocationAnswer(_AllocationFacts):
    """An allocation of a batch, with its notification settings in their array form."""

    notification_settings: list[RecipientsThresholdAnswer]


class AllocationBatchAnswer(WireModel):
    """The new allocations in the given order."""

    budget_id: str
    allocations: list[BatchedAllocationAnswer]
    warnings: _Warnings = None


class BudgetAnswer(_Placed):
    """A budget with its allocations."""

    id: str
    name: str
    description: str
    balance: BalanceAnswer
    cycle_configuration: CycleAnswer
    notification_settings: NotificationSettingsAnswer
    status: _Status
    enforcement: Annotated[str, one_of(Enforcement)]
    currency: Annotated[Absent[str], Field(description="An ISO 4217 code.")] = None
    allocations: list[AllocationAnswer]
    warnings: _Warnings = None


class BudgetLineAnswer(_Placed):
    """A budget as one line of a list."""

    id: str
    name: str
    start_date: Instant
    end_date: Absent[Instant] = None
    balance: BalanceAnswer
    status: _Status


class NewStatusAnswer(WireModel):
    """The new status."""

    status: _Status


class PaginationAnswer(WireModel):
    """Which page this is, and how many there are."""

    current: _Count
    pages: _Count
    results: _Count


class BudgetPageAnswer(WireModel):
    """Some budgets, newest first."""

    pagination: PaginationAnswer
    items: list[BudgetLineAnswer]


class AllocationPageAnswer(WireModel):
    """Some allocations, oldest first."""

    pagination: PaginationAnswer
    items: list[AllocationAnswer]


class MatchAnswer(WireModel):
    """An allocation that is for a wanted entity, and the budget that it is of."""

    budget_id: str
    allocation_id: str
    linked_entity: EntityAnswer
    budget_balance: BalanceAnswer
    cycle_configuration: CycleAnswer
    allocation_balance: BalanceAnswer


class MatchesAnswer(WireModel):
    """The allocations that the entities may spend."""

    items: list[MatchAnswer]


class TransactionAnswer(_Placed):
    """A debit or credit; `type` tells whether the amount was subtracted or added."""

    id: str
    budget_id: str
    allocation_id: str
    origin: str
    reference: str
    amount: float
    requested_by: str
    date: Instant
    type: _Direction
    original_transaction_id: Annotated[
        Absent[str], Field(description="What a refund gives back.")
    ] = None


class RefundAnswer(WireModel):
    """The credit that gives back a debit."""

    id: str
    original_transaction_id: str
    budget_id: str
    allocation_id: str
    amount: float


class ReservationAnswer(_Placed):
    """An amount set aside; one that expired was canceled by nobody."""

    id: str
    budget_id: str
    allocation_id: str
    origin: str
    reference: str
    amount: float
    requested_by: str
    date: Instant
    type: _Direction
    status: Annotated[str, one_of(_RESERVATIONS)]
    expires_at: Absent[Instant] = None
    transaction_id: Annotated[Absent[str], Field(description="What a confirmed one became.")] = None
    confirmed_amount: Absent[float] = None


class ReservationPageAnswer(_Placed):
    """Some reservations, newest first."""

    pagination: PaginationAnswer
    items: list[ReservationAnswer]


class StatementLineAnswer(_Placed):
    """A debit or credit; with `lines=all` also a new amount (`AMOUNT`), or what a new cycle begins
    with (`RENEWAL`). What comes after `type` is only there with `lines=all`.
    """

    id: Absent[str] = None
    budget_id: str
    allocation_id: Absent[str] = None
    origin: Absent[str] = None
    reference: Absent[str] = None
    amount: float
    requested_by: Absent[str] = None
    date: Instant
    original_transaction_id: Annotated[
        Absent[str], Field(description="What a refund gives back.")
    ] = None
    type: Annotated[str, one_of(_LINES)]
    sequence: Annotated[
        Absent[_Count], Field(description="Which entry of the budget or allocation it is.")
    ] = None
    change: Annotated[Absent[float], Field(description="What it adds to the balance.")] = None
    balance: Annotated[
        Absent[float], Field(description="Amount less what is debited, after it.")
    ] = None
    cycle: Annotated[Absent[_Count], Field(description="The number of its cycle.")] = None
    carried: Annotated[Absent[float], Field(description="Of a renewal: what it took over.")] = None


class StatementCycleAnswer(WireModel):
    """The cycle that was asked for."""

    number: _Count
    start_date: Instant
    end_date: Instant | None


class StatementAnswer(WireModel):
    """Some lines, how to go on, and the balances around all that was selected."""

    transactions: list[StatementLineAnswer]
    next: Annotated[
        str | None, Field(description="For `after`; null where there are no more lines yet.")
    ]
    opening_balance: float
    closing_balance: float
    pagination: Annotated[Absent[PaginationAnswer], Field(description="Left out with `after`.")] = (
        None
    )
    cycle: Absent[StatementCycleAnswer] = None
    expired: Annotated[
        Absent[Instant], Field(description="When the last cycle ended, if none follows.")
    ] = None
