"""What Alembic runs for every command: it uses the connection that the caller put in the config."""

from __future__ import annotations

from alembic import context

from placet.access.store import token_tables  # noqa: F401
from placet.budgets.store import tables as ledger_tables  # noqa: F401
from placet.database import mark_tables  # noqa: F401
from placet.database.tables import metadata
from placet.imports.store import tables as import_tables  # noqa: F401
from placet.messages.store import tables as outbox_tables  # noqa: F401
from placet.orders.store import moment_tables as due_tables  # noqa: F401

# Importing the tables registers them in the metadata.
from placet.orders.store import onlooker_tables as authorization_people_tables  # noqa: F401
from placet.orders.store import pending_approval_tables  # noqa: F401
from placet.people.store import (
    delegation_tables,  # noqa: F401
    people_tables,  # noqa: F401
)
from placet.sellers.store import tables as seller_tables  # noqa: F401

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
