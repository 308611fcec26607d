"""Sellers' budgets: whose they are, beside the books that hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import Status
from placet.budgets.core.seller import ActivePeriod, SellerStatus
from placet.budgets.core.views import BudgetView
from placet.budgets.store.rows import budget_of, budget_position
from placet.budgets.store.tables import budget_table
from placet.database.lists import among
from placet.sellers.core.model import (
    SellerBudget,
    SellerBudgetFilter,
    SellerBudgetView,
    SellerCampaign,
    SellerPair,
)
from placet.sellers.store.tables import seller_budget_table, seller_campaign_table

_budgets = budget_table.c
_sellers = seller_budget_table.c
_campaigns = seller_campaign_table.c


async def lock_seller_campaigns(
    connection: AsyncConnection, account: str, pairs: Iterable[SellerPair]
) -> dict[SellerPair, SellerCampaign]:
    """Those of the seller campaigns that exist, locked in one order until the transaction ends."""
    wanted = sorted(set(pairs))
    query = (
        select(seller_campaign_table)
        .where(_campaigns.account == account, _of_sellers(_campaigns, wanted))
        .order_by(_campaigns.seller_id, _campaigns.campaign_id)
        .with_for_update()
    )
    found = [_campaign(row) for row in await connection.execute(query)]
    return {campaign.pair: campaign for campaign in found}


async def load_seller_campaign(
    connection: AsyncConnection, account: str, seller_campaign_id: str
) -> SellerCampaign | None:
    """The seller campaign, or None."""
    query = select(seller_campaign_table).where(
        _campaigns.account == account, _campaigns.seller_campaign_id == seller_campaign_id
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _campaign(row)


async def insert_seller_campaigns(
    connection: AsyncConnection, account: str, campaigns: Iterable[SellerCampaign]
) -> None:
    """Store new seller campaigns."""
    rows = [
        {
            "account": account,
            "seller_id": campaign.pair.seller_id,
            "campaign_id": campaign.pair.campaign_id,
            "seller_campaign_id": campaign.id,
            "created_at": campaign.created_at,
        }
        for campaign in sorted(campaigns, key=lambda item: item.pair)
    ]
    if rows:
        await connection.execute(insert(seller_campaign_table), rows)


async def insert_seller_budgets(
    connection: AsyncConnection, account: str, budgets: Iterable[SellerBudget]
) -> None:
    """Store whose new budgets are."""
    rows = [
        {
            "account": account,
            "budget_id": budget.budget_id,
            "seller_id": budget.pair.seller_id,
            "campaign_id": budget.pair.campaign_id,
            "allocation_id": budget.allocation_id,
        }
        for budget in budgets
    ]
    if rows:
        await connection.execute(insert(seller_budget_table), rows)


async def load_seller_budgets(
    connection: AsyncConnection, account: str, budget_ids: Collection[str]
) -> dict[str, SellerBudget]:
    """Those of the budgets that exist, by id. Whose they are never changes."""
    query = select(seller_budget_table).where(
        _sellers.account == account, among(_sellers.budget_id, budget_ids)
    )
    return {row.budget_id: _seller_budget(row) for row in await connection.execute(query)}


async def find_active_periods(
    connection: AsyncConnection, account: str, pairs: Iterable[SellerPair]
) -> dict[SellerPair, list[ActivePeriod]]:
    """The periods of the pairs' budgets that are not suspended."""
    wanted = sorted(set(pairs))
    theirs = select(_sellers.seller_id, _sellers.campaign_id, _sellers.budget_id).where(
        _sellers.account == account, _of_sellers(_sellers, wanted)
    )
    owners = {
        row.budget_id: SellerPair(row.seller_id, row.campaign_id)
        for row in await connection.execute(theirs)
    }
    # Joined with the sellers, SQLite would begin with all budgets of the account.
    query = select(_budgets.budget_id, _budgets.period_start, _budgets.period_end).where(
        _budgets.account == account,
        among(_budgets.budget_id, owners),
        _budgets.status == Status.ACTIVE.value,
    )
    found: dict[SellerPair, list[ActivePeriod]] = {pair: [] for pair in wanted}
    for row in await connection.execute(query):
        found[owners[row.budget_id]].append(ActivePeriod(*row))
    return found


