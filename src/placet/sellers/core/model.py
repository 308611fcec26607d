"""Sellers' budgets, beside the budgets that hold their money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from placet.budgets.core.seller import SellerStatus
from placet.budgets.core.views import BudgetView


class SellerPair(NamedTuple):
    """A seller and the template campaign its budgets are for."""

    seller_id: str
    campaign_id: str


@dataclass(frozen=True, slots=True)
class SellerCampaign:
    """What the first budget of a seller for a template campaign has made."""

    id: str
    pair: SellerPair
    created_at: int


@dataclass(frozen=True, slots=True)
class SellerBudget:
    """Whose a budget is, and its one allocation."""

    budget_id: str
    pair: SellerPair
    allocation_id: str


class SellerBudgetView(NamedTuple):
    """A seller's budget with its facts and figures."""

    seller: SellerBudget
    seller_campaign_id: str
    budget: BudgetView


@dataclass(frozen=True, slots=True)
class SellerBudgetFilter:
    """Which budgets: all that is given must match; instants in milliseconds.

    `starts_before` is exclusive, `ends_after` too.
    """

    budget_ids: Collection[str] | None = None
    seller_id: str | None = None
    campaign_ids: Collection[str] | None = None
    excluded_campaign_ids: Collection[str] | None = None
    seller_campaign_id: str | None = None
    status: SellerStatus | None = None
    starts_before: int | None = None
    ends_after: int | None = None
    with_balance: bool | None = None
    with_spend: bool | None = None
