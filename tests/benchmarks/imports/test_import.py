"""How long a large workbook takes, next to what its reader alone needs, and how much memory.

Run with `pytest -m benchmark tests/benchmarks/importing -s`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import AsyncIterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.imports.core.state import StoredImport
from placet.imports.service.imports import start_import, start_validation, upload_workbook
from placet.imports.service.job import LEASE_MS, ImportJob
from placet.imports.store.imports import claim_import
from placet.kit.clock import SystemClock
from placet.kit.ids import new_id
from placet.people.core.roles import Role
from placet.people.core.visit import operator_of
from placet.process import import_desk
from placet.schema import upgrade
from support.workbooks import file_of, member, organization

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

MEMBERS = 100_000
MOST_MEBIBYTES = 500


def workbook() -> bytes:
    role = Role.ORDER_APPROVER.guid
    companies = [organization(n) for n in range(MEMBERS // 100)]
    people = [member(n, f"org-{n // 100}", f"cc-{n // 100}", roleId=role) for n in range(MEMBERS)]
    return file_of(companies, [], people).getvalue()


def reading(content: bytes) -> float:
    """Seconds that the reader alone takes for all cells."""
    begun = time.perf_counter()
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
    return time.perf_counter() - begun


async def worked(database: Database, percentages: list[int]) -> tuple[StoredImport, float]:
    begun = time.perf_counter()
    owner, desk = new_id(), import_desk(database, SystemClock())
    async with database.write() as connection:
        entry = await claim_import(connection, owner, desk.clock.now_ms(), LEASE_MS)
    assert entry is not None
    job = ImportJob(desk, entry, owner=owner, told=percentages.append)
    ended = await job.run()
    return ended, time.perf_counter() - begun


async def test_a_hundred_thousand_members(tmp_path: Path) -> None:
    content = workbook()
    database = Database(f"sqlite:///{tmp_path}/placet.sqlite3")
    await upgrade(database)
    await create_key(database, "acme", ["PlaceOrders"])

    async def pieces() -> AsyncIterator[bytes]:
        yield content

    entry = await upload_workbook(
        import_desk(database, SystemClock()), operator_of("acme"), "orgs.xlsx", pieces()
    )
    alone = min(reading(content) for _ in range(3))
    percentages: list[int] = []
    await start_validation(
        import_desk(database, SystemClock()), operator_of("acme"), entry.import_id
    )
    _, validating = await worked(database, percentages)
    await start_import(import_desk(database, SystemClock()), operator_of("acme"), entry.import_id)
    percentages.clear()
    ended, importing = await worked(database, percentages)
    await database.close()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    steps = max(after - before for before, after in pairwise(percentages))
    print(f"\n{MEMBERS:,} members, {len(content) / 1e6:.1f} MB, {ended.state}")
    print(f"reading alone {alone:6.2f} s")
    print(f"validating    {validating:6.2f} s  {validating / alone:5.1f} x reading")
    print(f"importing     {importing:6.2f} s  {importing / alone:5.1f} x reading")
    print(f"the workbook's process took {child:.0f} MiB (goal: under {MOST_MEBIBYTES})")
    print(f"{len(percentages)} steps of progress, the largest {steps} per cent")
    assert child < MOST_MEBIBYTES
