"""Budgets and allocations themselves: made, changed, switched off and on, deleted."""

from __future__ import annotations

from dataclasses import replace

from placet.budgets.core.book import Book, Remembered
from placet.budgets.core.currency import check_decimals
from placet.budgets.core.cycle import (
    check_cycle,
    counted_in,
    cycle_turn,
    cycle_window,
    is_window_of,
    same_window,
)
from placet.budgets.core.due import earliest_due, renewal_at
from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import (
    NO_POSITION,
    Allocation,
    Budget,
    Cycle,
    EntryKind,
    Period,
    Position,
    Status,
)
from placet.budgets.core.movements import remembered_answer
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.operations import (
    CreateAllocations,
    CreateBudget,
    DeleteAllocation,
    DeleteBudget,
    LinkEntity,
    NewAllocation,
    SetAllocationStatus,
    SetBudgetStatus,
    UpdateAllocation,
    UpdateBudget,
    fingerprint,
)
from placet.budgets.core.threshold import check_thresholds
from placet.errors import Conflict, InvalidRequest
from placet.kit.instants import DAY
from placet.kit.money import amount_text


def create_budget(book: Book, operation: CreateBudget, now: int) -> str:
    """Open a budget in the period that `now` falls in; its id, or the one made before."""
    print_ = fingerprint(operation)
    if operation.client_id is not None:
        known = remembered_answer(book, operation.client_id, print_)
        if known is not None:
            return known
    facts = operation.facts
    _check_amount(operation.amount, facts.currency)
    check_thresholds(facts.notification, facts.currency)
    cycle = operation.cycle or Cycle(now, None)
    cycle = replace(cycle, time_zone=cycle.time_zone or operation.default_zone)
    check_cycle(cycle)
    turn = cycle_turn(cycle, now)
    start, end = cycle_window(cycle, turn)
    period = Period(operation.budget_id, 1, 0, turn, start, end, operation.amount, 0, now)
    budget = Budget(operation.budget_id, facts, Status.ACTIVE, cycle, period, None, now, now)
    budget = replace(budget, due_at=renewal_at(budget))
    book.budgets.put(budget.id, budget)
    book.budget_positions.put(budget.id, NO_POSITION)
    book.periods.append(period)
    book.write(
        EntryKind.AMOUNT, budget, None, now, amount=operation.amount, amount_delta=operation.amount
    )
    for index, new in enumerate(operation.allocations):
        _create_allocation(book, budget, new, f"allocations[{index}].", now)
    if operation.client_id is not None:
        book.remembered.put(operation.client_id, Remembered(print_, budget.id))
    return budget.id


def update_budget(book: Book, operation: UpdateBudget, now: int) -> str:
    """Change a budget's facts; a new base counts for this period and those to come."""
    _not_negative(operation.amount)
    budget = book.budget(operation.budget_id)
    if operation.cycle is not None:
        budget = _with_cycle(book, budget, operation.cycle, operation.new_cycle, now)
    facts = replace(budget.facts, **operation.changes)
    if facts.notification != budget.facts.notification:
        check_thresholds(facts.notification, facts.currency)
    budget = replace(budget, facts=facts, changed_at=now)
    book.budgets.put(budget.id, budget)
    before = book.budget_positions.values[budget.id]
    if operation.amount != before.base:
        after = _set_base(book, budget, None, operation.amount, now)
        lowered = operation.amount < before.base
        if budget.facts.enforcement is Enforcement.HARD and lowered:
            _check_room(after.remaining, "what is spent and reserved")
            _check_room(after.amount - after.allocated, "what is allocated")
    book.notice(budget, None, now)
    return budget.id


def set_budget_status(book: Book, operation: SetBudgetStatus, now: int) -> Status:
    """Switch a budget on or off; the new status."""
    budget = book.budget(operation.budget_id)
    if budget.status is not operation.status:
        book.budgets.put(budget.id, replace(budget, status=operation.status, changed_at=now))
    return operation.status


