"""The tables of user tokens: what signs them, and which were issued."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from placet.database.tables import metadata

token_secret_table: Final = Table(
    "token_secrets",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("key_id", String(200), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # When tokens signed with it stop being accepted; empty for the one that signs.
    Column("retires_at", BigInteger),
)

issued_token_table: Final = Table(
    "issued_tokens",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("token_id", String(36), primary_key=True),
    Column("user_id", String(250), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index(None, "account", "user_id", "token_id"),
    Index(None, "account", "expires_at"),
)
