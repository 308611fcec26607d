"""`budgetData`: the budgets that matter to an order, as rules read them.

The balances count what the order itself is about to spend, so `balance.remaining < 0` means that
this order overdraws; `ToBeSpent` is that spending, `reservations` what other orders hold.
The `pacing` of a paced budget counts the order's own spending in the same way. A budget that is
`overAllocated` can be overdrawn though no allocation of it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from placet.budgets.core.model import Position
from placet.budgets.core.pacing import pace_document, pace_of
from placet.budgets.core.views import AllocationView, BudgetView, Match
from placet.budgets.core.wire import balance_document, cycle_document
from placet.kit.money import amount_number

Document = dict[str, Any]


def budget_data(
    matches: Collection[Match], spending: Mapping[str, int], now: int
) -> Document | None:
    """The document for the matches at `now`, or None where the order has no budget at all.

    `spending` is the order's own: allocation id → amount in 1/10,000 unit. It must not be reserved
    yet, or it would count twice. `unitAllocations` lists the allocations by the unit of the budget.
    """
    if not matches:
        return None
    budgets: dict[str, BudgetView] = {}
    parts: dict[str, list[AllocationView]] = {}
    for match in matches:
        budgets[match.budget.budget.id] = match.budget
        parts.setdefault(match.budget.budget.id, []).append(match.allocation)
    documents = [_budget(budgets[id], parts[id], spending, now) for id in budgets]
    units: dict[str, list[Document]] = {}
    for id, view in budgets.items():
        units.setdefault(view.context_id, []).extend(
            _reference(part, spending) for part in parts[id]
        )
    return {"budgets": documents, "unitAllocations": units}


def _budget(
    view: BudgetView, parts: list[AllocationView], spending: Mapping[str, int], now: int
) -> Document:
    budget = view.budget
    own = sum(spending.get(part.allocation.id, 0) for part in parts)
    document: Document = {
        "id": budget.id,
        "name": budget.facts.name,
        "unitId": view.context_id,
        "status": budget.status.value,
        "cycleConfiguration": cycle_document(budget),
        "balance": _balance(view.position, own),
        "overAllocated": view.position.over_allocated,
        "allocations": [_allocation(part, spending) for part in parts],
    }
    if budget.facts.currency is not None:
        document["currency"] = budget.facts.currency
    pace = pace_of(budget, _with_own(view.position, own), now)
    if pace is not None and budget.pacing is not None:
        document["pacing"] = pace_document(pace, budget.pacing.time_zone)
    return document


def _allocation(part: AllocationView, spending: Mapping[str, int]) -> Document:
    own = spending.get(part.allocation.id, 0)
    return {
        "id": part.allocation.id,
        "linkedEntity": part.allocation.linked_entity._asdict(),
        "balance": _balance(part.position, own),
        "reservations": amount_number(part.position.held),
        "ToBeSpent": amount_number(own),
    }


def _reference(part: AllocationView, spending: Mapping[str, int]) -> Document:
    allocation = part.allocation
    return {"budgetId": allocation.budget_id, "allocationId": allocation.id} | _allocation(
        part, spending
    )


def _balance(position: Position, own: int) -> Document:
    return balance_document(_with_own(position, own))


def _with_own(position: Position, own: int) -> Position:
    return position._replace(held=position.held + own)