def delete_budget(book: Book, operation: DeleteBudget, now: int) -> None:
    """Delete a budget with its allocations. Raises Conflict while a reservation is open."""
    budget = book.budget(operation.budget_id)
    _check_no_holds(book.budget_positions.values[budget.id], "budget")
    for allocation in book.allocations_of(budget.id):
        if allocation.status is not Status.DELETED:
            _delete_allocation(book, budget, allocation, now)
    deleted = replace(budget, status=Status.DELETED, due_at=None, changed_at=now)
    book.budgets.put(budget.id, deleted)


def create_allocations(book: Book, operation: CreateAllocations, now: int) -> tuple[str, ...]:
    """Divide a budget; the ids of the new allocations, or of those made before."""
    print_ = fingerprint(operation)
    if operation.client_id is not None:
        known = remembered_answer(book, operation.client_id, print_)
        if known is not None:
            return tuple(known.split())
    budget = book.budget(operation.budget_id)
    if not operation.allocations:
        raise InvalidRequest("`allocations` must not be empty")
    for index, new in enumerate(operation.allocations):
        place = f"allocations[{index}]." if operation.listed else ""
        _create_allocation(book, budget, new, place, now)
    ids = tuple(new.id for new in operation.allocations)
    if operation.client_id is not None:
        book.remembered.put(operation.client_id, Remembered(print_, " ".join(ids)))
    return ids


def update_allocation(book: Book, operation: UpdateAllocation, now: int) -> str:
    """Replace an allocation's facts; a new base counts for this period and those to come."""
    _not_negative(operation.amount)
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id)
    allocation = replace(
        allocation,
        linked_entity=operation.linked_entity,
        reference_id=operation.reference_id,
        notification=_new_settings(budget, operation.notification, allocation.notification),
        changed_at=now,
    )
    book.allocations.put(allocation.id, allocation)
    before = book.allocation_positions.values[allocation.id]
    if operation.amount != before.base:
        after = _set_base(book, budget, allocation, operation.amount, now)
        if budget.facts.enforcement is Enforcement.HARD:
            if operation.amount < before.base:
                _check_room(after.remaining, "what is spent and reserved")
            else:
                _check_allocated(book, budget)
    book.notice(budget, allocation, now)
    return allocation.id


def set_allocation_status(book: Book, operation: SetAllocationStatus, now: int) -> Status:
    """Switch an allocation on or off; the new status."""
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id)
    if allocation.status is not operation.status:
        changed = replace(allocation, status=operation.status, changed_at=now)
        book.allocations.put(allocation.id, changed)
    return operation.status


def link_entity(book: Book, operation: LinkEntity, now: int) -> None:
    """Give an allocation, with what it has and has spent, to another entity."""
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id)
    changed = replace(allocation, linked_entity=operation.linked_entity, changed_at=now)
    book.allocations.put(allocation.id, changed)


def delete_allocation(book: Book, operation: DeleteAllocation, now: int) -> None:
    """Delete an allocation. Raises Conflict while a reservation is open."""
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id)
    _check_no_holds(book.allocation_positions.values[allocation.id], "allocation")
    _delete_allocation(book, budget, allocation, now)


def _create_allocation(
    book: Book, budget: Budget, new: NewAllocation, place: str, now: int
) -> None:
    _check_amount(new.amount, budget.facts.currency, place)
    check_thresholds(new.notification, budget.facts.currency, place)
    allocation = Allocation(
        new.id, budget.id, new.linked_entity, new.reference_id, Status.ACTIVE, new.notification,
        now, now,
    )  # fmt: skip
    book.allocations.put(allocation.id, allocation)
    book.allocation_positions.put(allocation.id, NO_POSITION)
    book.write(
        EntryKind.AMOUNT, budget, allocation, now, amount=new.amount, amount_delta=new.amount
    )
    if budget.facts.enforcement is Enforcement.HARD:
        _check_allocated(book, budget)


def _delete_allocation(book: Book, budget: Budget, allocation: Allocation, now: int) -> None:
    position = book.allocation_positions.values[allocation.id]
    deleted = replace(allocation, status=Status.DELETED, changed_at=now)
    book.allocations.put(allocation.id, deleted)
    if position.remaining:
        book.write(
            EntryKind.AMOUNT, budget, deleted, now, amount=position.used,
            amount_delta=-position.remaining,
        )  # fmt: skip


