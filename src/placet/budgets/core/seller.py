"""Budgets of sellers: capped, dated and paced, one HARD budget of the books with one allocation.

A seller's budgets for one template campaign may not be active at the same time. The days of a
budget are those of the time zone it was made with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from placet.budgets.core.book import Book
from placet.budgets.core.facts import BudgetFacts, Enforcement
from placet.budgets.core.model import (
    NO_POSITION,
    Allocation,
    Budget,
    Cycle,
    EntryKind,
    LinkedEntity,
    Pacing,
    Period,
    Status,
)
from placet.budgets.core.notification import NO_NOTIFICATION
from placet.budgets.core.operations import ChangeSellerBudget, OpenSellerBudget
from placet.budgets.core.pacing import first_and_last_day
from placet.errors import Conflict, Detail, InvalidRequest
from placet.kit.local_day import FIRST_DAY, LAST_DAY, day_of, day_start, days_between
from placet.kit.money import amount_text

# The type of the linked entity of every allocation.
SELLER_TYPE = "Seller"


class SellerStatus(StrEnum):
    """Where the days of a budget lie: to come, around today, over."""

    SCHEDULED = "Scheduled"
    CURRENT = "Current"
    ARCHIVED = "Archived"


class ActivePeriod(NamedTuple):
    """When a budget that is not suspended may be spent: [start, end) in milliseconds."""

    budget_id: str
    start: int
    end: int


def seller_context(seller_id: str) -> str:
    """The unit that a seller's budgets belong to in the books."""
    return f"seller:{seller_id}"


def seller_status(budget: Budget, now: int) -> SellerStatus:
    """Where the days of a budget lie at `now`."""
    period = budget.period
    if now < period.start:
        return SellerStatus.SCHEDULED
    over = period.end is not None and now >= period.end
    return SellerStatus.ARCHIVED if over else SellerStatus.CURRENT


def open_seller_budget(book: Book, operation: OpenSellerBudget, now: int) -> str:
    """Put a new budget into the books; its id.

    Raises:
        InvalidRequest: the amount or the days cannot be; `details` name the fields.
    """
    zone = operation.time_zone
    problems = list(_amount_problems(operation.amount))
    problems += _day_problems(operation.first, operation.last, zone)
    if not problems:
        if operation.last < day_of(now, zone):
            problems.append(Detail("endDate", "must not be in the past"))
        problems += _minimum_problems(
            operation.amount, operation.first, operation.last, operation.minimum_per_day
        )
    if problems:
        raise _invalid(problems)
    budget = _new_budget(operation, now)
    allocation = Allocation(
        operation.allocation_id, budget.id, LinkedEntity(operation.seller_id, SELLER_TYPE),
        operation.campaign_id, Status.ACTIVE, NO_NOTIFICATION, now, now,
    )  # fmt: skip
    book.budgets.put(budget.id, budget)
    book.budget_positions.put(budget.id, NO_POSITION)
    book.periods.append(budget.period)
    book.allocations.put(allocation.id, allocation)
    book.allocation_positions.put(allocation.id, NO_POSITION)
    _set_amount(book, budget, allocation, operation.amount, now)
    return budget.id


def change_seller_budget(book: Book, operation: ChangeSellerBudget, now: int) -> str:
    """Change a budget; asked for what already is, it changes nothing. Its id.

    Raises:
        InvalidRequest: the amount or the days cannot be; `details` name the fields.
        Conflict: what was spent, what has begun or what is over does not allow it.
    """
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id)
    position = book.budget_positions.values[budget.id]
    first, last = first_and_last_day(budget)
    new_first, new_last = operation.first or first, operation.last or last
    amount = position.amount if operation.amount is None else operation.amount
    zone = _zone(budget)
    problems = [] if amount == position.amount else list(_amount_problems(amount))
    problems += _day_problems(new_first, new_last, zone)
    if problems:
        raise _invalid(problems)
    # Days that a zone leaves out make no difference.
    window = _window(new_first, new_last, zone)
    dates_change = window != (budget.period.start, budget.period.end)
    if dates_change or amount != position.amount:
        problems += _minimum_problems(amount, new_first, new_last, operation.minimum_per_day)
    if problems:
        raise _invalid(problems)
    _check_state(budget, operation, position.adjustment, now)
    if dates_change:
        budget = _with_window(book, budget, window, now)
    if amount != position.amount:
        _set_amount(book, budget, allocation, amount, now)
    return _switch(book, budget.id, operation.suspended, now)


def first_overlap(periods: Iterable[ActivePeriod]) -> tuple[ActivePeriod, ActivePeriod] | None:
    """The first two periods that share a moment, the earlier one first; None where none do."""
    latest: ActivePeriod | None = None
    for period in sorted(periods, key=lambda item: (item.start, item.end, item.budget_id)):
        if latest is not None and period.start < latest.end:
            return latest, period
        latest = period
    return None


