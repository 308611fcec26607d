"""What happens by itself: renewals and the expiry of reservations, each at its own instant.

Everything due is done in the order of time before anything else touches the budget, and is dated
when it was due; at one instant reservations expire before a period ends. So a late worker, two
workers or none at all leave the same books.
"""

from __future__ import annotations

from dataclasses import replace

from placet.budgets.core.book import Book
from placet.budgets.core.cycle import next_window
from placet.budgets.core.model import (
    Allocation,
    Budget,
    EntryKind,
    Period,
    Position,
    Reservation,
    ReservationStatus,
    Status,
)
from placet.budgets.core.movements import close_reservation


def is_due(budget: Budget, now: int) -> bool:
    """Whether something may have to happen before the budget can be read or used."""
    return budget.due_at is not None and budget.due_at <= now


def renewal_at(budget: Budget) -> int | None:
    """When the budget's next period opens; None where it never does."""
    return budget.period.end if budget.cycle.auto_reset else None


def earliest_due(*instants: int | None) -> int | None:
    """The first of the instants that are given."""
    return min((instant for instant in instants if instant is not None), default=None)


def catch_up(book: Book, budget_id: str, now: int) -> None:
    """Do what is due in a budget by `now`.

    The book must hold the budget's open reservations that expire by `now` and the next later one,
    their allocations, and all of its allocations when a renewal is due.
    """
    budget = book.budgets.values[budget_id]
    if budget.status is Status.DELETED or not is_due(budget, now):
        return
    expiring = _expiring(book, budget_id)
    for reservation in expiring:
        expires_at = reservation.expires_at or 0
        if expires_at > now:
            break
        # What ends at the very instant at which a period does is held in no later one.
        _renew_until(book, budget_id, expires_at - 1)
        close_reservation(book, reservation, ReservationStatus.EXPIRED, expires_at, "")
    _renew_until(book, budget_id, now)
    budget = book.budgets.values[budget_id]
    later = [item.expires_at for item in expiring if (item.expires_at or 0) > now]
    due_at = earliest_due(renewal_at(budget), *later)
    book.budgets.put(budget_id, replace(budget, due_at=due_at))


def _expiring(book: Book, budget_id: str) -> list[Reservation]:
    found = [
        reservation
        for reservation in book.reservations.values.values()
        if reservation.budget_id == budget_id
        and reservation.status is ReservationStatus.RESERVED
        and reservation.expires_at is not None
    ]
    return sorted(found, key=lambda item: (item.expires_at or 0, item.allocation_id, item.id))


def _renew_until(book: Book, budget_id: str, now: int) -> None:
    budget = book.budgets.values[budget_id]
    while (end := renewal_at(budget)) is not None and end <= now:
        budget = _renew(book, budget, end)


def _renew(book: Book, budget: Budget, at: int) -> Budget:
    whole = book.budget_positions.values[budget.id]
    turn, start, end = next_window(budget.cycle, budget.period)
    carried, amount = _opening(budget, whole)
    period = Period(budget.id, budget.period.number + 1, 0, turn, start, end, amount, carried, at)
    budget = replace(budget, period=period, changed_at=at)
    book.budgets.put(budget.id, budget)
    book.periods.append(period)
    for allocation in book.allocations_of(budget.id):
        position = book.allocation_positions.values[allocation.id]
        _reopen(book, budget, allocation, position, at)
    book.write(
        EntryKind.RENEWAL, budget, None, at, amount=amount, amount_delta=amount - whole.amount,
        carried=carried,
    )  # fmt: skip
    book.open_period(budget, None, carried, at)
    return budget


def _reopen(
    book: Book, budget: Budget, allocation: Allocation, position: Position, at: int
) -> None:
    carried, amount = _opening(budget, position)
    deleted = allocation.status is Status.DELETED
    if deleted:
        carried, amount = 0, 0
    if not deleted or amount != position.amount or position.used or position.carried:
        book.write(
            EntryKind.RENEWAL, budget, allocation, at, amount=amount,
            amount_delta=amount - position.amount, used_delta=-position.used,
            carried=None if deleted else carried,
        )  # fmt: skip
    book.open_period(budget, allocation, carried, at)


def _opening(budget: Budget, position: Position) -> tuple[int, int]:
    """What the next period takes over, and its amount with that."""
    carried = position.amount - position.used if budget.cycle.carry_over else 0
    return carried, position.base + carried
