"""The tables of sellers' budgets. What they hold and how much is spent is in the books.

The row of a seller campaign is the lock of all periods of its seller and template campaign.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from placet.database.tables import metadata

seller_campaign_table: Final = Table(
    "seller_campaigns",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("seller_id", String(200), primary_key=True),
    Column("campaign_id", String(200), primary_key=True),
    Column("seller_campaign_id", String(36), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account", "seller_campaign_id"),
)

seller_budget_table: Final = Table(
    "seller_budgets",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("budget_id", String(36), primary_key=True),
    Column("seller_id", String(200), nullable=False),
    Column("campaign_id", String(200), nullable=False),
    Column("allocation_id", String(36), nullable=False),
    Index(None, "account", "seller_id", "campaign_id"),
)
