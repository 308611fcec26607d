"""The table of outgoing messages."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from placet.database.tables import metadata

# Spelled the same in the partial indexes and in queries, or SQLite would not use the indexes.
IS_WAITING: Final = text("state = 'waiting'")
IS_DELIVERED: Final = text("state = 'delivered'")

outbox_table: Final = Table(
    "outbox_messages",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("ordering_key", String(700), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("destination", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("lease", String(36)),
    Column("last_error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),
    UniqueConstraint("account", "ordering_key", "position"),
    Index(
        "ix_outbox_messages_due",
        "account",
        "next_attempt_at",
        "message_id",
        sqlite_where=IS_WAITING,
        postgresql_where=IS_WAITING,
    ),
    Index(
        "ix_outbox_messages_delivered",
        "delivered_at",
        sqlite_where=IS_DELIVERED,
        postgresql_where=IS_DELIVERED,
    ),
    Index(None, "account", "state", "message_id"),
    Index(None, "message_id", "account"),
)