def refuse_paced(book: Book, budget_id: str) -> None:
    """Keep a paced budget from being changed as others are. Raises Conflict."""
    budget = book.budgets.values.get(budget_id)
    if budget is not None and budget.pacing is not None:
        raise Conflict(
            "this is a seller's budget: change it by the operations of sellers' budgets",
            code="seller-budget",
        )


def _new_budget(operation: OpenSellerBudget, now: int) -> Budget:
    zone = operation.time_zone
    start, end = _window(operation.first, operation.last, zone)
    cycle = Cycle(start, end)
    period = Period(operation.budget_id, 1, 0, 0, start, end, operation.amount, 0, now)
    status = Status.INACTIVE if operation.suspended else Status.ACTIVE
    name = f"Seller {operation.seller_id}, campaign {operation.campaign_id}"
    facts = BudgetFacts(name=name, description="", enforcement=Enforcement.HARD)
    return Budget(
        operation.budget_id, facts, status, cycle, period, None, now, now,
        Pacing(zone, day_of(now, zone).toordinal(), 0),
    )  # fmt: skip


def _set_amount(book: Book, budget: Budget, allocation: Allocation, amount: int, now: int) -> None:
    delta = amount - book.budget_positions.values[budget.id].amount
    for owner in (None, allocation):
        book.write(EntryKind.AMOUNT, budget, owner, now, amount=amount, amount_delta=delta)


def _with_window(book: Book, budget: Budget, window: tuple[int, int], now: int) -> Budget:
    start, end = window
    position = book.budget_positions.values[budget.id]
    old = budget.period
    period = Period(budget.id, old.number, old.revision + 1, 0, start, end, position.amount, 0, now)
    changed = replace(budget, cycle=Cycle(start, end), period=period, changed_at=now)
    book.periods.append(period)
    book.budgets.put(budget.id, changed)
    return changed


def _switch(book: Book, budget_id: str, suspended: bool | None, now: int) -> str:
    budget = book.budgets.values[budget_id]
    if suspended is not None:
        status = Status.INACTIVE if suspended else Status.ACTIVE
        if status is not budget.status:
            book.budgets.put(budget_id, replace(budget, status=status, changed_at=now))
    return budget_id


def _window(first: date, last: date, zone: str) -> tuple[int, int]:
    following = date.fromordinal(last.toordinal() + 1)
    return day_start(first, zone), day_start(following, zone)


def _zone(budget: Budget) -> str:
    if budget.pacing is None:
        raise Conflict("this is no seller's budget", code="no-seller-budget")
    return budget.pacing.time_zone


def _check_state(budget: Budget, operation: ChangeSellerBudget, spent: int, now: int) -> None:
    """What the budget's present state does not allow. Raises Conflict."""
    first, last = first_and_last_day(budget)
    today = day_of(now, _zone(budget))
    new_last = operation.last or last
    problems = []
    if operation.amount is not None and operation.amount < spent:
        message = f"must not be below what is spent and reserved, `{amount_text(spent)}`"
        problems.append(Detail("amount", message))
    if operation.first not in (None, first):
        if first <= today:
            problems.append(Detail("startDate", f"cannot change any more: it was `{first}`"))
        elif operation.first is not None and operation.first < today:
            problems.append(Detail("startDate", "must not be in the past"))
    if new_last != last and new_last < today:
        problems.append(Detail("endDate", "must not be in the past"))
    resumed = operation.suspended is False and budget.status is not Status.ACTIVE
    if resumed and new_last < today:
        problems.append(Detail("isSuspended", f"cannot be lifted: the last day was `{last}`"))
    if problems:
        raise Conflict(str(problems[0]), code="seller-budget-state", details=problems)


def _amount_problems(amount: int) -> list[Detail]:
    return [] if amount > 0 else [Detail("amount", "must be more than zero")]


def _day_problems(first: date, last: date, zone: str) -> list[Detail]:
    problems = [
        Detail(field, f"must lie between `{FIRST_DAY}` and `{LAST_DAY}`")
        for field, day in (("startDate", first), ("endDate", last))
        if not FIRST_DAY <= day <= LAST_DAY
    ]
    if not problems and last < first:
        problems.append(Detail("endDate", "must not be before `startDate`"))
    elif not problems and day_start(first, zone) == _window(first, last, zone)[1]:
        problems.append(Detail("startDate", f"there was no day `{first}` in `{zone}`"))
    return problems


def _minimum_problems(amount: int, first: date, last: date, minimum: int) -> list[Detail]:
    days = days_between(first, last)
    if amount >= minimum * days:
        return []
    needed, daily = amount_text(minimum * days), amount_text(minimum)
    return [Detail("amount", f"must be at least `{needed}`: `{daily}` for each of {days} days")]


def _invalid(problems: list[Detail]) -> InvalidRequest:
    return InvalidRequest(str(problems[0]), code="invalid-seller-budget", details=problems)
