"""What the ids of units are compared by, so that no new one differs from another by case only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from placet.kit.characters import alike

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column and fill it for the units there are."""
    folded = sa.Column("id_alike", sa.String(750), nullable=False, server_default="")
    op.add_column("units", folded)
    units = sa.table("units", *(sa.column(name) for name in ("account", "unit_id", "id_alike")))
    connection = op.get_bind()
    rows = connection.execute(sa.select(units.c.account, units.c.unit_id)).all()
    if rows:
        statement = (
            units.update()
            .where(
                units.c.account == sa.bindparam("of_account"),
                units.c.unit_id == sa.bindparam("of_unit"),
            )
            .values(id_alike=sa.bindparam("id_alike"))
        )
        connection.execute(
            statement,
            [
                {
                    "of_account": row.account,
                    "of_unit": row.unit_id,
                    "id_alike": alike(row.unit_id),
                }
                for row in rows
            ],
        )
    op.create_index("ix_units_account_id_alike", "units", ["account", "id_alike"])
