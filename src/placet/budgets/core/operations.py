"""What can be asked of the books. Ids of new things come from the caller.

Amounts are in 1/10,000 unit and never negative: the direction decides what a movement does.
`client_id` is the caller's own name for a request, under which it may be sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from placet.budgets.core.facts import DEFAULTS, BudgetFacts, plain_facts
from placet.budgets.core.model import Cycle, Direction, LinkedEntity, Status
from placet.budgets.core.notification import NO_NOTIFICATION, NotificationSettings


@dataclass(frozen=True, slots=True)
class Post:
    """Debit or credit an allocation at once; `id` names the new transaction."""

    budget_id: str
    allocation_id: str
    direction: Direction
    amount: int
    origin: str
    reference: str
    requested_by: str
    id: str
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Give back a debit, or `amount` of it, by a new credit called `id`."""

    budget_id: str
    allocation_id: str
    transaction_id: str
    requested_by: str
    id: str
    amount: int | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reserve:
    """Set an amount aside under the client's `reservation_id`, for good or until `expires_at`."""

    budget_id: str
    allocation_id: str
    reservation_id: str
    direction: Direction
    amount: int
    origin: str
    reference: str
    requested_by: str
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """Turn a reservation, or `amount` of it, into a transaction called `id`; the rest is free."""

    budget_id: str
    allocation_id: str
    reservation_id: str
    requested_by: str
    id: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """End a reservation without a trace in the statements."""

    budget_id: str
    allocation_id: str
    reservation_id: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class Touch:
    """Only do what is due in a budget."""

    budget_id: str


@dataclass(frozen=True, slots=True)
class NewAllocation:
    """An allocation to be."""

    id: str
    linked_entity: LinkedEntity
    reference_id: str
    amount: int
    notification: NotificationSettings = NO_NOTIFICATION


@dataclass(frozen=True, slots=True)
class CreateBudget:
    """A new budget with its first allocations, all or nothing.

    Without a cycle it is valid from the moment it is made, for ever. `default_zone` is the time
    zone of a cycle that names none.
    """

    budget_id: str
    facts: BudgetFacts
    amount: int
    cycle: Cycle | None
    allocations: tuple[NewAllocation, ...] = ()
    client_id: str | None = None
    default_zone: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateBudget:
    """Change a budget; None leaves the cycle alone.

    `changes` are new values of facts by the field's name; those left out stay as they are.
    `amount` is the base of this and the coming periods. A cycle without `time_zone` keeps that of
    the budget. Where the budget has no such window, it is the one of `new_cycle` that holds, which
    may be the same dates in another zone.
    """

    budget_id: str
    changes: Mapping[str, Any]
    amount: int
    cycle: Cycle | None = None
    new_cycle: Cycle | None = None


@dataclass(frozen=True, slots=True)
class SetBudgetStatus:
    """Make a budget ACTIVE or INACTIVE."""

    budget_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class DeleteBudget:
    """Remove a budget and its allocations from sight; the entries stay."""

    budget_id: str


@dataclass(frozen=True, slots=True)
class CreateAllocations:
    """New allocations in a budget, all or nothing.

    `listed` tells whether the caller wrote a list of them, for what is said of their fields.
    """

    budget_id: str
    allocations: tuple[NewAllocation, ...]
    client_id: str | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class UpdateAllocation:
    """Replace an allocation's facts; None leaves the notification settings alone.

    `amount` is the base of this and the coming periods.
    """

    budget_id: str
    allocation_id: str
    linked_entity: LinkedEntity
    reference_id: str
    amount: int
    notification: NotificationSettings | None = None


@dataclass(frozen=True, slots=True)
class SetAllocationStatus:
    """Make an allocation ACTIVE or INACTIVE."""

    budget_id: str
    allocation_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class LinkEntity:
    """Give an allocation to another entity."""

    budget_id: str
    allocation_id: str
    linked_entity: LinkedEntity


@dataclass(frozen=True, slots=True)
class DeleteAllocation:
    """Remove an allocation from sight; what it has not used falls back to the budget."""

    budget_id: str
    allocation_id: str


@dataclass(frozen=True, slots=True)
class OpenSellerBudget:
    """A new budget from its first to its last day; amounts in 1/10,000 unit.

    `minimum_per_day` is what the amount must come to for each day.
    """

    budget_id: str
    allocation_id: str
    seller_id: str
    campaign_id: str
    amount: int
    first: date
    last: date
    time_zone: str
    suspended: bool = False
    minimum_per_day: int = 0


@dataclass(frozen=True, slots=True)
class ChangeSellerBudget:
    """New facts of a budget; None leaves one as it is."""

    budget_id: str
    allocation_id: str
    amount: int | None = None
    first: date | None = None
    last: date | None = None
    suspended: bool | None = None
    minimum_per_day: int = 0


Operation = (
    Post | Refund | Reserve | Confirm | Cancel | Touch
    | CreateBudget | UpdateBudget | SetBudgetStatus | DeleteBudget
    | CreateAllocations | UpdateAllocation | SetAllocationStatus | LinkEntity | DeleteAllocation
    | OpenSellerBudget | ChangeSellerBudget
)  # fmt: skip


def fingerprint(operation: Post | Refund | Reserve | CreateBudget | CreateAllocations) -> str:
    """A digest of what is asked, without the ids made for the occasion: equal is the same request.

    A budget's fresh id is left out, too, and so are those of new allocations.
    """
    content: tuple[object, ...]
    match operation:
        case Post() as post:
            content = (
                "post", post.budget_id, post.allocation_id, post.direction.value, post.amount,
                post.origin, post.reference, post.requested_by,
            )  # fmt: skip
        case Refund() as refund:
            content = (
                "refund", refund.budget_id, refund.allocation_id, refund.transaction_id,
                refund.amount, refund.requested_by,
            )  # fmt: skip
        case Reserve() as reserve:
            content = (
                "reserve", reserve.budget_id, reserve.allocation_id, reserve.direction.value,
                reserve.amount, reserve.origin, reserve.reference, reserve.requested_by,
                reserve.expires_at,
            )  # fmt: skip
        case CreateAllocations() as create:
            content = ("allocations", create.budget_id, *_contents(create.allocations))
        case CreateBudget() as create_budget:
            content = _budget_content(create_budget)
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()


# These stand in every print that is stored, in this order.
_FIRST_FACTS: Final = ("name", "description", "enforcement", "currency", "notification")


def _budget_content(operation: CreateBudget) -> tuple[object, ...]:
    """The facts and all else that is asked. A later fact counts where it is not the default, so
    that requests from before it was known keep their prints.
    """
    plain = plain_facts(operation.facts)
    name, description, *others = (plain.pop(name) for name in _FIRST_FACTS)
    later = [
        (key, value)
        for key, value in plain.items()
        if key not in DEFAULTS or getattr(operation.facts, key) != DEFAULTS[key]
    ]
    cycle = operation.cycle
    window: tuple[object, ...] | None = None
    if cycle is not None:
        window = (cycle.start, cycle.end, cycle.auto_reset, cycle.carry_over)
        if cycle.time_zone is not None:
            window += (cycle.time_zone,)
    return (
        "budget", name, description, operation.amount, window, *others, *later,
        *_contents(operation.allocations),
    )  # fmt: skip


def _contents(allocations: tuple[NewAllocation, ...]) -> list[tuple[object, ...]]:
    return [
        (
            new.linked_entity.id, new.linked_entity.type, new.reference_id, new.amount,
            new.notification.to_document(),
        )
        for new in allocations
    ]  # fmt: skip
