"""What Alembic runs for every command: it uses the connection that the caller put in the config."""

from __future__ import annotations

from alembic import context

# Importing the tables registers them in the metadata.
from placet.storage import (  # noqa: F401
    authorization_people_tables,
    delegation_tables,
    due_tables,
    import_tables,
    ledger_tables,
    mark_tables,
    outbox_tables,
    pending_approval_tables,
    people_tables,
    seller_tables,
    token_tables,
)
from placet.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
