"""What Alembic runs for every command: it uses the connection that the caller put in the config."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
