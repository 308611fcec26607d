"""Looking at sellers' budgets: lists with filters, one budget, and its plan day by day."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from placet.budgets.core.due import is_due
from placet.budgets.core.operations import Touch
from placet.budgets.core.seller import SellerStatus
from placet.budgets.service.books import Books, enqueue
from placet.budgets.service.input import Context, usable_id
from placet.errors import NotFound
from placet.kit.local_day import FIRST_DAY, LAST_DAY, day_start
from placet.people.core.permissions import VIEWING_BUDGETS
from placet.people.core.visit import Visit, permitted
from placet.people.service.scope import check_whole_account
from placet.policies.core.seller_settings import SellerSettings
from placet.sellers.core.model import SellerBudgetFilter, SellerBudgetView
from placet.sellers.service.seller_budgets import account_settings
from placet.sellers.store.seller_budgets import find_seller_budgets, load_seller_campaign


@dataclass(frozen=True, slots=True)
class SellerBudgetQuery:
    """What a list is asked for: all that is given must match.

    `start_before` and `end_after` include their day, so both of one day find the budgets of that
    day. Budgets that are over are found only by `end_after` or the status `Archived`.
    """

    budget_id: str | None = None
    seller_id: str | None = None
    campaign_id: str | None = None
    advertiser_id: str | None = None
    status: SellerStatus | None = None
    start_before: date | None = None
    end_after: date | None = None
    with_balance: bool | None = None
    with_spend: bool | None = None


@permitted(VIEWING_BUDGETS)
async def get_seller_budget(books: Books, visit: Visit, budget_id: str) -> SellerBudgetView:
    """One budget as it stands now. Raises NotFound."""
    # Sellers belong to no unit.
    await check_whole_account(books.database, visit)
    if usable_id(budget_id):
        found = await _find(books, visit.account, SellerBudgetFilter(budget_ids=[budget_id]))
        if found:
            return found[0]
    message = f"there is no seller's budget `{budget_id[:100]}`"
    raise NotFound(message, code="budget-not-found")


@permitted(VIEWING_BUDGETS)
async def list_seller_budgets(
    books: Books, visit: Visit, query: SellerBudgetQuery
) -> list[SellerBudgetView]:
    """The account's budgets that match, oldest first."""
    # Sellers belong to no unit.
    await check_whole_account(books.database, visit)
    wanted = await _filter(books, visit.account, query)
    return [] if wanted is None else await _find(books, visit.account, wanted)


@permitted(VIEWING_BUDGETS)
async def list_campaign_budgets(
    books: Books, visit: Visit, seller_campaign_id: str, query: SellerBudgetQuery
) -> list[SellerBudgetView]:
    """The matching budgets of a seller campaign. Raises NotFound."""
    # Sellers belong to no unit.
    await check_whole_account(books.database, visit)
    campaign = None
    if usable_id(seller_campaign_id):
        async with books.database.read() as connection:
            campaign = await load_seller_campaign(connection, visit.account, seller_campaign_id)
    if campaign is None:
        message = f"there is no seller campaign `{seller_campaign_id[:100]}`"
        raise NotFound(message, code="seller-campaign-not-found")
    wanted = await _filter(books, visit.account, query)
    if wanted is None:
        return []
    wanted = replace(wanted, seller_campaign_id=campaign.id)
    return await _find(books, visit.account, wanted)


@permitted(VIEWING_BUDGETS)
async def list_advertiser_budgets(
    books: Books, visit: Visit, advertiser_id: str, query: SellerBudgetQuery
) -> list[SellerBudgetView]:
    """The matching budgets for an advertiser's template campaigns.

    The account itself is an advertiser, whose campaigns are those that name no other. Where none
    name one, it is the only advertiser, whatever it is called.

    Raises:
        NotFound: the account knows no such advertiser.
    """
    # Sellers belong to no unit.
    await check_whole_account(books.database, visit)
    async with books.database.read() as connection:
        sellers = (await account_settings(connection, visit.account)).seller_budgets
    known = advertiser_id == visit.account or sellers.campaigns_of(advertiser_id)
    if sellers.names_advertisers and not known:
        message = f"there is no advertiser `{advertiser_id[:100]}`"
        raise NotFound(message, code="advertiser-not-found")
    return await list_seller_budgets(books, visit, replace(query, advertiser_id=advertiser_id))


async def _filter(
    books: Books, account: str, query: SellerBudgetQuery
) -> SellerBudgetFilter | None:
    """The query in terms of the storage; None where nothing can match."""
    for id in (query.budget_id, query.seller_id, query.campaign_id):
        if id is not None and not usable_id(id):
            return None
    async with books.database.read() as connection:
        settings = await account_settings(connection, account)
    campaigns, others = _campaigns(settings.seller_budgets, account, query)
    zone, after = settings.time_zone, query.end_after
    ends_after = None if after is None else day_start(_within_reach(after), zone)
    if ends_after is None and query.status is None:
        ends_after = books.clock()
    return SellerBudgetFilter(
        budget_ids=None if query.budget_id is None else [query.budget_id],
        seller_id=query.seller_id,
        campaign_ids=campaigns,
        excluded_campaign_ids=others,
        status=query.status,
        starts_before=_day_after(query.start_before, zone),
        ends_after=ends_after,
        with_balance=query.with_balance,
        with_spend=query.with_spend,
    )


def _campaigns(
    sellers: SellerSettings, account: str, query: SellerBudgetQuery
) -> tuple[set[str] | None, set[str]]:
    """The template campaigns that the query allows (None: all), and those that it does not."""
    wanted = None if query.campaign_id is None else {query.campaign_id}
    if query.advertiser_id is None or not sellers.names_advertisers:
        return wanted, set()
    if query.advertiser_id == account:
        own = (None, account)
        listed = sellers.template_campaigns
        return wanted, {item.id for item in listed if item.advertiser_id not in own}
    theirs = set(sellers.campaigns_of(query.advertiser_id))
    return theirs if wanted is None else theirs & wanted, set()


def _day_after(day: date | None, zone: str) -> int | None:
    if day is None:
        return None
    return day_start(date.fromordinal(_within_reach(day).toordinal() + 1), zone)


def _within_reach(day: date) -> date:
    """The day itself, or the one nearest to it on which a budget can begin or end."""
    return min(max(day, FIRST_DAY), LAST_DAY)


async def _find(books: Books, account: str, wanted: SellerBudgetFilter) -> list[SellerBudgetView]:
    found = await _read(books, account, wanted)
    if await _do_what_is_due(books, account, found):
        found = await _read(books, account, wanted)
    return found


async def _read(books: Books, account: str, wanted: SellerBudgetFilter) -> list[SellerBudgetView]:
    async with books.database.read() as connection:
        return await find_seller_budgets(connection, account, wanted, books.clock())


async def _do_what_is_due(books: Books, account: str, views: Sequence[SellerBudgetView]) -> bool:
    """Whether anything had to be done."""
    now = books.clock()
    due = [view.budget for view in views if is_due(view.budget.budget, now)]
    await asyncio.gather(
        *(enqueue(books, Context(account, view.context_id), Touch(view.budget.id)) for view in due)
    )
    return bool(due)
