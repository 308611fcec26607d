"""A paced budget day by day, read from its books."""

from __future__ import annotations

from dataclasses import dataclass

from placet.budgets.core.model import Entry
from placet.budgets.core.pacing import Pace, pace_of
from placet.budgets.core.views import BudgetView
from placet.budgets.service.input import usable_id
from placet.budgets.store.audit import load_entries_after
from placet.budgets.store.queries import load_budget, locate_budgets
from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound
from placet.people.core.visit import Visit, check_operator
from placet.sellers.core.daily_plan import PlannedDay, daily_plan


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """A budget, how it stands, and its days."""

    view: BudgetView
    pace: Pace
    days: list[PlannedDay]


async def load_plan(database: Database, visit: Visit, budget_id: str, now: int) -> BudgetPlan:
    """The plan of a budget at `now` (milliseconds).

    Raises:
        Forbidden: the visitor is not the operator.
        NotFound: no such budget.
        InvalidRequest: the budget is not paced.
    """
    check_operator(visit)
    async with database.read() as connection:
        contexts: dict[str, str] = {}
        if usable_id(budget_id):
            contexts = await locate_budgets(connection, visit.account, [budget_id])
        view = None
        if budget_id in contexts:
            view = await load_budget(connection, (visit.account, contexts[budget_id]), budget_id)
        if view is None:
            message = f"the account `{visit.account}` has no budget `{budget_id[:100]}`"
            raise NotFound(message, code="budget-not-found")
        pace = pace_of(view.budget, view.position, now)
        if pace is None:
            raise InvalidRequest(f"the budget `{budget_id[:100]}` is not paced: it has no plan")
        entries: list[Entry] = []
        while piece := await load_entries_after(
            connection,
            (visit.account, view.context_id, budget_id),
            entries[-1].budget_sequence if entries else 0,
        ):
            entries += piece
    return BudgetPlan(view, pace, daily_plan(view.budget, view.position, entries, now))
