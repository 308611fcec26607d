"""Bulk imports of buyer organizations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables of imports, and of what imported units are."""
    op.create_table(
        "imports",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("import_id", sa.String(36), nullable=False),
        sa.Column("file_name", sa.String(250), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("running", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("percentage", sa.Integer, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("imported_at", sa.BigInteger),
        sa.Column("user_email", sa.String(320), nullable=False),
        sa.Column("user_name", sa.String(250), nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("lease_owner", sa.String(36)),
        sa.Column("lease_until", sa.BigInteger),
        sa.PrimaryKeyConstraint("account", "import_id", name="pk_imports"),
    )
    op.create_index(
        "uq_imports_account_running",
        "imports",
        ["account"],
        unique=True,
        sqlite_where=sa.text("running"),
        postgresql_where=sa.text("running"),
    )
    op.create_table(
        "import_chunks",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("import_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account", "import_id", "kind", "number", name="pk_import_chunks"),
    )
    op.create_table(
        "import_failures",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("import_id", sa.String(36), nullable=False),
        sa.Column("sheet", sa.String(50), nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "import_id", "sheet", "row", name="pk_import_failures"),
    )
    op.create_table(
        "buyer_units",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("unit_id", sa.String(250), nullable=False),
        sa.Column("organization_id", sa.String(250), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "unit_id", name="pk_buyer_units"),
    )
    op.create_index(
        "ix_buyer_units_account_organization_id_unit_id",
        "buyer_units",
        ["account", "organization_id", "unit_id"],
    )