def _set_base(
    book: Book, budget: Budget, allocation: Allocation | None, base: int, now: int
) -> Position:
    """Give this and the coming periods another base; what was carried over is kept."""
    check_decimals(base, budget.facts.currency)
    positions = book.allocation_positions if allocation else book.budget_positions
    key = allocation.id if allocation else budget.id
    delta = base - positions.values[key].base
    book.write(EntryKind.AMOUNT, budget, allocation, now, amount=base, amount_delta=delta)
    return positions.values[key]


def _new_settings(
    budget: Budget, wanted: NotificationSettings | None, before: NotificationSettings
) -> NotificationSettings:
    """The settings wanted, or those of before; what is stored already is not refused."""
    if wanted is None or wanted == before:
        return before
    check_thresholds(wanted, budget.facts.currency)
    return wanted


def _with_cycle(book: Book, budget: Budget, wanted: Cycle, new: Cycle | None, now: int) -> Budget:
    """The budget with the cycle that is wanted.

    A window that the cycle has had, or that is shown now, changes nothing but the rules at the
    period's end, and the time zone in which the periods after this one are counted. Any other
    window holds at once.
    """
    stored = budget.cycle
    kept = replace(stored, auto_reset=wanted.auto_reset, carry_over=wanted.carry_over)
    if wanted.time_zone is not None and wanted.time_zone != (stored.time_zone or "UTC"):
        kept = counted_in(kept, wanted.time_zone)
    if _is_known_window(budget, kept, wanted):
        check_cycle(kept)
        changed = replace(budget, cycle=kept)
    else:
        new = new or replace(wanted, time_zone=wanted.time_zone or stored.time_zone)
        changed = _with_window(book, budget, new, now)
    return replace(changed, due_at=earliest_due(changed.due_at, renewal_at(changed)))


def _is_known_window(budget: Budget, kept: Cycle, wanted: Cycle) -> bool:
    """Whether a window is the present one, or a former one that a client sends again."""
    period, renewed = budget.period, budget.cycle.auto_reset
    # What is later was no period yet; other zones begin the same one within a day.
    if wanted.start > period.start + 2 * DAY:
        return False
    shown = replace(kept, start=period.start, end=period.end, anchor_zone=None)
    return same_window(shown, wanted.start, wanted.end) or any(
        is_window_of(cycle, wanted.start, wanted.end, period.turn)
        for cycle in (budget.cycle, replace(kept, auto_reset=renewed))
    )


def _with_window(book: Book, budget: Budget, cycle: Cycle, now: int) -> Budget:
    check_cycle(cycle)
    turn = cycle_turn(cycle, now)
    start, end = cycle_window(cycle, turn)
    position = book.budget_positions.values[budget.id]
    old = budget.period
    period = Period(
        budget.id, old.number, old.revision + 1, turn, start, end, position.amount,
        position.carried, now,
    )  # fmt: skip
    book.periods.append(period)
    return replace(budget, cycle=cycle, period=period)


def _check_no_holds(position: Position, name: str) -> None:
    if position.held:
        raise Conflict(f"the {name} has open reservations", code="open-reservations")


def _check_allocated(book: Book, budget: Budget) -> None:
    position = book.budget_positions.values[budget.id]
    free = position.amount - position.allocated
    if free < 0:
        raise Conflict(
            f"the allocations exceed the budget by `{amount_text(-free)}`", code="exceeds-budget"
        )


def _check_room(room: int, name: str) -> None:
    if room < 0:
        raise Conflict(
            f"the amount falls short of {name} by `{amount_text(-room)}`", code="exceeds-amount"
        )


def _check_amount(amount: int, currency: str | None, place: str = "") -> None:
    _not_negative(amount)
    check_decimals(amount, currency, f"{place}amount")


def _not_negative(amount: int) -> None:
    if amount < 0:
        raise InvalidRequest("`amount` must not be negative", code="invalid-amount")
