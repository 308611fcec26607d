"""Sellers' budgets: create and change many at once, all or none.

The rows of the seller campaigns are locked first, so that two requests cannot both find a period
free; then the books, where the budgets are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import Budget, Status
from placet.budgets.core.operations import ChangeSellerBudget, OpenSellerBudget
from placet.budgets.core.pacing import first_and_last_day
from placet.budgets.core.seller import ActivePeriod, first_overlap, seller_context
from placet.budgets.service.batch import BooksWrite, OpenBooks
from placet.budgets.service.books import Books
from placet.budgets.service.input import usable_id
from placet.budgets.store.kept_books import KeptBooks
from placet.errors import Conflict, Detail, InvalidRequest, NotFound, PlacetError
from placet.kit.ids import new_id, new_numbers
from placet.people.core.permissions import MANAGING_BUDGETS
from placet.people.core.visit import Visit, permitted
from placet.people.service.scope import check_whole_account
from placet.policies.core.model import AccountSettings
from placet.policies.store.account_settings import load_account_settings
from placet.sellers.core.model import (
    SellerBudget,
    SellerBudgetFilter,
    SellerBudgetView,
    SellerCampaign,
    SellerPair,
)
from placet.sellers.service.refusals import Refusals
from placet.sellers.store.seller_budgets import (
    find_active_periods,
    find_seller_budgets,
    insert_seller_budgets,
    insert_seller_campaigns,
    load_seller_budgets,
    lock_seller_campaigns,
)

MAX_BUDGETS: Final = 2_000
_CONTENDED: Final = "others keep changing the same sellers' budgets"

Result = TypeVar("Result")
_Asked = tuple[SellerPair, OpenSellerBudget | ChangeSellerBudget]


@dataclass(frozen=True, slots=True)
class NewSellerBudget:
    """A budget as a caller describes it; the amount in 1/10,000 unit, both days included."""

    pair: SellerPair
    amount: int
    first: date
    last: date
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class SellerBudgetChange:
    """What a caller wants to be different; None leaves a fact as it is.

    `campaign_id` can only repeat what the budget is for.
    """

    budget_id: str
    campaign_id: str | None = None
    amount: int | None = None
    first: date | None = None
    last: date | None = None
    suspended: bool | None = None


@permitted(MANAGING_BUDGETS)
async def create_seller_budgets(
    books: Books, visit: Visit, wanted: Sequence[NewSellerBudget]
) -> list[SellerBudgetView]:
    """Create the budgets, and the seller campaigns of those that are the first ones, in order.

    Raises:
        InvalidRequest: one cannot be; `details` name the items and their fields.
        Conflict: its days overlap those of another active budget of the seller and campaign.
    """
    # Sellers belong to no unit.
    await check_whole_account(books.database, visit)
    _check_number(wanted)

    async def work(connection: AsyncConnection) -> list[str]:
        return await _create(connection, visit.account, wanted, books.clock())

    ids = await books.database.transact(work, contended=_CONTENDED)
    return await _views(books, visit.account, ids)


@permitted(MANAGING_BUDGETS)
async def change_seller_budgets(
    books: Books, visit: Visit, changes: Sequence[SellerBudgetChange], *, many: bool = True
) -> list[SellerBudgetView]:
    """Change the budgets; the same changes again change nothing. They come back in order.

    `many` says whether errors tell the position of the item at fault.

    Raises:
        InvalidRequest: what is asked cannot be; `details` name the items and their fields.
        NotFound: there is no such budget.
        Conflict: the state of a budget, or another active one, does not allow it.
    """
    # Sellers belong to no unit.
    await check_whole_account(books.database, visit)
    _check_number(changes)

    async def work(connection: AsyncConnection) -> list[str]:
        refusals = Refusals(many=many)
        return await _change(connection, visit.account, changes, books.clock(), refusals)

    ids = await books.database.transact(work, contended=_CONTENDED)
    return await _views(books, visit.account, ids)


async def account_settings(connection: AsyncConnection, account: str) -> AccountSettings:
    """The account's settings; the defaults where nothing was set."""
    return await load_account_settings(connection, account) or AccountSettings()


async def _create(
    connection: AsyncConnection, account: str, wanted: Sequence[NewSellerBudget], now: int
) -> list[str]:
    settings = await account_settings(connection, account)
    refusals = Refusals(many=True)
    numbers = new_numbers(len(wanted))
    operations = [
        _opening(item, str(number), settings, position, refusals)
        for position, (item, number) in enumerate(zip(wanted, numbers, strict=True))
    ]
    refusals.check()
    pairs = [item.pair for item in wanted]
    await _ensure_campaigns(connection, account, pairs, now)
    await _apply(connection, account, list(zip(pairs, operations, strict=True)), now, refusals)
    ids = [operation.budget_id for operation in operations]
    budgets = [
        SellerBudget(operation.budget_id, item.pair, operation.allocation_id)
        for item, operation in zip(wanted, operations, strict=True)
    ]
    await insert_seller_budgets(connection, account, budgets)
    return ids


async def _change(
    connection: AsyncConnection,
    account: str,
    changes: Sequence[SellerBudgetChange],
    now: int,
    refusals: Refusals,
) -> list[str]:
    settings = await account_settings(connection, account)
    ids = [change.budget_id for change in changes]
    usable = [id for id in ids if usable_id(id)]
    known = await load_seller_budgets(connection, account, usable)
    seen: set[str] = set()
    for position, change in enumerate(changes):
        _check_change(change, known, seen, position, refusals)
        seen.add(change.budget_id)
    refusals.check()
    pairs = [known[id].pair for id in ids]
    await lock_seller_campaigns(connection, account, pairs)
    asked = [
        (pair, _changing(change, known[change.budget_id], settings))
        for pair, change in zip(pairs, changes, strict=True)
    ]
    await _apply(connection, account, asked, now, refusals)
    return ids


