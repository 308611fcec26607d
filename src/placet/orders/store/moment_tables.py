"""The table of pending authorizations in which something becomes due."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, String, Table

from placet.database.tables import metadata

authorization_due_table: Final = Table(
    "authorization_due",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("authorization_id", String(36), primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Index(None, "due_at", "account"),
    Index(None, "account", "due_at", "authorization_id"),
)
