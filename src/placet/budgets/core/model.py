"""What the books hold: budgets, allocations, their positions, reservations and entries.

All amounts are in 1/10,000 unit, all instants in milliseconds since 1970 (UTC). Values are never
changed in place; a transition puts a new value in the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from placet.budgets.core.facts import BudgetFacts
from placet.budgets.core.notification import NotificationSettings

# The only kind of context there is: an org unit.
CONTEXT_TYPE = "UNIT"


class Status(StrEnum):
    """Whether a budget or an allocation may be spent. Deleted ones keep their history."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    DELETED = "DELETED"


class Direction(StrEnum):
    """DEBIT subtracts from an allocation, CREDIT adds to it."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"


class ReservationStatus(StrEnum):
    """RESERVED is open; a reservation reaches exactly one of the others."""

    RESERVED = "RESERVED"
    CONFIRMED = "CONFIRMED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


class EntryKind(StrEnum):
    """What an entry records. DEBIT and CREDIT are the transactions that statements show."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"
    RESERVE = "RESERVE"
    RELEASE = "RELEASE"
    AMOUNT = "AMOUNT"
    RENEWAL = "RENEWAL"


class LinkedEntity(NamedTuple):
    """Whom or what an allocation is for; `type` is free text such as `User` or `CostCenter`."""

    id: str
    type: str


class Position(NamedTuple):
    """The figures of one budget or allocation in its current period.

    `amount` is the `base`, which every period gets, and `carried`, what the last period left;
    `used` is debits minus credits; `held` is what open reservations keep; `allocated` (budgets
    only) is the sum of the allocations' amounts. `sequence` numbers the entries without a gap,
    `fired` names the thresholds that have fired in this period.
    """

    amount: int
    carried: int
    used: int
    held: int
    allocated: int
    sequence: int
    fired: tuple[str, ...]

    @property
    def base(self) -> int:
        """What each period gets, beside what it takes over from the one before."""
        return self.amount - self.carried

    @property
    def over_allocated(self) -> bool:
        """Whether the allocations of a budget together are more than it."""
        return self.allocated > self.amount

    @property
    def remaining(self) -> int:
        """What can still be spent; negative when overdrawn."""
        return self.amount - self.used - self.held

    @property
    def adjustment(self) -> int:
        """What is spent or held: the `balanceAdjustment` of the API."""
        return self.used + self.held


NO_POSITION = Position(0, 0, 0, 0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Cycle:
    """When a budget is valid: [start, end), without end for ever.

    At the end, `auto_reset` opens the next period of the same length, and `carry_over` adds to its
    amount what was left, or takes away what was overdrawn. Periods are counted in `time_zone`, an
    IANA name or an offset such as `+02:00`; None, where nobody chose one, is UTC. `anchor_zone` is
    the zone that `start` and `end` were given in, where another one was chosen later.
    """

    start: int
    end: int | None
    auto_reset: bool = False
    carry_over: bool = False
    time_zone: str | None = None
    anchor_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a budget as it was opened; `revision` grows when its window is changed later.

    `turn` counts the renewals since the cycle's start, from which all windows are derived.
    """

    budget_id: str
    number: int
    revision: int
    turn: int
    start: int
    end: int | None
    amount: int
    carried: int
    at: int


class Pacing(NamedTuple):
    """How a budget's spending is spread evenly over its days, which begin in its time zone.

    `day` (as `date.toordinal` counts) is the day of the last movement; `opening` is what was spent
    or held when it began, less what has come back since of money spent on the days before.
    """

    time_zone: str
    day: int
    opening: int


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget without its figures, which are in its position.

    `due_at` is the earliest instant at which something happens by itself: a renewal or the expiry
    of a reservation. It may be too early, never too late. `pacing` is None where the whole budget
    may be spent on any day.
    """

    id: str
    facts: BudgetFacts
    status: Status
    cycle: Cycle
    period: Period
    due_at: int | None
    created_at: int
    changed_at: int
    pacing: Pacing | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """The part of a budget that one linked entity may spend; `reference_id` often is a contract."""

    id: str
    budget_id: str
    linked_entity: LinkedEntity
    reference_id: str
    status: Status
    notification: NotificationSettings
    created_at: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """An amount set aside under the client's own id, unique within its allocation.

    `held` is what it takes from the balance: its amount for a DEBIT, nothing for a CREDIT. Once
    confirmed, `transaction_id` is the transaction it became and `confirmed` that one's amount.
    """

    id: str
    budget_id: str
    allocation_id: str
    direction: Direction
    amount: int
    status: ReservationStatus
    origin: str
    reference: str
    requested_by: str
    fingerprint: str
    period: int
    created_at: int
    expires_at: int | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    confirmed: int | None = None
    transaction_id: str | None = None

    @property
    def held(self) -> int:
        """What it keeps from being spent while it is open."""
        return self.amount if self.direction is Direction.DEBIT else 0


class Entry(NamedTuple):
    """One line of the books, never changed or removed.

    `id` names a transaction; other lines have none. `allocation_id` is None for a line that
    concerns the budget alone. The deltas are what it adds to `amount`, `used` and `held` of the
    allocation, and to `used` and `held` of the budget, or, without allocation, to the budget alone.
    `balance_after` and `budget_balance_after` are what remained then. `amount` is what a reader
    sees: above zero for a transaction, the new base for an AMOUNT. Of a RENEWAL it is the amount of
    the new period, and `carried` what of it was taken over; the rest is the base. Renewals of
    deleted allocations, and those from before it was written down, have no `carried`.
    """

    id: str | None
    budget_id: str
    budget_sequence: int
    allocation_id: str | None
    sequence: int | None
    kind: EntryKind
    amount: int
    amount_delta: int
    used_delta: int
    held_delta: int
    balance_after: int | None
    budget_balance_after: int
    period: int
    at: int
    origin: str
    reference: str
    requested_by: str
    reservation_id: str | None
    original_id: str | None
    carried: int | None = None


class Transaction(NamedTuple):
    """A posted transaction with what has been refunded of it so far.

    `spent_at` is when its money was set aside, where it was reserved first, or moved.
    """

    entry: Entry
    refunded: int
    spent_at: int
