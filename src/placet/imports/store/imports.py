"""Bulk imports: their state, their files, and who works on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Row, Select, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.database import Database
from placet.database.lists import among
from placet.database.many_rows import put_rows
from placet.database.tables import unit_table
from placet.imports.core.state import ImportFailure, ImportState, StoredImport
from placet.imports.store.tables import (
    IS_RUNNING,
    buyer_unit_table,
    import_chunk_table,
    import_failure_table,
    import_table,
)

_columns = import_table.c


class FileKind(StrEnum):
    """The files an import keeps."""

    UPLOAD = "upload"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class BuyerUnit:
    """What an imported unit is: an organization is its own `organization_id`."""

    unit_id: str
    organization_id: str
    document: dict[str, Any]


async def insert_import(connection: AsyncConnection, entry: StoredImport) -> None:
    """Store a new import."""
    await connection.execute(insert(import_table).values(_values(entry)))


async def load_import(
    connection: AsyncConnection, account: str, import_id: str, *, lock: bool = False
) -> StoredImport | None:
    """One import, or None. With `lock` its row stays locked until the transaction ends."""
    query = select(import_table).where(_columns.account == account, _columns.import_id == import_id)
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _stored(row)


async def find_imports(
    connection: AsyncConnection, account: str, *, limit: int, before_id: str | None = None
) -> list[StoredImport]:
    """At most `limit` imports, newest first, those before `before_id`."""
    query = select(import_table).where(_columns.account == account)
    if before_id is not None:
        query = query.where(_columns.import_id < before_id)
    query = query.order_by(_columns.import_id.desc()).limit(limit)
    return [_stored(row) for row in await connection.execute(query)]


async def running_import(connection: AsyncConnection, account: str) -> StoredImport | None:
    """The account's import that is being worked on, or None."""
    query = select(import_table).where(_columns.account == account).where(IS_RUNNING)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _stored(row)


async def update_import(connection: AsyncConnection, entry: StoredImport) -> None:
    """Replace an import's state; one that does not run any more has no lease.

    Raises:
        IntegrityError: another import of the account runs.
    """
    values = _values(entry)
    if not entry.state.running:
        values |= {"lease_owner": None, "lease_until": None}
    await connection.execute(
        update(import_table)
        .where(_columns.account == entry.account, _columns.import_id == entry.import_id)
        .values(values)
    )


async def import_waits(connection: AsyncConnection, now_ms: int) -> bool:
    """Whether an import waits for a worker."""
    return bool(await connection.scalar(select(exists(_waiting(now_ms)))))


