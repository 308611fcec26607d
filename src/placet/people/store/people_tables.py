"""The table of people. A person belongs to one unit at most."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, UniqueConstraint

from placet.database.tables import metadata

# `email_folded` is what addresses are compared by; several people may have no address at all.
user_table: Final = Table(
    "users",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("user_id", String(250), primary_key=True),
    Column("email", String(320)),
    Column("email_folded", String(640)),
    Column("name", String(250), nullable=False),
    Column("unit_id", String(250)),
    Column("roles", Text, nullable=False),
    Column("can_impersonate", Boolean(create_constraint=False), nullable=False),
    Column("active", Boolean(create_constraint=False), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("account", "email_folded"),
    Index(None, "account", "unit_id", "user_id"),
)
