"""What a reader sees: facts and figures together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from placet.budgets.core.model import Allocation, Budget, Position, Status


class AllocationView(NamedTuple):
    """An allocation and its figures."""

    allocation: Allocation
    position: Position


class BudgetView(NamedTuple):
    """A budget of a context, its figures and those of its allocations that were asked for."""

    context_id: str
    budget: Budget
    position: Position
    allocations: tuple[AllocationView, ...] = ()


class Match(NamedTuple):
    """An allocation that is for a wanted entity, with its budget."""

    budget: BudgetView
    allocation: AllocationView


@dataclass(frozen=True, slots=True)
class AllocationFilter:
    """Which allocations: all that is given must match; deleted ones only where asked for."""

    entity_type: str | None = None
    status: Status | None = None
    reference_id: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetFilter:
    """Which budgets: all that is given must match; `name` is looked for within the names."""

    min_amount: int | None = None
    max_amount: int | None = None
    status: Status | None = None
    name: str | None = None
