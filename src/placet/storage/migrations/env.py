"""What Alembic runs for every command: it uses the connection that the caller put in the config."""

from __future__ import annotations

from alembic import context

from placet.storage.ledger_tables import budget_table

# Importing any table of the books registers them all beside the others.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=budget_table.metadata
)
with context.begin_transaction():
    context.run_migrations()
