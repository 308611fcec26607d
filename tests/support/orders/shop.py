"""A shop with a budget, whose orders spend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import LinkedEntity
from placet.budgets.core.operations import Cancel, Confirm, Refund
from placet.budgets.service import budgets
from placet.budgets.service.books import enqueue
from placet.budgets.service.input import AllocationInput, BudgetInput, Context
from placet.kit.ids import new_id
from placet.orders.core.callback import Callback
from placet.orders.core.submission import Submission
from placet.orders.service.authorizations import (
    Judged,
    cancel_authorization,
    decide_rule,
    reevaluate,
    submit,
)
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.visit import Visit, operator_of
from placet.policies.core.model import DimensionDraft
from placet.policies.service.dimensions import create_dimension
from support.budgets.facts import said
from support.budgets.service import entered, units
from support.server import Server, dimension, submission

OVERDRAWN = "$exists(budgetData.budgets.**.allocations[balance.remaining < 0])"
ACCEPT, BYPASS, DENY = 100, 7, 0
CHECKOUT = Actor(ActorKind.APP_KEY, "checkout", frozenset(Permission))


@dataclass
class Shop:
    """The account `acme` with one budget of 100, of which 50 are allocated."""

    server: Server
    budget_id: str = ""
    allocation_id: str = ""
    context: Context = field(default_factory=lambda: Context("acme", "acme"))

    async def open_budget(self, enforcement: Enforcement = Enforcement.SOFT) -> None:
        part = AllocationInput(LinkedEntity("cc-1", "CostCenter"), "", units(50))
        facts = said("Budget", enforcement=enforcement)
        wanted = BudgetInput(facts, units(100), allocations=(part,))
        view = await budgets.create_budget(self.server.desks.books, entered(self.context), wanted)
        self.budget_id = view.budget.id
        self.allocation_id = view.allocations[0].allocation.id

    async def rules(self, *rules: dict[str, Any], **more: Any) -> str:
        draft = DimensionDraft.model_validate(dimension(*rules, **more))
        made = (
            await create_dimension(self.server.desks.policies, operator_of("acme"), draft)
        ).dimension
        return made.id

    def order(self, order_id: str = "o-1", amount: float | None = 20, **more: Any) -> Submission:
        lines = [self.line(amount)] if amount is not None else []
        return Submission.model_validate(submission(order_id, 100, spending=lines) | more)

    def line(self, amount: float, **more: Any) -> dict[str, Any]:
        ids = {"budgetId": self.budget_id, "allocationId": self.allocation_id}
        return ids | {"amount": amount} | more

    async def submit(self, order: Submission) -> Judged:
        return await submit(self.server.desks.orders, Visit("acme", CHECKOUT), order)

    async def decide(self, judged: Judged, score: float) -> Judged:
        authorization = judged.authorization
        for place in authorization.dimensions:
            for item in place.rules:
                if item.status == "pending":
                    callback = Callback(
                        score=score, dimension_id=place.dimension_id, rule_id=item.rule_id
                    )
                    return await decide_rule(
                        self.server.desks.orders,
                        Visit("acme", CHECKOUT),
                        authorization.id,
                        callback,
                    )
        raise AssertionError("no rule is pending")

    async def cancel(self, judged: Judged) -> Judged:
        id = judged.authorization.id
        return await cancel_authorization(
            self.server.desks.orders, Visit("acme", CHECKOUT), id, None
        )

    async def reevaluate(self, judged: Judged) -> Judged:
        id = judged.authorization.id
        return await reevaluate(self.server.desks.orders, Visit("acme", CHECKOUT), id)

    async def cancel_by_hand(self, judged: Judged) -> None:
        operation = Cancel(self.budget_id, self.allocation_id, judged.authorization.id, "hand")
        await enqueue(self.server.desks.books, self.context, operation)

    async def confirm_by_hand(self, judged: Judged, amount: float = 20) -> str:
        """The id of the debit."""
        id = judged.authorization.id
        operation = Confirm(self.budget_id, self.allocation_id, id, "hand", new_id(), units(amount))
        reservation = await enqueue(self.server.desks.books, self.context, operation)
        assert reservation.transaction_id == operation.id
        return operation.id

    async def refund_by_hand(self, transaction_id: str, amount: float) -> None:
        operation = Refund(
            self.budget_id, self.allocation_id, transaction_id, "hand", new_id(), units(amount)
        )
        await enqueue(self.server.desks.books, self.context, operation)

    async def figures(self) -> tuple[float, float]:
        """What is held and what is debited of the budget."""
        books = self.server.desks.books
        view = await budgets.get_budget(books, entered(self.context), self.budget_id)
        part = view.allocations[0].position
        assert (part.held, part.used) == (view.position.held, view.position.used)
        return part.held / units(1), part.used / units(1)
