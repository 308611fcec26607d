"""Delegations, and what is due in pending authorizations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create both."""
    _create_delegations()
    op.create_table(
        "authorization_due",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "authorization_id", name="pk_authorization_due"),
    )
    op.create_index("ix_authorization_due_due_at", "authorization_due", ["due_at"])
    op.create_index(
        "ix_authorization_due_account_due_at_authorization_id",
        "authorization_due",
        ["account", "due_at", "authorization_id"],
    )


def _create_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("delegation_id", sa.String(36), nullable=False),
        sa.Column("delegator_id", sa.String(250), nullable=False),
        sa.Column("delegate_id", sa.String(250), nullable=False),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "delegation_id", name="pk_delegations"),
    )
    for person in ("delegator_id", "delegate_id"):
        op.create_index(
            f"ix_delegations_account_{person}_until_at",
            "delegations",
            ["account", person, "until_at"],
        )
    op.create_table(
        "delegation_events",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("delegation_id", sa.String(36), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "delegation_id", "sequence", name="pk_delegation_events"
        ),
    )
