"""Books as this process last read or wrote them, so that a busy budget is not read again each time.

Whatever changes anything of a budget or its allocations gives the budget's row a new stamp, a
random number. Under the lock of that row, what was kept with the row's stamp is what is stored:
neither another server nor a commit that failed can have left this number with other books.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from placet.budgets.core.book import Book
from placet.budgets.core.model import Allocation, Budget, Position
from placet.budgets.store.rows import Scope

# As many allocations take 15 MB, with names of a few letters.
_CAPACITY: Final = 20_000

# Account, context id and budget id.
BudgetKey = tuple[str, str, str]


@dataclass(slots=True)
class KeptBudget:
    """A budget, and those of its allocations that were needed so far."""

    stamp: int
    budget: Budget
    position: Position
    allocations: dict[str, tuple[Allocation, Position]] = field(default_factory=dict)


class KeptBooks:
    """The budgets used last; together with their allocations they are at most `capacity`."""

    def __init__(self, *, capacity: int = _CAPACITY) -> None:
        self._capacity: Final = capacity
        self._budgets: Final[OrderedDict[BudgetKey, KeptBudget]] = OrderedDict()
        self._size = 0

    def knows(self, scope: Scope, budget_ids: Iterable[str]) -> bool:
        """Whether something is kept of each of the budgets, current or not."""
        return all((*scope, budget_id) in self._budgets for budget_id in budget_ids)

    def find(self, scope: Scope, budget_id: str, stamp: int, sequence: int) -> KeptBudget | None:
        """The budget, where what is kept has the stamp and the last entry of the locked row."""
        key = (*scope, budget_id)
        kept = self._budgets.get(key)
        # The entry's number also betrays a server that is too old to know stamps.
        if kept is None or kept.stamp != stamp or kept.position.sequence != sequence:
            return None
        self._budgets.move_to_end(key)
        return kept

    def read(self, scope: Scope, stamp: int, budget: Budget, position: Position) -> KeptBudget:
        """What is kept of a budget whose locked row was read."""
        kept = self.find(scope, budget.id, stamp, position.sequence)
        if kept is None:
            key = (*scope, budget.id)
            self._take_out(key)
            kept = KeptBudget(stamp, budget, position)
            self._put_in(key, kept)
        return kept

    def read_allocation(
        self, scope: Scope, stamp: int, allocation: Allocation, position: Position
    ) -> None:
        """Keep an allocation that was read under its budget's lock, where the stamp was this."""
        kept = self._budgets.get((*scope, allocation.budget_id))
        if kept is not None and kept.stamp == stamp:
            self._size += allocation.id not in kept.allocations
            kept.allocations[allocation.id] = (allocation, position)

    def written(
        self,
        scope: Scope,
        book: Book,
        touched: Mapping[str, Iterable[Allocation]],
        before: Mapping[BudgetKey, int],
        stamp: int,
    ) -> None:
        """Keep what of a book has just been written with `stamp`, committed or not.

        `touched` is what `book.touched()` said, `before` are the stamps that were loaded.
        """
        positions = book.allocation_positions.values
        for budget_id, allocations in touched.items():
            key = (*scope, budget_id)
            budget = book.budgets.values[budget_id]
            position = book.budget_positions.values[budget_id]
            kept = self._take_out(key)
            # Whoever had the lock meanwhile, because we had lost it, knows other allocations.
            if kept is None or kept.stamp != before.get(key):
                kept = KeptBudget(stamp, budget, position)
            kept.stamp, kept.budget, kept.position = stamp, budget, position
            for allocation in allocations:
                kept.allocations[allocation.id] = (allocation, positions[allocation.id])
            self._put_in(key, kept)

    def make_room(self) -> None:
        """Forget the budgets that were not used for the longest time, where there are too many."""
        while self._size > self._capacity:
            self._take_out(next(iter(self._budgets)))

    def _put_in(self, key: BudgetKey, kept: KeptBudget) -> None:
        self._budgets[key] = kept
        self._size += 1 + len(kept.allocations)

    def _take_out(self, key: BudgetKey) -> KeptBudget | None:
        kept = self._budgets.pop(key, None)
        if kept is not None:
            self._size -= 1 + len(kept.allocations)
        return kept
