"""Validating and importing in the caller's own process, as the command line does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from placet.database.database import Database
from placet.imports.core.state import StoredImport
from placet.imports.service.imports import get_import
from placet.imports.service.job import LEASE_MS, ImportJob, LeaseLost
from placet.imports.store.imports import claim_import
from placet.kit.clock import SystemClock
from placet.kit.ids import new_id

_POLL_MS = 500


async def work_here(
    database: Database, entry: StoredImport, told: Callable[[int], None]
) -> StoredImport:
    """Do what was started for an import, or watch a server do that; the import afterwards.

    `told` hears the percentage.

    Raises:
        Unavailable: the database does not answer; a server may go on with it.
    """
    clock = SystemClock()
    owner = new_id()
    while entry.state.running:
        async with database.write() as connection:
            mine = await claim_import(
                connection, owner, clock.now_ms(), LEASE_MS, import_id=entry.import_id
            )
        if mine is not None:
            job = ImportJob(database, mine, owner=owner, clock=clock, told=told)
            try:
                return await job.run()
            except LeaseLost:
                continue
        await clock.wait(asyncio.Event(), _POLL_MS)
        entry = await get_import(database, entry.account, entry.import_id)
        told(entry.percentage)
    return entry
