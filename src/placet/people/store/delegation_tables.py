"""The tables of delegations and of the record who made and ended them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from placet.database.tables import metadata

delegation_table: Final = Table(
    "delegations",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("delegation_id", String(36), primary_key=True),
    Column("delegator_id", String(250), nullable=False),
    Column("delegate_id", String(250), nullable=False),
    Column("from_at", BigInteger, nullable=False),
    Column("until_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account", "delegator_id", "until_at"),
    Index(None, "account", "delegate_id", "until_at"),
)

delegation_event_table: Final = Table(
    "delegation_events",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("delegation_id", String(36), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)
