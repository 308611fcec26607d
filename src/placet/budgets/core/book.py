"""The books of one context in memory: what a batch touches, and what it changed.

Values are immutable; a book only exchanges them. Each exchange is noted until it is known whether
the operation succeeds, so a refused operation leaves the book as it was.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, Final, Generic, NamedTuple, TypeVar

from placet.budgets.core.model import (
    Allocation,
    Budget,
    Entry,
    EntryKind,
    Period,
    Position,
    Reservation,
    Status,
    Transaction,
)
from placet.budgets.core.pacing import moved_pacing
from placet.budgets.core.threshold import Notice, reached_first
from placet.errors import NotFound
from placet.kit.money import check_balance

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
_Note = tuple[dict[Any, Any], Any, Any]
_ABSENT: Final = object()


class Remembered(NamedTuple):
    """What a client id stands for: the fingerprint of its request and the id that answered it."""

    fingerprint: str
    answer: str


class ReservationKey(NamedTuple):
    """Which reservation: a client's id within an allocation."""

    allocation_id: str
    reservation_id: str


class Mark(NamedTuple):
    """A state of the book to return to."""

    notes: int
    entries: int
    periods: int
    notices: int
    refunds: int


class Shelf(Generic[Key, Value]):
    """Things of one kind by key, remembering which were there before."""

    __slots__ = ("_before", "_notes", "values")

    def __init__(self, notes: list[_Note]) -> None:
        self.values: dict[Key, Value] = {}
        self._before: dict[Key, Value] = {}
        self._notes = notes

    def load(self, key: Key, value: Value) -> None:
        """Put down what is stored."""
        self.values[key] = value
        self._before[key] = value

    def put(self, key: Key, value: Value) -> None:
        """Put down what is new or changed."""
        values = self.values
        self._notes.append((values, key, values.get(key, _ABSENT)))
        values[key] = value

    def new(self) -> list[tuple[Key, Value]]:
        """What was not stored before."""
        return [item for item in self.values.items() if item[0] not in self._before]

    def is_new(self, key: Key) -> bool:
        """Whether it was not stored before."""
        return key not in self._before

    def changed(self) -> list[tuple[Key, Value]]:
        """What was stored and is different now."""
        values = self.values
        return [
            (key, values[key]) for key, before in self._before.items() if values[key] is not before
        ]

    def touched(self) -> list[Key]:
        """The keys of what is new or different."""
        before = self._before
        return [key for key, value in self.values.items() if before.get(key) is not value]


