"""The import worker: a task of every server process that validates and imports what was asked for.

Any number of workers share one database; each import is worked on by the holder of its lease.
"""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from placet.database.rounds import Rounds
from placet.errors import PlacetError
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.job import LEASE_MS, ImportJob, LeaseLost
from placet.imports.store.imports import claim_import, delete_old_files, import_waits
from placet.kit.ids import ids_before, new_id

_log = logging.getLogger("placet.imports")

_POLL_MS: Final = 1_000
_CLEANING_MS: Final = 3_600_000


class ImportWorker:
    """Works on one import at a time, the one that has waited longest."""

    def __init__(self, desk: ImportDesk, *, keep_ms: int) -> None:
        """`keep_ms` is how long files of imports stay on record."""
        self._keep_ms: Final = keep_ms
        self._next_cleaning = 0
        self._desk: Final = desk
        self._owner: Final = new_id()
        self._rounds: Final = Rounds(
            self._round,
            self._rest,
            name="import worker",
            log=_log,
            trouble="imports cannot go on",
        )

    def start(self) -> None:
        """Look for work from now on, until `close`."""
        self._rounds.start()

    async def close(self) -> None:
        """Leave what is under way to another worker, which goes on after the last transaction."""
        await self._rounds.abandon()

    async def work(self) -> bool:
        """Validate or import what waits longest; False where nothing waits."""
        now = self._desk.clock.now_ms()
        async with self._desk.database.read() as connection:
            if not await import_waits(connection, now):
                return False
        async with self._desk.database.write() as connection:
            entry = await claim_import(connection, self._owner, now, LEASE_MS)
        if entry is None:
            return False
        job = ImportJob(self._desk, entry, owner=self._owner)
        try:
            await job.run()
        except LeaseLost:
            _log.warning("import %s went on elsewhere", entry.import_id)
        except (PlacetError, SQLAlchemyError, OSError):
            raise
        except Exception:
            # It would fail again for ever, and keep the account's other imports waiting.
            _log.exception("import %s failed", entry.import_id)
            await job.fail("the import failed; the server's log says more")
        return True

    async def _clean(self) -> None:
        now = self._desk.clock.now_ms()
        if now >= self._next_cleaning:
            async with self._desk.database.write() as connection:
                await delete_old_files(connection, ids_before(now - self._keep_ms))
            self._next_cleaning = now + _CLEANING_MS

    async def _round(self) -> None:
        self._desk.wake.clear()
        await self._clean()
        while await self.work():
            pass

    async def _rest(self) -> None:
        await self._desk.clock.wait(self._desk.wake, _POLL_MS)
