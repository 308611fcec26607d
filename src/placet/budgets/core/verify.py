"""Checking the books: add up every entry again and compare with the figures that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from placet.budgets.core.model import (
    Entry,
    EntryKind,
    Period,
    Position,
    Reservation,
    ReservationStatus,
)
from placet.kit.money import amount_text


@dataclass(frozen=True, slots=True)
class BudgetBooks:
    """The figures that are kept about one budget, and what happened to it beside the entries."""

    budget_id: str
    period: int
    position: Position
    allocations: Mapping[str, Position]
    periods: Iterable[Period]
    reservations: Iterable[Reservation]


class _Sum(NamedTuple):
    """The figures so far. `base` is None while it is not known: from a renewal that does not say
    what it carried over until one that does.
    """

    amount: int = 0
    used: int = 0
    held: int = 0
    sequence: int = 0
    base: int | None = 0

    @property
    def remaining(self) -> int:
        return self.amount - self.used - self.held


@dataclass(slots=True)
class _Tally:
    """What the entries add up to so far."""

    budget: _Sum = field(default_factory=_Sum)
    allocations: dict[str, _Sum] = field(default_factory=dict)
    debits: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    held: dict[tuple[str, str], int] = field(default_factory=dict)
    period: int = 1


class Audit:
    """One budget's audit: first every entry by its budget sequence, then the comparison."""

    def __init__(self, budget_id: str) -> None:
        self._budget_id = budget_id
        self._tally = _Tally()

    def add(self, entry: Entry) -> str | None:
        """Take the next entry; what is wrong with it in one sentence, or None."""
        difference = _add(self._tally, entry)
        if difference is None:
            return None
        return f"budget `{self._budget_id}`, entry {entry.budget_sequence}: {difference}"

    def compare(self, books: BudgetBooks) -> str | None:
        """The first figure that the entries do not add up to, in one sentence, or None."""
        tally = self._tally
        for check in (_figures(books, tally), _periods(books), _reservations(books, tally)):
            difference = next(check, None)
            if difference is not None:
                return f"budget `{self._budget_id}`: {difference}"
        return None


def first_difference(books: BudgetBooks, entries: Iterable[Entry]) -> str | None:
    """The first thing that does not add up, in one sentence; None where the books are right."""
    audit = Audit(books.budget_id)
    for entry in entries:
        difference = audit.add(entry)
        if difference is not None:
            return difference
    return audit.compare(books)


def _add(tally: _Tally, entry: Entry) -> str | None:
    """Add an entry; what is wrong with it, if anything."""
    own_amount = entry.amount_delta if entry.allocation_id is None else 0
    if entry.allocation_id is None and not _carries_on(tally.budget, entry):
        return _not_carried(entry)
    total = tally.budget = _Sum(
        tally.budget.amount + own_amount,
        tally.budget.used + entry.used_delta,
        tally.budget.held + entry.held_delta,
        tally.budget.sequence + 1,
        _base_after(tally.budget, entry) if entry.allocation_id is None else tally.budget.base,
    )
    if entry.budget_sequence != total.sequence:
        return f"its sequence should be {total.sequence}"
    if entry.budget_balance_after != total.remaining:
        return _unequal(
            "the budget's balance after it", entry.budget_balance_after, total.remaining
        )
    if entry.period < tally.period:
        return f"it belongs to period {entry.period}, after one of period {tally.period}"
    tally.period = entry.period
    if entry.allocation_id is not None:
        before = tally.allocations.get(entry.allocation_id, _Sum())
        if not _carries_on(before, entry):
            return _not_carried(entry)
        part = tally.allocations[entry.allocation_id] = _Sum(
            before.amount + entry.amount_delta,
            before.used + entry.used_delta,
            before.held + entry.held_delta,
            before.sequence + 1,
            _base_after(before, entry),
        )
        if entry.sequence != part.sequence:
            return f"its sequence in allocation `{entry.allocation_id}` is not {part.sequence}"
        if entry.balance_after != part.remaining:
            return _unequal("the balance after it", entry.balance_after or 0, part.remaining)
    return _check_refund(tally, entry) or _check_hold(tally, entry)


def _carries_on(before: _Sum, entry: Entry) -> bool:
    """Whether a renewal opens its period with the base of before and what it carried over."""
    if entry.kind is not EntryKind.RENEWAL or entry.carried is None or before.base is None:
        return True
    return entry.amount == before.base + entry.carried


