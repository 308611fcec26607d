"""What a reader sees: facts and figures together."""

from __future__ import annotations

from typing import NamedTuple

from placet.budgets.core.model import Allocation, Budget, Position

__all__ = ["AllocationView", "BudgetView", "Match"]


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
