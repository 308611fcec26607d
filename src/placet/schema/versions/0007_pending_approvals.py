"""What waits for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the index of pending approvals that inboxes are read from."""
    op.create_table(
        "pending_approvals",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("dimension_id", sa.String(250), nullable=False),
        sa.Column("rule_id", sa.String(250), nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("approver", sa.String(260), nullable=False),
        sa.Column("listed_unit_id", sa.String(250)),
        sa.Column("above", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("barred", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "authorization_id", "entry", name="pk_pending_approvals"
        ),
    )
    op.create_index(
        "ix_pending_approvals_account_approver_authorization_id",
        "pending_approvals",
        ["account", "approver", "authorization_id"],
    )
    op.create_index(
        "ix_pending_approvals_account_listed_unit_id_above_approver",
        "pending_approvals",
        ["account", "listed_unit_id", "above", "approver"],
    )
