"""The text of each order as it was submitted; a dimension's age is told by its document alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the texts, none for the orders there are; drop the second copy of a dimension's age."""
    op.add_column("authorizations", sa.Column("order_text", sa.Text))
    op.drop_column("dimensions", "created_at")
