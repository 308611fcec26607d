"""One import on its way: what a worker, or the command line, does with it.

Everything that lasts is in the database: the upload, how far the import has come, and which rows
failed. A job that dies is taken over when its lease ends, and goes on where the last transaction
ended; what it had done is not done twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import InvalidRequest
from placet.imports.core.state import ImportState, StoredImport
from placet.imports.core.validation import Known, KnownMember, KnownUnit, Mentions
from placet.imports.core.workbook import Problem
from placet.imports.service.apply import apply_records, organizations_of
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.workbook_process import SheetCount, WorkbookProcess
from placet.imports.store.imports import (
    FileKind,
    append_file,
    delete_file,
    insert_failures,
    keep_lease,
    load_failures,
    load_unit_owners,
    read_file,
    update_import,
)
from placet.people.core.roles import Role
from placet.people.store.units import find_alike
from placet.people.store.users import load_users_by_email

LEASE_MS: Final = 60_000
_HEARTBEAT_S: Final = 15.0
_PIECE: Final = 1 << 20
_BATCH: Final = 500
_LOOK_UP: Final = 2_000
# The shares of the whole that reading, looking up and checking take, in per cent.
_READ, _LOOKED_UP, _CHECKED = 30, 70, 85
_IMPORTED: Final = 95

T = TypeVar("T")


class LeaseLost(Exception):  # noqa: N818
    """Somebody else works on the import by now."""


class ImportJob:
    """Validates or imports one workbook, as its state says, for the holder of its lease."""

    def __init__(
        self,
        desk: ImportDesk,
        entry: StoredImport,
        *,
        owner: str,
        told: Callable[[int], None] | None = None,
    ) -> None:
        """`told` hears the percentage whenever it has been stored."""
        self._told = told
        self._desk = desk
        self._entry = entry
        self._owner = owner

    async def run(self) -> StoredImport:
        """Do what is to be done; the import afterwards, which runs no more.

        Raises:
            LeaseLost: somebody else has taken it over.
            Unavailable, OutcomeUnknown: the database does not answer; the work can be taken up
                again.
        """
        try:
            with TemporaryDirectory(prefix="placet-import-") as folder:
                async with self._opened(Path(folder)) as book:
                    if self._entry.state is ImportState.IN_VALIDATION:
                        return await self._validate(book, Path(folder))
                    return await self._import(book, Path(folder))
        except InvalidRequest as error:
            validating = self._entry.state is ImportState.IN_VALIDATION
            state = ImportState.VALIDATION_FAILED if validating else ImportState.FAILED
            result = {"isValid": False, "problems": [error.message], "problemCount": 1}
            return await self._finish(state, result)

    async def fail(self, message: str) -> StoredImport:
        """Give it up for good."""
        return await self._finish(ImportState.FAILED, {"problems": [message], "problemCount": 1})

    @asynccontextmanager
    async def _opened(self, folder: Path) -> AsyncIterator[WorkbookProcess]:
        path = folder / "upload.xlsx"
        entry = self._entry
        with path.open("wb") as file:
            pieces = read_file(self._desk.database, entry.account, entry.import_id, FileKind.UPLOAD)
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
        async with WorkbookProcess(path) as book:
            yield book

    async def _validate(self, book: WorkbookProcess, folder: Path) -> StoredImport:
        await self._progress(5)
        await self._held(book.open())
        await self._progress(_READ)
        known = await self._known(await self._held(book.mentions()))
        checked = await self._held(book.check(known))
        await self._progress(_CHECKED)
        result = {
            "isValid": checked.is_valid,
            "counts": [asdict(count) for count in checked.counts],
            "problems": list(checked.problems),
            "problemCount": checked.problem_count,
            "notes": list(checked.notes),
        }
        if checked.is_valid:
            return await self._finish(ImportState.READY_TO_IMPORT, result)
        path = folder / "report.xlsx"
        await self._held(book.report(path))
        await self._store(path)
        return await self._finish(ImportState.VALIDATION_FAILED, result)

    async def _import(self, book: WorkbookProcess, folder: Path) -> StoredImport:
        count = await self._held(book.open())
        while self._entry.done < count:
            records = await self._held(book.records(self._entry.done, _BATCH))
            done = self._entry.done + len(records)
            async with self._desk.database.write() as connection:
                # First, so that nothing is written by one who has lost the lease.
                entry = await self._keep(
                    connection, percentage=_IMPORTED * done // count, done=done
                )
                failures = await apply_records(
                    connection,
                    entry.account,
                    records,
                    self._desk.clock.now_ms(),
                    self._desk.follow,
                )
                await insert_failures(connection, entry, failures)
            self._now_at(entry)
        failed = await self._failed_rows()
        path = folder / "report.xlsx"
        counts = await self._held(book.report(path, failed))
        await self._store(path)
        state = ImportState.COMPLETED_WITH_ERROR if failed else ImportState.COMPLETED
        notes = await self._held(book.notes())
        return await self._finish(state, {**_outcome(counts, failed), "notes": list(notes)})

    async def _known(self, mentions: Mentions) -> Known:
        """What the account has of what the workbook mentions, a piece at a time."""
        account = self._entry.account
        units: dict[str, KnownUnit] = {}
        others: dict[str, str] = {}
        people: dict[str, KnownMember] = {}
        pieces = [
            *((True, piece) for piece in _pieces(sorted(mentions.unit_ids))),
            *((False, piece) for piece in _pieces(sorted(mentions.emails))),
        ]
        for number, (of_units, piece) in enumerate(pieces, start=1):
            async with self._desk.database.read() as connection:
                if of_units:
                    there = await load_unit_owners(connection, account, piece)
                    units |= {unit_id: KnownUnit(*about) for unit_id, about in there.items()}
                    others |= await find_alike(connection, account, piece)
                else:
                    found = await load_users_by_email(connection, account, piece)
                    homes = await organizations_of(connection, account, found.values())
                    people |= {
                        email: KnownMember(homes.get(user.unit_id or ""), user.active, user.unit_id)
                        for email, user in found.items()
                    }
            await self._progress(_READ + (_LOOKED_UP - _READ) * number // len(pieces))
        return Known(units, people, {role.guid: role.value for role in Role}, others)

    async def _failed_rows(self) -> list[Problem]:
        entry = self._entry
        async with self._desk.database.read() as connection:
            failures = await load_failures(connection, entry.account, entry.import_id)
        return [Problem(one.sheet, one.row, None, one.message) for one in failures]

    async def _store(self, path: Path) -> None:
        """Keep the report, piece by piece."""
        with path.open("rb") as file:
            number = 0
            while content := await asyncio.to_thread(file.read, _PIECE):
                async with self._desk.database.write() as connection:
                    await self._keep(connection)
                    await append_file(connection, self._entry, FileKind.REPORT, number, content)
                number += 1

    async def _finish(self, state: ImportState, result: dict[str, Any]) -> StoredImport:
        now = self._desk.clock.now_ms()
        ended = state is not ImportState.READY_TO_IMPORT
        imported = state in (ImportState.COMPLETED, ImportState.COMPLETED_WITH_ERROR)
        async with self._desk.database.write() as connection:
            entry = await self._keep(connection, percentage=100)
            entry = replace(
                entry,
                state=state,
                changed_at=now,
                imported_at=now if imported else None,
                result=result,
            )
            await update_import(connection, entry)
            if ended:
                await delete_file(connection, entry.account, entry.import_id, FileKind.UPLOAD)
        self._now_at(entry)
        return entry

    def _now_at(self, entry: StoredImport) -> None:
        """Go on from what has been committed."""
        self._entry = entry
        if self._told is not None:
            self._told(entry.percentage)

    async def _progress(self, percentage: int) -> None:
        async with self._desk.database.write() as connection:
            entry = await self._keep(connection, percentage=percentage)
        self._now_at(entry)

    async def _held(self, work: Awaitable[T]) -> T:
        """The result of `work`; the lease is kept while it takes its time."""
        task = asyncio.ensure_future(work)
        try:
            while True:
                await asyncio.wait([task], timeout=_HEARTBEAT_S)
                if task.done():
                    return task.result()
                await self._progress(self._entry.percentage)
        finally:
            task.cancel()

    async def _keep(
        self, connection: AsyncConnection, *, percentage: int | None = None, done: int | None = None
    ) -> StoredImport:
        """Note progress under the lease. Raises LeaseLost."""
        now = self._desk.clock.now_ms()
        before = self._entry
        entry = replace(
            before,
            percentage=before.percentage if percentage is None else percentage,
            done=before.done if done is None else done,
            changed_at=now,
        )
        kept = await keep_lease(
            connection,
            entry,
            self._owner,
            now + LEASE_MS,
            percentage=entry.percentage,
            done=entry.done,
        )
        if not kept:
            raise LeaseLost
        return entry


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _LOOK_UP):
        yield ids[start : start + _LOOK_UP]


def _outcome(counts: Sequence[SheetCount], failed: Sequence[Problem]) -> dict[str, Any]:
    return {
        "counts": [asdict(count) for count in counts],
        "problems": [str(problem) for problem in failed[:100]],
        "problemCount": len(failed),
    }
