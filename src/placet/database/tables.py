"""The tables. The account leads every primary key, so one transaction stays on one shard.

Instants are milliseconds since 1970 in UTC. Documents are JSON text, not a database JSON type: they
come back byte for byte on every store.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Spelled the same in the partial index and in queries, or SQLite would not use the index.
IS_LATEST: Final = text("latest")

account_table: Final = Table(
    "accounts",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("settings", Text, nullable=False),
    Column("policy_version", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

app_key_table: Final = Table(
    "app_keys",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("app_key", String(200), primary_key=True),
    Column("label", String(250), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("permissions", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

unit_table: Final = Table(
    "units",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("unit_id", String(250), primary_key=True),
    Column("name", String(250), nullable=False),
    Column("parent_id", String(250)),
    Column("name_folded", String(500), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False, server_default="0"),
    Column("changed_at", BigInteger, nullable=False, server_default="0"),
    # What ids are compared by when a new one must not be another in other case.
    Column("id_alike", String(750), nullable=False, server_default=""),
    Index(None, "account", "parent_id"),
    Index(None, "account", "id_alike"),
    Index(None, "account", "name_folded", "unit_id"),
)

# `*_folded` are the case-folded forms that the case-insensitive filters compare with: a database's
# own lower() differs between stores.
dimension_table: Final = Table(
    "dimensions",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("dimension_id", String(250), primary_key=True),
    Column("dimension_id_folded", String(500), nullable=False),
    Column("unit_id", String(250)),
    Column("unit_id_folded", String(500)),
    Column("name", String(250), nullable=False),
    Column("name_folded", String(500), nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "account", "unit_id"),
    Index(None, "account", "unit_id_folded"),
    Index(None, "account", "name_folded"),
)

policy_snapshot_table: Final = Table(
    "policy_snapshots",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

authorization_table: Final = Table(
    "authorizations",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("authorization_id", String(36), primary_key=True),
    Column("order_id", String(250), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("latest", Boolean(create_constraint=False), nullable=False),
    Column("status", String(20), nullable=False),
    Column("unit_id", String(250)),
    Column("user_profile_id", String(250)),
    Column("fingerprint", String(64), nullable=False),
    Column("policy_digest", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    # The order as it was submitted, to the byte; none where only the document has it.
    Column("order_text", Text),
    UniqueConstraint("account", "order_id", "revision"),
    Index(
        "uq_authorizations_latest_revision",
        "account",
        "order_id",
        unique=True,
        sqlite_where=IS_LATEST,
        postgresql_where=IS_LATEST,
    ),
    Index(None, "account", "status", "authorization_id"),
    Index(None, "account", "unit_id", "authorization_id"),
    Index(None, "account", "user_profile_id", "authorization_id"),
)

authorization_event_table: Final = Table(
    "authorization_events",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("authorization_id", String(36), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)