def _not_carried(entry: Entry) -> str:
    carried, amount = amount_text(entry.carried or 0), amount_text(entry.amount)
    return f"it renews to {amount}, which is not the base and the {carried} carried over"


def _base_after(before: _Sum, entry: Entry) -> int | None:
    if entry.kind is EntryKind.RENEWAL:
        return None if entry.carried is None else entry.amount - entry.carried
    return None if before.base is None else before.base + entry.amount_delta


def _check_refund(tally: _Tally, entry: Entry) -> str | None:
    if entry.kind is EntryKind.DEBIT and entry.id is not None:
        tally.debits[entry.id] = entry.amount
    if entry.original_id is None:
        return None
    refunded = tally.refunded.get(entry.original_id, 0) + entry.amount
    tally.refunded[entry.original_id] = refunded
    debit = tally.debits.get(entry.original_id)
    if debit is None:
        return f"it refunds `{entry.original_id}`, which is no debit before it"
    if refunded > debit:
        return f"it refunds more of `{entry.original_id}` than was debited"
    return None


def _check_hold(tally: _Tally, entry: Entry) -> str | None:
    if entry.reservation_id is None or entry.allocation_id is None:
        return None
    key = (entry.allocation_id, entry.reservation_id)
    if entry.kind is EntryKind.RESERVE:
        if key in tally.held:
            return f"it makes the reservation `{entry.reservation_id}` a second time"
        tally.held[key] = entry.held_delta
        return None
    if key not in tally.held:
        return f"it ends the reservation `{entry.reservation_id}`, which is not open"
    if tally.held.pop(key) != -entry.held_delta:
        return f"it releases another amount than `{entry.reservation_id}` held"
    # An ended reservation never comes back: a second end finds nothing, a second start is caught.
    return None


def _figures(books: BudgetBooks, tally: _Tally) -> Iterator[str]:
    yield from _compare("the budget", books.position, tally.budget)
    allocated = sum(part.amount for part in tally.allocations.values())
    if books.position.allocated != allocated:
        yield _unequal("the sum of the allocations", books.position.allocated, allocated)
    for allocation_id in sorted(books.allocations.keys() | tally.allocations.keys()):
        position = books.allocations.get(allocation_id)
        if position is None:
            yield f"the allocation `{allocation_id}` has entries, but no row"
        else:
            part = tally.allocations.get(allocation_id, _Sum())
            yield from _compare(f"the allocation `{allocation_id}`", position, part)


def _compare(name: str, kept: Position, added: _Sum) -> Iterator[str]:
    for figure in ("amount", "used", "held"):
        found, right = getattr(kept, figure), getattr(added, figure)
        if found != right:
            yield _unequal(f"`{figure}` of {name}", found, right)
    if added.base is not None and kept.base != added.base:
        yield _unequal(f"the base of {name}", kept.base, added.base)
    if kept.sequence != added.sequence:
        yield f"{name} counts {kept.sequence} entries, but there are {added.sequence}"


def _periods(books: BudgetBooks) -> Iterator[str]:
    last: Period | None = None
    for period in sorted(books.periods, key=lambda item: (item.number, item.revision)):
        if last is None:
            expected: tuple[tuple[int, int], ...] = ((1, 0),)
        else:
            expected = ((last.number + 1, 0), (last.number, last.revision + 1))
        if (period.number, period.revision) not in expected:
            yield f"period {period.number}.{period.revision} does not follow the one before"
        elif last is not None and period.revision == 0 and period.start != last.end:
            yield f"period {period.number} does not start where the one before ends"
        last = period
    if last is None or last.number != books.period:
        yield f"the budget is in period {books.period}, but the last one opened is another"


def _reservations(books: BudgetBooks, tally: _Tally) -> Iterator[str]:
    kept = {
        (reservation.allocation_id, reservation.id): reservation.held
        for reservation in books.reservations
        if reservation.status is ReservationStatus.RESERVED
    }
    for key in sorted(kept.keys() | tally.held.keys()):
        if kept.get(key) != tally.held.get(key):
            yield f"the reservation `{key[1]}` of allocation `{key[0]}` differs from its entries"


def _unequal(name: str, kept: int, added: int) -> str:
    return f"{name} is {amount_text(kept)}, but the entries add up to {amount_text(added)}"