class Book:
    """The loaded part of one context's books.

    A budget on the shelf comes with its position. `movement` numbers what happens, for the notices
    it causes; whoever makes things happen counts it up.
    """

    def __init__(self) -> None:
        notes: list[_Note] = []
        self._notes: Final = notes
        self.budgets: Final[Shelf[str, Budget]] = Shelf(notes)
        self.budget_positions: Final[Shelf[str, Position]] = Shelf(notes)
        self.allocations: Final[Shelf[str, Allocation]] = Shelf(notes)
        self.allocation_positions: Final[Shelf[str, Position]] = Shelf(notes)
        self.reservations: Final[Shelf[ReservationKey, Reservation]] = Shelf(notes)
        self.transactions: Final[Shelf[str, Transaction]] = Shelf(notes)
        self.remembered: Final[Shelf[str, Remembered]] = Shelf(notes)
        self.entries: Final[list[Entry]] = []
        self.periods: Final[list[Period]] = []
        self.notices: Final[list[Notice]] = []
        self.refunds: Final[list[Entry]] = []
        self.movement = 0

    def mark(self) -> Mark:
        """Where the book stands now."""
        return Mark(
            len(self._notes),
            len(self.entries),
            len(self.periods),
            len(self.notices),
            len(self.refunds),
        )

    def rewind(self, mark: Mark) -> None:
        """Undo everything since `mark`."""
        notes = self._notes
        while len(notes) > mark.notes:
            values, key, before = notes.pop()
            if before is _ABSENT:
                del values[key]
            else:
                values[key] = before
        del self.entries[mark.entries :]
        del self.periods[mark.periods :]
        del self.notices[mark.notices :]
        del self.refunds[mark.refunds :]

    def touched(self) -> dict[str, list[Allocation]]:
        """The ids of the budgets of which anything has changed, each with such allocations."""
        found: dict[str, list[Allocation]] = {
            id: [] for id in (*self.budgets.touched(), *self.budget_positions.touched())
        }
        for id in {*self.allocations.touched(), *self.allocation_positions.touched()}:
            allocation = self.allocations.values[id]
            found.setdefault(allocation.budget_id, []).append(allocation)
        return found

    def budget(self, budget_id: str) -> Budget:
        """The budget. Raises NotFound where there is none, or no longer."""
        budget = self.budgets.values.get(budget_id)
        if budget is None or budget.status is Status.DELETED:
            raise NotFound(f"the budget `{budget_id[:100]}` was not found", code="budget-not-found")
        return budget

    def allocation(
        self, budget_id: str, allocation_id: str, *, deleted: bool = False
    ) -> Allocation:
        """The budget's allocation; with `deleted` also one that is gone. Raises NotFound."""
        allocation = self.allocations.values.get(allocation_id)
        if (
            allocation is None
            or allocation.budget_id != budget_id
            or (allocation.status is Status.DELETED and not deleted)
        ):
            message = f"the allocation `{allocation_id[:100]}` was not found"
            raise NotFound(message, code="allocation-not-found")
        return allocation

    def allocations_of(self, budget_id: str) -> list[Allocation]:
        """The loaded allocations of a budget by id, deleted ones included."""
        found = [item for item in self.allocations.values.values() if item.budget_id == budget_id]
        return sorted(found, key=lambda allocation: allocation.id)

    def write(
        self,
        kind: EntryKind,
        budget: Budget,
        allocation: Allocation | None,
        at: int,
        *,
        amount: int,
        amount_delta: int = 0,
        used_delta: int = 0,
        held_delta: int = 0,
        id: str | None = None,
        origin: str = "",
        reference: str = "",
        requested_by: str = "",
        reservation_id: str | None = None,
        original_id: str | None = None,
        spent_at: int | None = None,
        carried: int | None = None,
    ) -> Entry:
        """Append an entry, move the figures it concerns and fire the thresholds they cross.

        `spent_at` is when the money that it gives back was spent, where that is known.

        Raises:
            Conflict: a figure would leave the range of amounts.
        """
        before = self.budget_positions.values[budget.id]
        own_delta, allocated_delta = (0, amount_delta) if allocation else (amount_delta, 0)
        after = Position(
            check_balance(before.amount + own_delta),
            before.carried,
            check_balance(before.used + used_delta),
            check_balance(before.held + held_delta),
            check_balance(before.allocated + allocated_delta),
            before.sequence + 1,
            before.fired,
        )
        sequence = balance_after = None
        if allocation is not None:
            deltas = (amount_delta, used_delta, held_delta)
            part = self._move(budget, allocation, kind, deltas, at)
            sequence, balance_after = part.sequence, part.remaining
        if budget.facts.notification.enable and kind is not EntryKind.RENEWAL:
            after = self._fire(budget, None, after, at)
        self.budget_positions.put(budget.id, after)
        if budget.pacing is not None:
            self._pace(budget.id, before.adjustment, after.adjustment, at, spent_at)
        entry = Entry(
            id, budget.id, after.sequence, allocation.id if allocation else None, sequence, kind,
            amount, amount_delta, used_delta, held_delta, balance_after, after.remaining,
            budget.period.number, at, origin, reference, requested_by, reservation_id, original_id,
            carried,
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def open_period(
        self, budget: Budget, allocation: Allocation | None, carried: int, at: int
    ) -> None:
        """Begin a period with what was carried into it; every threshold may fire again."""
        positions, owner = self._figures(budget, allocation)
        before = positions.values[owner.id]
        if before.carried != carried or before.fired:
            positions.put(owner.id, before._replace(carried=carried, fired=()))
        self.notice(budget, allocation, at)

    def notice(self, budget: Budget, allocation: Allocation | None, at: int) -> None:
        """Fire the thresholds of the budget, or of the allocation, that are reached by now."""
        positions, owner = self._figures(budget, allocation)
        before = positions.values[owner.id]
        after = self._fire(budget, allocation, before, at)
        if after is not before:
            positions.put(owner.id, after)

    def _figures(
        self, budget: Budget, allocation: Allocation | None
    ) -> tuple[Shelf[str, Position], Budget | Allocation]:
        if allocation is None:
            return self.budget_positions, budget
        return self.allocation_positions, allocation

    def _move(
        self,
        budget: Budget,
        allocation: Allocation,
        kind: EntryKind,
        deltas: tuple[int, int, int],
        at: int,
    ) -> Position:
        amount_delta, used_delta, held_delta = deltas
        before = self.allocation_positions.values[allocation.id]
        after = Position(
            check_balance(before.amount + amount_delta),
            before.carried,
            check_balance(before.used + used_delta),
            check_balance(before.held + held_delta),
            0,
            before.sequence + 1,
            before.fired,
        )
        if allocation.notification.enable and kind is not EntryKind.RENEWAL:
            after = self._fire(budget, allocation, after, at)
        self.allocation_positions.put(allocation.id, after)
        return after

    def _pace(self, budget_id: str, before: int, after: int, at: int, spent_at: int | None) -> None:
        budget = self.budgets.values[budget_id]
        if budget.pacing is None:
            return
        pacing = moved_pacing(budget.pacing, before, after, at, spent_at)
        if pacing is not budget.pacing:
            self.budgets.put(budget_id, replace(budget, pacing=pacing))

    def _fire(
        self,
        budget: Budget,
        allocation: Allocation | None,
        after: Position,
        at: int,
    ) -> Position:
        owner = allocation or budget
        if owner.status is Status.DELETED:
            return after
        settings = (allocation or budget.facts).notification
        for threshold in reached_first(settings, after):
            self.notices.append(
                Notice(
                    budget.id,
                    allocation.id if allocation else None,
                    budget.period.number,
                    threshold,
                    after.adjustment,
                    after.amount,
                    at,
                    self.movement,
                    settings.recipients,
                )
            )
            after = after._replace(fired=(*after.fired, threshold.key))
        return after
