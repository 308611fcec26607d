"""User tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the secrets that sign tokens, and the record of issued tokens."""
    op.create_table(
        "token_secrets",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("key_id", sa.String(200), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("retires_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("account", "key_id", name="pk_token_secrets"),
    )
    op.create_table(
        "issued_tokens",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("token_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(250), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("account", "token_id", name="pk_issued_tokens"),
    )
    op.create_index(
        "ix_issued_tokens_account_user_id_token_id",
        "issued_tokens",
        ["account", "user_id", "token_id"],
    )
