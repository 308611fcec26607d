"""A number on each budget that changes with everything in its books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the number; 0 until the budget changes for the first time."""
    op.add_column(
        "budgets", sa.Column("stamp", sa.BigInteger, nullable=False, server_default=sa.text("0"))
    )
