"""Budgets of sellers, and the pacing of budgets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables of sellers' budgets, and let a budget be paced."""
    op.add_column("budgets", sa.Column("pacing", sa.Text))
    op.create_table(
        "seller_campaigns",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("seller_id", sa.String(200), nullable=False),
        sa.Column("campaign_id", sa.String(200), nullable=False),
        sa.Column("seller_campaign_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "seller_id", "campaign_id", name="pk_seller_campaigns"),
        sa.UniqueConstraint(
            "account",
            "seller_campaign_id",
            name="uq_seller_campaigns_account_seller_campaign_id",
        ),
    )
    op.create_table(
        "seller_budgets",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("seller_id", sa.String(200), nullable=False),
        sa.Column("campaign_id", sa.String(200), nullable=False),
        sa.Column("allocation_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("account", "budget_id", name="pk_seller_budgets"),
    )
    op.create_index(
        "ix_seller_budgets_account_seller_id_campaign_id",
        "seller_budgets",
        ["account", "seller_id", "campaign_id"],
    )
