"""What waits for whom by the questions that are asked, so that nothing waits for nobody.

All of it is derived from the authorizations: the rows are made again when the upgrade goes on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables of pending approvals anew, empty."""
    op.drop_table("pending_approvals")
    op.create_table(
        "pending_approvals",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("dimension_id", sa.String(250), nullable=False),
        sa.Column("rule_id", sa.String(250), nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("approver", sa.String(260), nullable=False),
        sa.Column("listed_unit_id", sa.String(250)),
        sa.Column("seat", sa.String(64)),
        sa.Column("barred", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "authorization_id", "entry", name="pk_pending_approvals"
        ),
    )
    for column in ("approver", "listed_unit_id", "seat"):
        op.create_index(
            f"ix_pending_approvals_account_{column}_authorization_id",
            "pending_approvals",
            ["account", column, "authorization_id"],
        )
    op.create_table(
        "pending_seats",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("seat", sa.String(64), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("approver", sa.String(260), nullable=False),
        sa.PrimaryKeyConstraint("account", "seat", name="pk_pending_seats"),
    )
    op.create_table(
        "pending_barred",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("person_id", sa.String(250), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "person_id", "authorization_id", name="pk_pending_barred"
        ),
    )
    op.create_index(
        "ix_pending_barred_account_authorization_id",
        "pending_barred",
        ["account", "authorization_id"],
    )
