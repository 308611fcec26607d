"""What an order is judged on beside the rules: its spending, and the budgets as rules see them.

Budgets are looked at only for orders that spend or name entities, and loaded only where a rule
reads them. A decision that spends holds only as long as those budgets stay as they were read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakValueDictionary

from placet.budgets.core.model import LinkedEntity
from placet.budgets.service.batch import Expected
from placet.budgets.service.books import Books
from placet.errors import Detail, InvalidRequest, NotFound
from placet.kit.money import parse_amount
from placet.orders.core.model import Authorization
from placet.orders.core.submission import Spending, Submission
from placet.orders.service.spending import BudgetGround, SpendingLine, load_ground, locate_spending
from placet.orders.store.authorizations import StoredAuthorization, load_latest_of_order
from placet.policies.core.compiled import Policy
from placet.policies.service.policies import UnitPolicy


@dataclass(frozen=True, slots=True)
class Ground:
    """`budgetData` for the rules (None: nothing to add), and on what state it rests.

    `previous` is the order's revision whose holds were left out; it counts where `expected` is
    given.
    """

    budget_data: dict[str, Any] | None = None
    expected: tuple[Expected, ...] = ()
    previous: StoredAuthorization | None = None


NO_GROUND = Ground()


class Turns:
    """Lets the orders of an account that spend the same money go one after the other.

    It only keeps them from being judged in vain; what is right is seen to by the transaction.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, account: str) -> asyncio.Lock:
        """The account's turn, to be held while judging and storing."""
        lock = self._locks.get(account)
        if lock is None:
            lock = self._locks[account] = asyncio.Lock()
        return lock

    def wanted(self, account: str) -> bool:
        """Whether orders of the account are taking turns now."""
        lock = self._locks.get(account)
        return lock is not None and lock.locked()


class BudgetPlaces:
    """Remembers which unit a budget belongs to, which never changes; bounded."""

    def __init__(self, books: Books, *, capacity: int = 65_536) -> None:
        self._books: Final = books
        self._capacity: Final = capacity
        self._units: Final[dict[tuple[str, str], str]] = {}

    async def lines(
        self, account: str, amounts: Mapping[tuple[str, str], int]
    ) -> tuple[SpendingLine, ...]:
        """The spending lines for amounts by budget id and allocation id. Raises NotFound."""
        units = [self._units.get((account, budget_id)) for budget_id, _ in amounts]
        if None in units:
            lines = await locate_spending(self._books, account, amounts)
            if len(self._units) + len(lines) > self._capacity:
                self._units.clear()
            self._units.update(((account, line.budget_id), line.context_id) for line in lines)
            return lines
        return tuple(
            SpendingLine(unit, *ids, amount)
            for unit, (ids, amount) in zip(units, amounts.items(), strict=True)
            if unit is not None
        )


async def spending_lines(
    places: BudgetPlaces, account: str, spending: Sequence[Spending]
) -> tuple[SpendingLine, ...]:
    """Where the lines of a submission are to be spent; those of one allocation are added up.

    Raises:
        InvalidRequest: an amount is none or not positive, or there is no such budget.
    """
    if not spending:
        return ()
    amounts: dict[tuple[str, str], int] = {}
    for position, line in enumerate(spending):
        field = f"spending[{position}].amount"
        amount = parse_amount(line.amount, field)
        if amount <= 0:
            detail = Detail(field, "must be more than zero")
            raise InvalidRequest(str(detail), code="invalid-amount", details=[detail])
        key = (line.budget_id, line.allocation_id)
        amounts[key] = amounts.get(key, 0) + amount
    try:
        return await places.lines(account, amounts)
    except NotFound as error:
        raise InvalidRequest(f"`spending`: {error.message}", code=error.code) from error


async def ground_of_submission(
    books: Books,
    judge: UnitPolicy,
    submission: Submission,
    spending: tuple[SpendingLine, ...],
) -> Ground:
    """What a new order, or a new revision of one, is judged on by the policy of its unit."""
    if not (spending or submission.linked_entities) or not judge.policy.reads_budget_data:
        return NO_GROUND
    async with books.database.read() as connection:
        previous = await load_latest_of_order(connection, judge.account, submission.order_id)
    loaded = await load_ground(
        books,
        judge.account,
        [unit.id for unit in judge.unit_path],
        [LinkedEntity(entity.id, entity.type) for entity in submission.linked_entities],
        spending,
        stored=previous.authorization if previous else None,
    )
    return _ground(loaded, spending, previous)


async def ground_of_authorization(
    books: Books, authorization: Authorization, policy: Policy
) -> Ground:
    """What a stored authorization is judged on when its walk goes on or is repeated."""
    holds, entities = authorization.holds, authorization.linked_entities
    if not (holds or entities) or not policy.reads_budget_data:
        return NO_GROUND
    spending = [
        SpendingLine(item.context_id, item.budget_id, item.allocation_id, item.amount)
        for item in holds
    ]
    loaded = await load_ground(
        books,
        authorization.account,
        [unit.id for unit in authorization.unit_path],
        [LinkedEntity(entity["id"], entity["type"]) for entity in entities],
        spending,
        stored=authorization,
    )
    return _ground(loaded, spending, None)


def _ground(
    loaded: BudgetGround, spending: Sequence[SpendingLine], previous: StoredAuthorization | None
) -> Ground:
    # Whoever spends nothing cannot race for money: what was read at one instant is enough.
    return Ground(loaded.document, loaded.expected if spending else (), previous)
