"""The time zones of cycles, and what budgets and allocations really carried over.

The base is what every period gets; before, a new amount after a carry-over was taken for base and
carried money together, so that the periods to come lost what had been carried. No balance changes:
where the last amount that was asked for differs from the base that was kept, it is the base, and
the rest of the present amount counts as carried.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_BASES = """
UPDATE {table} SET carried = amount - asked.base
FROM (
    SELECT e.account, e.context_id, e.budget_id, {owner} AS owner, e.amount AS base
    FROM ledger_entries e
    JOIN (
        SELECT account, context_id, budget_id, allocation_id, MAX(budget_sequence) AS sequence
        FROM ledger_entries
        WHERE kind = 'AMOUNT' AND allocation_id IS {null} NULL
        GROUP BY account, context_id, budget_id, allocation_id
    ) l ON l.account = e.account AND l.context_id = e.context_id AND l.budget_id = e.budget_id
        AND l.sequence = e.budget_sequence
) asked
WHERE {table}.account = asked.account AND {table}.context_id = asked.context_id
    AND {table}.budget_id = asked.budget_id AND {table}.{key} = asked.owner
    AND {table}.status <> 'DELETED' AND {table}.amount - {table}.carried <> asked.base
"""


def upgrade() -> None:
    """Add the columns, and set apart what was carried over."""
    op.add_column("budgets", sa.Column("time_zone", sa.String(64)))
    op.add_column("budgets", sa.Column("anchor_zone", sa.String(64)))
    op.add_column("ledger_entries", sa.Column("carried", sa.BigInteger))
    for table, owner, null, key in (
        ("budgets", "e.budget_id", "", "budget_id"),
        ("allocations", "e.allocation_id", "NOT", "allocation_id"),
    ):
        op.execute(_BASES.format(table=table, owner=owner, null=null, key=key))
