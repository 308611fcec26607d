"""A row for each recent transaction, by which is found out what became of its commit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the marks."""
    op.create_table(
        "commit_marks",
        sa.Column("mark_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("mark_id", name="pk_commit_marks"),
    )
