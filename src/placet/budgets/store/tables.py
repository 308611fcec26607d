"""The tables of the books. Account and context lead every primary key.

Amounts are in 1/10,000 unit, instants in milliseconds since 1970 in UTC. Entries, periods, refunds,
requests and notices are only ever inserted. The row of a budget is the lock of all its books.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from placet.database.tables import metadata

# Spelled the same in the partial index and in queries, or SQLite would not use the index.
IS_OPEN: Final = text("status = 'RESERVED' AND expires_at IS NOT NULL")


def _scope() -> list[Column[Any]]:
    return [
        Column("account", String(100), primary_key=True),
        Column("context_id", String(250), primary_key=True),
    ]


def _position() -> list[Column[Any]]:
    figures = [
        Column(name, BigInteger, nullable=False) for name in ("amount", "carried", "used", "held")
    ]
    return [
        *figures,
        Column("sequence", BigInteger, nullable=False),
        Column("fired", Text, nullable=False),
    ]


budget_table: Final = Table(
    "budgets",
    metadata,
    *_scope(),
    Column("budget_id", String(36), primary_key=True),
    Column("name", String(250), nullable=False),
    Column("name_folded", String(500), nullable=False),
    Column("description", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("enforcement", String(20), nullable=False),
    Column("currency", String(20)),
    Column("cycle_start", BigInteger, nullable=False),
    Column("cycle_end", BigInteger),
    Column("auto_reset", Boolean(create_constraint=False), nullable=False),
    Column("carry_over", Boolean(create_constraint=False), nullable=False),
    # IANA names or offsets; null is UTC, and for the anchor the same zone.
    Column("time_zone", String(64)),
    Column("anchor_zone", String(64)),
    Column("period", Integer, nullable=False),
    Column("period_revision", Integer, nullable=False),
    Column("period_turn", Integer, nullable=False),
    Column("period_start", BigInteger, nullable=False),
    Column("period_end", BigInteger),
    Column("period_amount", BigInteger, nullable=False),
    Column("period_carried", BigInteger, nullable=False),
    Column("period_at", BigInteger, nullable=False),
    Column("notification", Text, nullable=False),
    Column("due_at", BigInteger),
    Column("pacing", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    *_position(),
    Column("allocated", BigInteger, nullable=False),
    # Another one after every change of the budget or of an allocation in it.
    Column("stamp", BigInteger, nullable=False, server_default=text("0")),
    Index(None, "account", "budget_id", "context_id"),
    Index(None, "account", "context_id", "due_at"),
    Index(None, "due_at"),
)

allocation_table: Final = Table(
    "allocations",
    metadata,
    *_scope(),
    Column("allocation_id", String(36), primary_key=True),
    Column("budget_id", String(36), nullable=False),
    Column("entity_id", String(250), nullable=False),
    Column("entity_type", String(250), nullable=False),
    Column("entity_type_folded", String(500), nullable=False),
    Column("reference_id", String(250), nullable=False),
    Column("status", String(20), nullable=False),
    Column("notification", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    *_position(),
    Index(None, "account", "allocation_id"),
    Index(None, "account", "context_id", "budget_id", "allocation_id"),
    Index(None, "account", "entity_id", "entity_type_folded"),
)

budget_period_table: Final = Table(
    "budget_periods",
    metadata,
    *_scope(),
    Column("budget_id", String(36), primary_key=True),
    Column("period", Integer, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger),
    Column("amount", BigInteger, nullable=False),
    Column("carried", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

ledger_entry_table: Final = Table(
    "ledger_entries",
    metadata,
    *_scope(),
    Column("budget_id", String(36), primary_key=True),
    Column("budget_sequence", BigInteger, primary_key=True),
    Column("transaction_id", String(36)),
    Column("allocation_id", String(36)),
    Column("sequence", BigInteger),
    Column("kind", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("amount_delta", BigInteger, nullable=False),
    Column("used_delta", BigInteger, nullable=False),
    Column("held_delta", BigInteger, nullable=False),
    Column("balance_after", BigInteger),
    Column("budget_balance_after", BigInteger, nullable=False),
    Column("period", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("origin", String(250), nullable=False),
    Column("reference", String(250), nullable=False),
    Column("requested_by", String(320), nullable=False),
    Column("reservation_id", String(250)),
    Column("original_id", String(36)),
    # What a renewal took over; null for all else, and before it was written down.
    Column("carried", BigInteger),
    Index("uq_ledger_entries_transaction", "account", "context_id", "transaction_id", unique=True),
    Index(
        "uq_ledger_entries_sequence",
        "account",
        "context_id",
        "allocation_id",
        "sequence",
        unique=True,
    ),
)

ledger_refund_table: Final = Table(
    "ledger_refunds",
    metadata,
    *_scope(),
    Column("original_id", String(36), primary_key=True),
    Column("transaction_id", String(36), primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

ledger_request_table: Final = Table(
    "ledger_requests",
    metadata,
    *_scope(),
    Column("client_id", String(250), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

reservation_table: Final = Table(
    "reservations",
    metadata,
    *_scope(),
    Column("reservation_id", String(250), primary_key=True),
    Column("allocation_id", String(36), primary_key=True),
    Column("budget_id", String(36), nullable=False),
    Column("direction", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),
    Column("origin", String(250), nullable=False),
    Column("reference", String(250), nullable=False),
    Column("requested_by", String(320), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("period", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("closed_by", String(320)),
    Column("confirmed", BigInteger),
    Column("transaction_id", String(36)),
    # Without the id: SQLite would rather read this than find a reservation by its primary key.
    Index(
        "ix_reservations_newest", "account", "context_id", "allocation_id", "status", "created_at"
    ),
    Index(
        "ix_reservations_expiring",
        "account",
        "context_id",
        "budget_id",
        "expires_at",
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    ),
)

# The primary key lets a threshold fire once in a period, whoever computes it. `allocation_id` is
# empty for the budget's own thresholds.
threshold_notice_table: Final = Table(
    "threshold_notices",
    metadata,
    *_scope(),
    Column("budget_id", String(36), primary_key=True),
    Column("allocation_id", String(36), primary_key=True),
    Column("period", Integer, primary_key=True),
    Column("threshold", String(60), primary_key=True),
    Column("used", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)
