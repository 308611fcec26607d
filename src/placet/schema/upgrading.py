"""Bringing a database to this version: its schema, and what only the rules of orders can tell."""

from __future__ import annotations

from typing import Final

from placet.database.database import Database
from placet.orders.service.pending_approvals import Stored, keep_pending
from placet.orders.store.pending_approvals import find_without_rows
from placet.policies.core.compiled import Policy, compile_rules
from placet.policies.store.snapshots import load_snapshot
from placet.schema import upgrade

_PAGE: Final = 100


async def upgrade_database(database: Database) -> str:
    """Apply the missing migrations and answer the revision reached.

    Orders that waited before there were inboxes are put into them; each page of them by itself, so
    an upgrade that is cut off goes on where it was.
    """
    revision = await upgrade(database)
    policies: dict[str, Policy] = {}
    after = ("", "")
    while True:
        async with database.write() as connection:
            found = await find_without_rows(connection, after=after, limit=_PAGE)
            if not found:
                return revision
            for authorization in found:
                if authorization.policy not in policies:
                    stored = await load_snapshot(
                        connection, authorization.account, authorization.policy
                    )
                    if stored is None:
                        raise LookupError(f"no policy snapshot {authorization.policy}")
                    policies[authorization.policy] = compile_rules(list(stored))
            kept = [Stored(None, authorization) for authorization in found]
            await keep_pending(connection, kept, policies)
        after = (found[-1].account, found[-1].id)
