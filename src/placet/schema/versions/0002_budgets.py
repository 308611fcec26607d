"""Budgets, allocations, their periods, entries and reservations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables. Spelled out here, because `ledger_tables.py` moves on, but not this."""
    _create_budgets()
    _create_entries()
    _create_reservations()


def _create_budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("name_folded", sa.String(500), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("enforcement", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(20)),
        sa.Column("cycle_start", sa.BigInteger, nullable=False),
        sa.Column("cycle_end", sa.BigInteger),
        sa.Column("auto_reset", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("carry_over", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("period", sa.Integer, nullable=False),
        sa.Column("period_revision", sa.Integer, nullable=False),
        sa.Column("period_turn", sa.Integer, nullable=False),
        sa.Column("period_start", sa.BigInteger, nullable=False),
        sa.Column("period_end", sa.BigInteger),
        sa.Column("period_amount", sa.BigInteger, nullable=False),
        sa.Column("period_carried", sa.BigInteger, nullable=False),
        sa.Column("period_at", sa.BigInteger, nullable=False),
        sa.Column("notification", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("carried", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("fired", sa.Text, nullable=False),
        sa.Column("allocated", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "context_id", "budget_id", name="pk_budgets"),
    )
    op.create_index("ix_budgets_account_budget_id", "budgets", ["account", "budget_id"])
    op.create_index("ix_budgets_due_at", "budgets", ["due_at"])
    op.create_table(
        "allocations",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("allocation_id", sa.String(36), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("entity_id", sa.String(250), nullable=False),
        sa.Column("entity_type", sa.String(250), nullable=False),
        sa.Column("entity_type_folded", sa.String(500), nullable=False),
        sa.Column("reference_id", sa.String(250), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("notification", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("carried", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("fired", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "context_id", "allocation_id", name="pk_allocations"),
    )
    op.create_index(
        "ix_allocations_account_allocation_id", "allocations", ["account", "allocation_id"]
    )
    op.create_index(
        "ix_allocations_account_context_id_budget_id_allocation_id",
        "allocations",
        ["account", "context_id", "budget_id", "allocation_id"],
    )
    op.create_index(
        "ix_allocations_account_entity_id_entity_type_folded",
        "allocations",
        ["account", "entity_id", "entity_type_folded"],
    )


def _create_entries() -> None:
    op.create_table(
        "budget_periods",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("period", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("carried", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "context_id", "budget_id", "period", "revision", name="pk_budget_periods"
        ),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("budget_sequence", sa.BigInteger, nullable=False),
        sa.Column("transaction_id", sa.String(36)),
        sa.Column("allocation_id", sa.String(36)),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("amount_delta", sa.BigInteger, nullable=False),
        sa.Column("used_delta", sa.BigInteger, nullable=False),
        sa.Column("held_delta", sa.BigInteger, nullable=False),
        sa.Column("balance_after", sa.BigInteger),
        sa.Column("budget_balance_after", sa.BigInteger, nullable=False),
        sa.Column("period", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("origin", sa.String(250), nullable=False),
        sa.Column("reference", sa.String(250), nullable=False),
        sa.Column("requested_by", sa.String(320), nullable=False),
        sa.Column("reservation_id", sa.String(250)),
        sa.Column("original_id", sa.String(36)),
        sa.PrimaryKeyConstraint(
            "account", "context_id", "budget_id", "budget_sequence", name="pk_ledger_entries"
        ),
    )
    op.create_index(
        "uq_ledger_entries_sequence",
        "ledger_entries",
        ["account", "context_id", "allocation_id", "sequence"],
        unique=True,
    )
    op.create_index(
        "uq_ledger_entries_transaction",
        "ledger_entries",
        ["account", "context_id", "transaction_id"],
        unique=True,
    )
    op.create_table(
        "ledger_refunds",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("original_id", sa.String(36), nullable=False),
        sa.Column("transaction_id", sa.String(36), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "context_id", "original_id", "transaction_id", name="pk_ledger_refunds"
        ),
    )
    op.create_table(
        "ledger_requests",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("client_id", sa.String(250), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "context_id", "client_id", name="pk_ledger_requests"),
    )


def _create_reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("reservation_id", sa.String(250), nullable=False),
        sa.Column("allocation_id", sa.String(36), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("direction", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(250), nullable=False),
        sa.Column("reference", sa.String(250), nullable=False),
        sa.Column("requested_by", sa.String(320), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("period", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("closed_by", sa.String(320)),
        sa.Column("confirmed", sa.BigInteger),
        sa.Column("transaction_id", sa.String(36)),
        sa.PrimaryKeyConstraint(
            "account", "context_id", "reservation_id", "allocation_id", name="pk_reservations"
        ),
    )
    op.create_index(
        "ix_reservations_account_context_id_allocation_id_status",
        "reservations",
        ["account", "context_id", "allocation_id", "status"],
    )
    op.create_index(
        "ix_reservations_expiring",
        "reservations",
        ["account", "context_id", "budget_id", "expires_at"],
        sqlite_where=sa.text("status = 'RESERVED' AND expires_at IS NOT NULL"),
        postgresql_where=sa.text("status = 'RESERVED' AND expires_at IS NOT NULL"),
    )
    op.create_table(
        "threshold_notices",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("context_id", sa.String(250), nullable=False),
        sa.Column("budget_id", sa.String(36), nullable=False),
        sa.Column("allocation_id", sa.String(36), nullable=False),
        sa.Column("period", sa.Integer, nullable=False),
        sa.Column("threshold", sa.String(60), nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "account",
            "context_id",
            "budget_id",
            "allocation_id",
            "period",
            "threshold",
            name="pk_threshold_notices",
        ),
    )
