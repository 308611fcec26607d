"""Accounts, keys, units, dimensions, policy snapshots, authorizations and their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables. Spelled out here, because `tables.py` moves on and this step must not."""
    _create_tenants()
    _create_policies()
    _create_authorizations()


def _create_tenants() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("policy_version", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_accounts"),
    )
    op.create_table(
        "app_keys",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("app_key", sa.String(200), nullable=False),
        sa.Column("label", sa.String(250), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("permissions", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("account", "app_key", name="pk_app_keys"),
    )
    op.create_table(
        "units",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("unit_id", sa.String(250), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("parent_id", sa.String(250)),
        sa.PrimaryKeyConstraint("account", "unit_id", name="pk_units"),
    )
    op.create_index("ix_units_account_parent_id", "units", ["account", "parent_id"])


def _create_policies() -> None:
    op.create_table(
        "dimensions",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("dimension_id", sa.String(250), nullable=False),
        sa.Column("dimension_id_folded", sa.String(500), nullable=False),
        sa.Column("unit_id", sa.String(250)),
        sa.Column("unit_id_folded", sa.String(500)),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("name_folded", sa.String(500), nullable=False),
        sa.Column("priority", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "dimension_id", name="pk_dimensions"),
    )
    for column in ("unit_id", "unit_id_folded", "name_folded"):
        op.create_index(f"ix_dimensions_account_{column}", "dimensions", ["account", column])
    op.create_table(
        "policy_snapshots",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "digest", name="pk_policy_snapshots"),
    )


def _create_authorizations() -> None:
    op.create_table(
        "authorizations",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(250), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("latest", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.String(250)),
        sa.Column("user_profile_id", sa.String(250)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("policy_digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", "authorization_id", name="pk_authorizations"),
        sa.UniqueConstraint(
            "account", "order_id", "revision", name="uq_authorizations_account_order_id_revision"
        ),
    )
    op.create_index(
        "uq_authorizations_latest_revision",
        "authorizations",
        ["account", "order_id"],
        unique=True,
        sqlite_where=sa.text("latest"),
        postgresql_where=sa.text("latest"),
    )
    for column in ("status", "unit_id", "user_profile_id"):
        op.create_index(
            f"ix_authorizations_account_{column}_authorization_id",
            "authorizations",
            ["account", column, "authorization_id"],
        )
    op.create_table(
        "authorization_events",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "authorization_id", "sequence", name="pk_authorization_events"
        ),
    )
