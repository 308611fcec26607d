"""Orders and budgets: what rules may know of the money, and the holds an order leaves on it.

An order is judged on a `BudgetGround`. Its holds go, as one `LedgerGroup`, into the transaction
that stores the authorization: the group is refused as `budget-moved` when any of those budgets has
moved since, and the order is judged again. So a check and the spending it allowed cannot race.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.budget_data import budget_data
from placet.budgets.core.model import Direction, LinkedEntity, Position
from placet.budgets.core.operations import Cancel, Confirm, Operation, Refund, Reserve
from placet.budgets.core.views import Match
from placet.budgets.service.batch import BooksGroup, BooksWrite, Expected
from placet.budgets.service.books import Books, touch_due
from placet.budgets.service.input import Context, usable_id
from placet.budgets.store.queries import find_matches, locate_budgets
from placet.budgets.store.reserved import NOTHING_KEPT, Held, find_kept
from placet.errors import NotFound
from placet.kit.ids import new_id
from placet.orders.core.model import Authorization
from placet.orders.core.record import Hold

_ORIGIN = "order"


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """What an order spends of one allocation, in 1/10,000 unit; one line for each allocation.

    `context_id` is the unit that the budget belongs to, often one above the buyer's.
    """

    context_id: str
    budget_id: str
    allocation_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class BudgetGround:
    """`budgetData` (None: no budget matters) and the state of the budgets it was made from."""

    document: dict[str, Any] | None
    expected: tuple[Expected, ...]


async def locate_spending(
    books: Books, account: str, amounts: Mapping[tuple[str, str], int]
) -> tuple[SpendingLine, ...]:
    """The spending lines for amounts by budget id and allocation id.

    Raises:
        NotFound: the account has no such budget.
    """
    usable = {budget_id for budget_id, _ in amounts if usable_id(budget_id)}
    async with books.database.read() as connection:
        contexts = await locate_budgets(connection, account, usable)
    lines = []
    for (budget_id, allocation_id), amount in amounts.items():
        if budget_id not in contexts:
            message = f"the budget `{budget_id[:100]}` was not found"
            raise NotFound(message, code="budget-not-found")
        lines.append(SpendingLine(contexts[budget_id], budget_id, allocation_id, amount))
    return tuple(lines)


async def load_ground(
    books: Books,
    account: str,
    units: Collection[str],
    entities: Collection[LinkedEntity],
    spending: Sequence[SpendingLine],
    *,
    stored: Authorization | None = None,
) -> BudgetGround:
    """What an order is judged on: the allocations it names and those for its entities in `units`.

    What the order has `stored` of the money already is left out, because its spending takes that
    place; what was released or refunded by hand is no longer its.
    """
    contexts = {*units, *(line.context_id for line in spending)}
    for context_id in sorted(contexts):
        await touch_due(books, Context(account, context_id))
    own = {line.allocation_id: line.amount for line in spending}
    async with books.database.read() as connection:
        found = await find_matches(connection, account, contexts, entities, own.keys())
        kept = await _kept(connection, stored)
    matches = [_without(kept, match) for match in found]
    budgets = {match.budget.budget.id: match.budget for match in matches}
    expected = [
        Expected(view.context_id, budget_id, view.position.sequence)
        for budget_id, view in sorted(budgets.items())
    ]
    return BudgetGround(budget_data(matches, own, books.clock()), tuple(expected))


async def _kept(
    connection: AsyncConnection, stored: Authorization | None
) -> list[tuple[Hold, Held]]:
    """What is really left of the holds of an order."""
    if stored is None or not stored.holds:
        return []
    contexts = {hold.context_id for hold in stored.holds}
    kept = await find_kept(connection, stored.account, contexts, stored.id)
    return [(hold, kept.get(hold.allocation_id, NOTHING_KEPT)) for hold in stored.holds]


def _without(kept: Sequence[tuple[Hold, Held]], match: Match) -> Match:
    budget, part = match
    of_budget = [item for item in kept if item[0].budget_id == budget.budget.id]
    of_part = [item for item in of_budget if item[0].allocation_id == part.allocation.id]
    return Match(
        budget._replace(position=_given_back(budget.position, of_budget)),
        part._replace(position=_given_back(part.position, of_part)),
    )


def _given_back(position: Position, kept: Sequence[tuple[Hold, Held]]) -> Position:
    held = sum(money.held for _, money in kept)
    used = sum(money.used for _, money in kept)
    return position._replace(held=position.held - held, used=position.used - used)


def hold(
    account: str,
    spending: Sequence[SpendingLine],
    *,
    reservation_id: str,
    order_id: str,
    requested_by: str,
    expected: tuple[Expected, ...] = (),
) -> BooksGroup:
    """Reserve every line of an order, or none; `expected` as the order's ground has it."""

    def operation(line: SpendingLine) -> Operation:
        return Reserve(
            line.budget_id, line.allocation_id, reservation_id, Direction.DEBIT, line.amount,
            _ORIGIN, order_id, requested_by,
        )  # fmt: skip

    return _group(account, spending, operation, expected)


def confirm_holds(
    account: str, spending: Sequence[SpendingLine], *, reservation_id: str, requested_by: str
) -> BooksGroup:
    """Turn every hold of an order into a debit; the answers name the transactions."""

    def operation(line: SpendingLine) -> Operation:
        return Confirm(line.budget_id, line.allocation_id, reservation_id, requested_by, new_id())

    return _group(account, spending, operation)


def release_holds(
    account: str, spending: Sequence[SpendingLine], *, reservation_id: str, requested_by: str
) -> BooksGroup:
    """Release every hold of an order."""

    def operation(line: SpendingLine) -> Operation:
        return Cancel(line.budget_id, line.allocation_id, reservation_id, requested_by)

    return _group(account, spending, operation)


def refund_debits(
    account: str,
    spending: Sequence[SpendingLine],
    *,
    transaction_ids: Mapping[str, str],
    requested_by: str,
) -> BooksGroup:
    """Give back each line's amount of the order's debit, known by allocation id."""
    return _group(account, spending, partial(_refund, transaction_ids, requested_by))


def _refund(transaction_ids: Mapping[str, str], requested_by: str, line: SpendingLine) -> Operation:
    transaction_id = transaction_ids[line.allocation_id]
    return Refund(
        line.budget_id, line.allocation_id, transaction_id, requested_by, new_id(), line.amount
    )  # fmt: skip


def _group(
    account: str,
    spending: Sequence[SpendingLine],
    operation: Callable[[SpendingLine], Operation],
    expected: tuple[Expected, ...] = (),
) -> BooksGroup:
    writes = tuple(BooksWrite(account, line.context_id, operation(line)) for line in spending)
    return BooksGroup(account, writes, expected)
