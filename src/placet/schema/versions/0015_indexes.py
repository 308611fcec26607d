"""Indexes for what was searched by walking through an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_DELIVERED = sa.text("state = 'delivered'")


def upgrade() -> None:
    """Create them, and drop those that they replace."""
    op.create_index(
        "ix_budgets_account_budget_id_context_id", "budgets", ["account", "budget_id", "context_id"]
    )
    op.drop_index("ix_budgets_account_budget_id", "budgets")
    op.create_index(
        "ix_budgets_account_context_id_due_at", "budgets", ["account", "context_id", "due_at"]
    )
    op.create_index(
        "ix_reservations_newest",
        "reservations",
        ["account", "context_id", "allocation_id", "status", "created_at"],
    )
    op.drop_index("ix_reservations_account_context_id_allocation_id_status", "reservations")
    op.create_index(
        "ix_authorization_due_due_at_account", "authorization_due", ["due_at", "account"]
    )
    op.drop_index("ix_authorization_due_due_at", "authorization_due")
    op.create_index(
        "ix_outbox_messages_delivered",
        "outbox_messages",
        ["delivered_at"],
        sqlite_where=_DELIVERED,
        postgresql_where=_DELIVERED,
    )
    op.create_index(
        "ix_outbox_messages_message_id_account", "outbox_messages", ["message_id", "account"]
    )
    op.create_index("ix_import_chunks_import_id_account", "import_chunks", ["import_id", "account"])
    op.create_index(
        "ix_issued_tokens_account_expires_at", "issued_tokens", ["account", "expires_at"]
    )
