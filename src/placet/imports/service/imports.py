"""Bulk imports as their users see them: upload, validate, start, watch, fetch the report."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.exc import IntegrityError

from placet.database.database import Database
from placet.errors import Conflict, InvalidRequest, NotFound
from placet.imports.core.state import ImportState, StoredImport
from placet.imports.service.import_desk import ImportDesk
from placet.imports.store.imports import (
    FileKind,
    append_file,
    find_imports,
    has_file,
    insert_import,
    load_import,
    read_file,
    running_import,
    update_import,
)
from placet.kit.ids import new_id
from placet.people.core.permissions import IMPORTING
from placet.people.core.visit import Visit, permitted

MAX_UPLOAD_BYTES: Final = 50_000_000
_PIECE: Final = 1 << 20
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Imports, newest first, and what to pass for the next page (None: there is none)."""

    entries: list[StoredImport]
    next_id: str | None


@permitted(IMPORTING)
async def upload_workbook(
    desk: ImportDesk, visit: Visit, file_name: str, content: AsyncIterator[bytes]
) -> StoredImport:
    """Keep an uploaded workbook; `content` is its bytes, in pieces of any size.

    Raises:
        InvalidRequest: no `.xlsx` name, no workbook, empty, or 50 MB and more.
    """
    name = _file_name(file_name)
    now = desk.clock.now_ms()
    entry = StoredImport(
        account=visit.account,
        import_id=new_id(),
        file_name=name,
        state=ImportState.UPLOADED,
        created_at=now,
        changed_at=now,
        user_email=(visit.user.email if visit.user else None) or "",
        user_name=visit.actor.label[:250],
    )
    number = 0
    # Each piece by itself, so that a large file does not keep other writers waiting; the import
    # comes last, so that there is none without its whole file.
    async for piece in _pieces(content):
        if number == 0 and not piece.startswith(_ZIP):
            raise InvalidRequest(
                f"`{name}` is no workbook: save it in the format `Excel Workbook (.xlsx)`",
                code="not-a-workbook",
            )
        async with desk.database.write() as connection:
            await append_file(connection, entry, FileKind.UPLOAD, number, piece)
        number += 1
    if number == 0:
        raise InvalidRequest(f"`{name}` is empty", code="not-a-workbook")
    async with desk.database.write() as connection:
        await insert_import(connection, entry)
    return entry


@permitted(IMPORTING)
async def start_validation(desk: ImportDesk, visit: Visit, import_id: str) -> StoredImport:
    """Have an uploaded workbook validated in the background; again, if that was not done by then.

    Raises:
        NotFound: no such import.
        Conflict: it is past that, or another import of the account is under way.
    """
    return await _start(
        desk,
        visit.account,
        import_id,
        ImportState.IN_VALIDATION,
        {ImportState.UPLOADED, ImportState.READY_TO_IMPORT},
    )


@permitted(IMPORTING)
async def start_import(desk: ImportDesk, visit: Visit, import_id: str) -> StoredImport:
    """Have a validated workbook imported in the background.

    Raises:
        NotFound: no such import.
        Conflict: it was not validated, or another import of the account is under way.
    """
    return await _start(
        desk, visit.account, import_id, ImportState.IN_PROGRESS, {ImportState.READY_TO_IMPORT}
    )


@permitted(IMPORTING)
async def get_import(desk: ImportDesk, visit: Visit, import_id: str) -> StoredImport:
    """One import. Raises NotFound."""
    return await find_import(desk.database, visit.account, import_id)


async def find_import(database: Database, account: str, import_id: str) -> StoredImport:
    """One import, whoever asks. Raises NotFound."""
    async with database.read() as connection:
        entry = await load_import(connection, account, import_id)
    if entry is None:
        raise _unknown(import_id)
    return entry


@permitted(IMPORTING)
async def list_imports(
    desk: ImportDesk, visit: Visit, *, limit: int, before_id: str | None = None
) -> ImportPage:
    """A page of the account's imports, newest first."""
    async with desk.database.read() as connection:
        found = await find_imports(connection, visit.account, limit=limit + 1, before_id=before_id)
    more = len(found) > limit
    entries = found[:limit]
    return ImportPage(entries, entries[-1].import_id if more else None)


@permitted(IMPORTING)
async def read_report(
    desk: ImportDesk, visit: Visit, import_id: str
) -> tuple[StoredImport, AsyncIterator[bytes]]:
    """An import and the pieces of its report.

    Raises:
        NotFound: no such import, or it has no report (yet).
    """
    entry = await get_import(desk, visit, import_id)
    async with desk.database.read() as connection:
        there = not entry.state.running and await has_file(
            connection, visit.account, import_id, FileKind.REPORT
        )
    if not there:
        raise NotFound(f"the import `{import_id}` is {entry.state} and has no report")
    return entry, read_file(desk.database, visit.account, import_id, FileKind.REPORT)


async def _start(
    desk: ImportDesk,
    account: str,
    import_id: str,
    state: ImportState,
    ready: set[ImportState],
) -> StoredImport:
    try:
        async with desk.database.write() as connection:
            entry = await load_import(connection, account, import_id, lock=True)
            if entry is None:
                raise _unknown(import_id)
            if entry.state is state:
                return entry
            other = await running_import(connection, account)
            if other is not None and other.import_id != import_id:
                raise _another(other.import_id)
            if entry.state not in ready:
                needed = " or ".join(sorted(ready))
                raise Conflict(
                    f"the import `{import_id}` is {entry.state}, and must be {needed} for that",
                    code="wrong-state",
                )
            entry = replace(
                entry,
                state=state,
                percentage=0,
                done=0,
                changed_at=desk.clock.now_ms(),
                result=None,
            )
            await update_import(connection, entry)
    except IntegrityError as error:
        raise _another(None) from error
    desk.wake.set()
    return entry


def _another(import_id: str | None) -> Conflict:
    which = f", `{import_id}`," if import_id else ""
    return Conflict(
        f"another import{which} of this account is under way", code="AnotherImportInProgress"
    )


def _unknown(import_id: str) -> NotFound:
    return NotFound(f"there is no import `{import_id[:100]}`")


def _file_name(given: str) -> str:
    """The last part of a path, as browsers may send one."""
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    if not name.lower().endswith(".xlsx") or len(name) > 250 or not name.isprintable():
        raise InvalidRequest(
            f"`{name[:100]}` must be the name of an `.xlsx` workbook, of at most 250 characters",
            code="not-a-workbook",
        )
    return name


async def _pieces(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The content in pieces of equal size."""
    buffer = bytearray()
    size = 0
    async for part in content:
        size += len(part)
        if size >= MAX_UPLOAD_BYTES:
            raise InvalidRequest(
                f"the file must be smaller than {MAX_UPLOAD_BYTES:,} bytes", code="file-too-large"
            )
        buffer += part
        while len(buffer) >= _PIECE:
            yield bytes(buffer[:_PIECE])
            del buffer[:_PIECE]
    if buffer:
        yield bytes(buffer)