async def claim_import(
    connection: AsyncConnection,
    owner: str,
    now_ms: int,
    lease_ms: int,
    *,
    import_id: str | None = None,
) -> StoredImport | None:
    """The oldest import that waits for a worker, or this one if it does; from now on `owner`'s
    until the lease ends.
    """
    query = _waiting(now_ms)
    if import_id is not None:
        query = query.where(_columns.import_id == import_id)
    query = (
        query.order_by(_columns.changed_at, _columns.import_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    entry = _stored(row)
    await connection.execute(
        update(import_table)
        .where(_columns.account == entry.account, _columns.import_id == entry.import_id)
        .values(lease_owner=owner, lease_until=now_ms + lease_ms)
    )
    return entry


async def keep_lease(
    connection: AsyncConnection,
    entry: StoredImport,
    owner: str,
    lease_until: int,
    *,
    percentage: int,
    done: int,
) -> bool:
    """Note progress and hold the import longer; False when somebody else has it by now.

    The row stays locked until the transaction ends, so nobody takes it over meanwhile.
    """
    statement = (
        update(import_table)
        .where(
            _columns.account == entry.account,
            _columns.import_id == entry.import_id,
            _columns.lease_owner == owner,
        )
        .where(IS_RUNNING)
        .values(
            lease_until=lease_until, percentage=percentage, done=done, changed_at=entry.changed_at
        )
    )
    return (await connection.execute(statement)).rowcount == 1


async def append_file(
    connection: AsyncConnection,
    entry: StoredImport,
    kind: FileKind,
    number: int,
    content: bytes,
) -> None:
    """Store a piece of a file; pieces count from 0, and one that is there is replaced."""
    await put_rows(
        connection,
        import_chunk_table,
        ("account", "import_id", "kind", "number", "content"),
        [(entry.account, entry.import_id, kind.value, number, content)],
    )


async def has_file(
    connection: AsyncConnection, account: str, import_id: str, kind: FileKind
) -> bool:
    """Whether the import has such a file."""
    query = select(func.count()).where(*_file(account, import_id, kind))
    return bool(await connection.scalar(query))


async def read_file(
    database: Database, account: str, import_id: str, kind: FileKind
) -> AsyncIterator[bytes]:
    """The pieces of a file, in order, each read by itself; none where there is no such file."""
    columns = import_chunk_table.c
    number = 0
    while True:
        query = select(columns.content).where(
            *_file(account, import_id, kind), columns.number == number
        )
        async with database.read() as connection:
            content: bytes | None = await connection.scalar(query)
        if content is None:
            return
        yield content
        number += 1


async def delete_file(
    connection: AsyncConnection, account: str, import_id: str, kind: FileKind
) -> None:
    """Delete a file."""
    await connection.execute(delete(import_chunk_table).where(*_file(account, import_id, kind)))


async def delete_old_files(connection: AsyncConnection, before_id: str) -> None:
    """Delete the files of imports with smaller ids that do not run, and of uploads cut off."""
    columns = import_chunk_table.c
    runs = exists().where(
        _columns.account == columns.account,
        _columns.import_id == columns.import_id,
        _columns.running,
    )
    await connection.execute(delete(import_chunk_table).where(columns.import_id < before_id, ~runs))


async def insert_failures(
    connection: AsyncConnection, entry: StoredImport, failures: Sequence[ImportFailure]
) -> None:
    """Store rows that could not be imported; one that is there already keeps its first reason."""
    rows = [
        (entry.account, entry.import_id, failure.sheet, failure.row, failure.message)
        for failure in failures
    ]
    columns = ("account", "import_id", "sheet", "row", "message")
    await put_rows(connection, import_failure_table, columns, rows, once=("message",))


async def load_failures(
    connection: AsyncConnection, account: str, import_id: str
) -> list[ImportFailure]:
    """The rows that could not be imported, by sheet and row."""
    columns = import_failure_table.c
    query = (
        select(columns.sheet, columns.row, columns.message)
        .where(columns.account == account, columns.import_id == import_id)
        .order_by(columns.sheet, columns.row)
    )
    return [ImportFailure(*row) for row in await connection.execute(query)]


async def put_buyer_units(
    connection: AsyncConnection, account: str, units: Sequence[BuyerUnit], now_ms: int
) -> None:
    """Store what imported units are, in place of what is left of deleted units with such ids."""
    columns = ("account", "unit_id", "organization_id", "created_at", "document")
    rows = [
        (account, unit.unit_id, unit.organization_id, now_ms, to_json(unit.document).decode())
        for unit in units
    ]
    await put_rows(connection, buyer_unit_table, columns, rows)


async def load_buyer_units(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> dict[str, str]:
    """The organization of each of these units that an import made and nobody deleted, by id."""
    columns = buyer_unit_table.c
    units = unit_table.c
    there = exists().where(units.account == columns.account, units.unit_id == columns.unit_id)
    # No index holds `created_at`, or SQLite would read all of one instead of finding each key.
    query = select(columns.unit_id, columns.organization_id, columns.created_at).where(
        columns.account == account, among(columns.unit_id, set(unit_ids)), there
    )
    return {row.unit_id: row.organization_id for row in await connection.execute(query)}


async def load_unit_owners(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> dict[str, tuple[str, str | None]]:
    """Of those of these units that exist, by id: the name, and the organization where an import
    made them.
    """
    units = unit_table.c
    made = buyer_unit_table.c
    query = (
        select(units.unit_id, units.name, made.organization_id)
        .select_from(unit_table)
        .outerjoin(
            buyer_unit_table, (made.account == units.account) & (made.unit_id == units.unit_id)
        )
        .where(units.account == account, among(units.unit_id, set(unit_ids)))
    )
    rows = await connection.execute(query)
    return {row.unit_id: (row.name, row.organization_id) for row in rows}


def _waiting(now_ms: int) -> Select[Any]:
    free = or_(_columns.lease_until.is_(None), _columns.lease_until <= now_ms)
    return select(import_table).where(IS_RUNNING).where(free)


def _file(account: str, import_id: str, kind: FileKind) -> tuple[Any, ...]:
    columns = import_chunk_table.c
    return (
        columns.account == account,
        columns.import_id == import_id,
        columns.kind == kind.value,
    )


def _values(entry: StoredImport) -> dict[str, Any]:
    return {
        "account": entry.account,
        "import_id": entry.import_id,
        "file_name": entry.file_name,
        "state": entry.state.value,
        "running": entry.state.running,
        "percentage": entry.percentage,
        "done": entry.done,
        "created_at": entry.created_at,
        "changed_at": entry.changed_at,
        "imported_at": entry.imported_at,
        "user_email": entry.user_email,
        "user_name": entry.user_name,
        "result": None if entry.result is None else to_json(entry.result).decode(),
    }


def _stored(row: Row[Any]) -> StoredImport:
    fields = dict(row._mapping)
    for name in ("running", "lease_owner", "lease_until"):
        del fields[name]
    fields["state"] = ImportState(fields["state"])
    fields["result"] = None if fields["result"] is None else from_json(fields["result"])
    return StoredImport(**fields)
