"""The tables of bulk imports, and of what imported units are beside their place in the tree."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from placet.database.tables import metadata

# Spelled the same in the partial index and in queries.
IS_RUNNING: Final = text("running")

# A lease is who works on the import, and until when others keep away.
import_table: Final = Table(
    "imports",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("import_id", String(36), primary_key=True),
    Column("file_name", String(250), nullable=False),
    Column("state", String(20), nullable=False),
    Column("running", Boolean(create_constraint=False), nullable=False),
    Column("percentage", Integer, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("imported_at", BigInteger),
    Column("user_email", String(320), nullable=False),
    Column("user_name", String(250), nullable=False),
    Column("result", Text),
    Column("lease_owner", String(36)),
    Column("lease_until", BigInteger),
    Index(
        "uq_imports_account_running",
        "account",
        unique=True,
        sqlite_where=IS_RUNNING,
        postgresql_where=IS_RUNNING,
    ),
)

# Files in pieces, so that every server can go on with an import; `kind` is upload or report.
import_chunk_table: Final = Table(
    "import_chunks",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("import_id", String(36), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Index(None, "import_id", "account"),
)

# Rows that could not be imported although they were valid.
import_failure_table: Final = Table(
    "import_failures",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("import_id", String(36), primary_key=True),
    Column("sheet", String(50), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("message", Text, nullable=False),
)

# Organizations (their own `organization_id`) and cost centers: what their rows say of them.
buyer_unit_table: Final = Table(
    "buyer_units",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("unit_id", String(250), primary_key=True),
    Column("organization_id", String(250), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "account", "organization_id", "unit_id"),
)
