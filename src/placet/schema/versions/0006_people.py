"""People, and what a list of units is ordered and searched by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the people; give the units their folded names and their instants."""
    op.create_table(
        "users",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("user_id", sa.String(250), nullable=False),
        sa.Column("email", sa.String(320)),
        sa.Column("email_folded", sa.String(640)),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("unit_id", sa.String(250)),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("can_impersonate", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "user_id", name="pk_users"),
        sa.UniqueConstraint("account", "email_folded", name="uq_users_account_email_folded"),
    )
    op.create_index("ix_users_account_unit_id_user_id", "users", ["account", "unit_id", "user_id"])
    _extend_units()


def _extend_units() -> None:
    folded = sa.Column("name_folded", sa.String(500), nullable=False, server_default="")
    op.add_column("units", folded)
    for name in ("created_at", "changed_at"):
        op.add_column("units", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.create_index(
        "ix_units_account_name_folded_unit_id", "units", ["account", "name_folded", "unit_id"]
    )
    names = ("account", "unit_id", "name", "name_folded")
    units = sa.table("units", *(sa.column(name) for name in names))
    connection = op.get_bind()
    for row in connection.execute(sa.select(units)).all():
        connection.execute(
            units.update()
            .where(units.c.account == row.account, units.c.unit_id == row.unit_id)
            .values(name_folded=row.name.casefold())
        )
