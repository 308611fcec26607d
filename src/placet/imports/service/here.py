"""Validating and importing in the caller's own process, as the command line does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from placet.imports.core.state import StoredImport
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.imports import get_import
from placet.imports.service.job import LEASE_MS, ImportJob, LeaseLost
from placet.imports.store.imports import claim_import
from placet.kit.ids import new_id
from placet.people.core.permissions import IMPORTING
from placet.people.core.visit import Visit, permitted

_POLL_MS = 500


@permitted(IMPORTING)
async def work_here(
    desk: ImportDesk, visit: Visit, entry: StoredImport, told: Callable[[int], None]
) -> StoredImport:
    """Do what was started for an import, or watch a server do that; the import afterwards.

    `told` hears the percentage.

    Raises:
        Unavailable: the database does not answer; a server may go on with it.
    """
    owner = new_id()
    while entry.state.running:
        async with desk.database.write() as connection:
            mine = await claim_import(
                connection, owner, desk.clock.now_ms(), LEASE_MS, import_id=entry.import_id
            )
        if mine is not None:
            job = ImportJob(desk, mine, owner=owner, told=told)
            try:
                return await job.run()
            except LeaseLost:
                continue
        await desk.clock.wait(asyncio.Event(), _POLL_MS)
        entry = await get_import(desk, visit, entry.import_id)
        told(entry.percentage)
    return entry