async def find_seller_budgets(
    connection: AsyncConnection, account: str, wanted: SellerBudgetFilter, now: int
) -> list[SellerBudgetView]:
    """The budgets that match at `now`, oldest first."""
    query = (
        select(
            seller_budget_table, _campaigns.seller_campaign_id, budget_table
        )
        .join(budget_table, _joined())
        .join(
            seller_campaign_table,
            (_campaigns.account == _sellers.account)
            & (_campaigns.seller_id == _sellers.seller_id)
            & (_campaigns.campaign_id == _sellers.campaign_id),
        )
        .where(_sellers.account == account)
        .order_by(_budgets.created_at, _budgets.budget_id)
    )  # fmt: skip
    query = _by_money(_by_days(_by_ids(query, wanted), wanted, now), wanted)
    return [_view(row) for row in await connection.execute(query)]


def _of_sellers(columns: Any, pairs: list[SellerPair]) -> ColumnElement[bool]:
    """Whether a row is one of the pairs; SQLite has an index for single columns alone."""
    return and_(
        among(columns.seller_id, {pair.seller_id for pair in pairs}),
        tuple_(columns.seller_id, columns.campaign_id).in_(pairs),
    )


def _joined() -> Any:
    return (_budgets.account == _sellers.account) & (_budgets.budget_id == _sellers.budget_id)


def _by_ids(query: Select[Any], wanted: SellerBudgetFilter) -> Select[Any]:
    if wanted.budget_ids is not None:
        query = query.where(among(_sellers.budget_id, wanted.budget_ids))
    if wanted.seller_id is not None:
        query = query.where(_sellers.seller_id == wanted.seller_id)
    if wanted.campaign_ids is not None:
        query = query.where(_sellers.campaign_id.in_(sorted(wanted.campaign_ids)))
    if wanted.excluded_campaign_ids:
        query = query.where(_sellers.campaign_id.not_in(sorted(wanted.excluded_campaign_ids)))
    if wanted.seller_campaign_id is not None:
        query = query.where(_campaigns.seller_campaign_id == wanted.seller_campaign_id)
    return query


def _by_days(query: Select[Any], wanted: SellerBudgetFilter, now: int) -> Select[Any]:
    if wanted.starts_before is not None:
        query = query.where(_budgets.period_start < wanted.starts_before)
    if wanted.ends_after is not None:
        query = query.where(_budgets.period_end > wanted.ends_after)
    match wanted.status:
        case SellerStatus.SCHEDULED:
            return query.where(_budgets.period_start > now)
        case SellerStatus.CURRENT:
            return query.where(_budgets.period_start <= now, _budgets.period_end > now)
        case SellerStatus.ARCHIVED:
            return query.where(_budgets.period_end <= now)
    return query


def _by_money(query: Select[Any], wanted: SellerBudgetFilter) -> Select[Any]:
    remaining = _budgets.amount - _budgets.used - _budgets.held
    for flag, figure in ((wanted.with_balance, remaining), (wanted.with_spend, _budgets.used)):
        if flag is not None:
            query = query.where(figure > 0 if flag else figure <= 0)
    return query


def _campaign(row: Any) -> SellerCampaign:
    pair = SellerPair(row.seller_id, row.campaign_id)
    return SellerCampaign(row.seller_campaign_id, pair, row.created_at)


def _seller_budget(row: Any) -> SellerBudget:
    return SellerBudget(
        row.budget_id, SellerPair(row.seller_id, row.campaign_id), row.allocation_id
    )


def _view(row: Any) -> SellerBudgetView:
    view = BudgetView(row.context_id, budget_of(row), budget_position(row))
    return SellerBudgetView(_seller_budget(row), row.seller_campaign_id, view)