async def _apply(
    connection: AsyncConnection,
    account: str,
    asked: Sequence[_Asked],
    now: int,
    refusals: Refusals,
) -> None:
    """Carry out the operations and write the books.

    Raises:
        PlacetError: any of them is refused; the transaction must not be committed then.
    """
    writes = [
        BooksWrite(account, seller_context(pair.seller_id), operation) for pair, operation in asked
    ]
    books = await OpenBooks.load(connection, writes, now, KeptBooks())
    for position, write in enumerate(writes):
        try:
            books.apply(write)
        except PlacetError as error:
            refusals.add(position, error)
    refusals.check()
    touched: dict[SellerPair, list[Budget]] = {}
    for pair, operation in asked:
        book = books.book(account, seller_context(pair.seller_id))
        touched.setdefault(pair, []).append(book.budget(operation.budget_id))
    positions = {operation.budget_id: number for number, (_, operation) in enumerate(asked)}
    stored = await find_active_periods(connection, account, touched)
    for pair, budgets in touched.items():
        others = [period for period in stored[pair] if period.budget_id not in positions]
        _check_overlap(others, budgets, positions, refusals)
    refusals.check()
    await books.write()


def _check_overlap(
    others: Sequence[ActivePeriod],
    budgets: Sequence[Budget],
    positions: Mapping[str, int],
    refusals: Refusals,
) -> None:
    """Note the first of the budgets whose days another active one has as well."""
    own = [
        ActivePeriod(budget.id, budget.period.start, budget.period.end)
        for budget in budgets
        if budget.status is Status.ACTIVE and budget.period.end is not None
    ]
    found = first_overlap([*others, *own])
    if found is None:
        return
    mine, other = found if found[0].budget_id in positions else found[::-1]
    own_budget = next(budget for budget in budgets if budget.id == mine.budget_id)
    first, last = first_and_last_day(own_budget)
    here = other.budget_id in positions
    words = "another one of this request" if here else f"the budget `{other.budget_id}`"
    detail = Detail(
        "startDate",
        f"the days `{first}` to `{last}` overlap those of {words} for the same seller and campaign",
    )
    error = Conflict(str(detail), code="overlapping-budgets", details=[detail])
    refusals.add(positions[mine.budget_id], error)


def _opening(
    item: NewSellerBudget,
    budget_id: str,
    settings: AccountSettings,
    position: int,
    refusals: Refusals,
) -> OpenSellerBudget:
    sellers = settings.seller_budgets
    campaign = sellers.campaign(item.pair.campaign_id)
    if campaign is None:
        detail = Detail("campaignIds", f"there is no template campaign `{item.pair.campaign_id}`")
        refusals.add(position, InvalidRequest(str(detail), details=[detail]))
    return OpenSellerBudget(
        budget_id, new_id(), item.pair.seller_id, item.pair.campaign_id, item.amount, item.first,
        item.last, settings.time_zone, item.suspended,
        0 if campaign is None else sellers.minimum(campaign),
    )  # fmt: skip


def _changing(
    change: SellerBudgetChange, budget: SellerBudget, settings: AccountSettings
) -> ChangeSellerBudget:
    sellers = settings.seller_budgets
    campaign = sellers.campaign(budget.pair.campaign_id)
    return ChangeSellerBudget(
        budget.budget_id, budget.allocation_id, change.amount, change.first, change.last,
        change.suspended, 0 if campaign is None else sellers.minimum(campaign),
    )  # fmt: skip


def _check_change(
    change: SellerBudgetChange,
    known: Mapping[str, SellerBudget],
    seen: set[str],
    position: int,
    refusals: Refusals,
) -> None:
    budget = known.get(change.budget_id)
    if budget is None:
        detail = Detail("budgetId", f"there is no budget `{change.budget_id[:100]}`")
        error: PlacetError = NotFound(str(detail), code="budget-not-found", details=[detail])
    elif change.budget_id in seen:
        detail = Detail("budgetId", f"the budget `{change.budget_id}` is named twice")
        error = InvalidRequest(str(detail), details=[detail])
    elif change.campaign_id not in (None, budget.pair.campaign_id):
        detail = Detail("campaignIds", f"must stay `{budget.pair.campaign_id}`")
        error = InvalidRequest(str(detail), details=[detail])
    else:
        return
    refusals.add(position, error)


async def _ensure_campaigns(
    connection: AsyncConnection, account: str, pairs: Sequence[SellerPair], now: int
) -> None:
    """Lock the seller campaigns, and make those that are not there yet.

    Where another transaction makes the same one, this one fails and is tried again.
    """
    known = await lock_seller_campaigns(connection, account, pairs)
    missing = sorted({*pairs} - known.keys())
    numbers = new_numbers(len(missing))
    campaigns = [
        SellerCampaign(str(number), pair, now)
        for pair, number in zip(missing, numbers, strict=True)
    ]
    await insert_seller_campaigns(connection, account, campaigns)


async def _views(books: Books, account: str, ids: Sequence[str]) -> list[SellerBudgetView]:
    wanted = SellerBudgetFilter(budget_ids=ids)
    async with books.database.read() as connection:
        found = await find_seller_budgets(connection, account, wanted, books.clock())
    views = {view.seller.budget_id: view for view in found}
    return [views[id] for id in ids]


def _check_number(items: Sequence[object]) -> None:
    if not items:
        raise InvalidRequest("the request names no budget")
    if len(items) > MAX_BUDGETS:
        raise InvalidRequest(f"the request names more than {MAX_BUDGETS} budgets")
