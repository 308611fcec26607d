"""A worker that dies is followed by another, and a lease keeps others away."""

from __future__ import annotations

import asyncio

import pytest

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.imports.core.state import ImportState
from placet.imports.service.imports import (
    get_import,
    start_import,
    start_validation,
)
from placet.imports.service.job import LEASE_MS
from placet.people.core.visit import operator_of
from support.clock import ManualClock
from support.imports import (
    Death,
    Stopping,
    company,
    content_of,
    desk_of,
    imported,
    uploaded,
    worker,
)
from support.workbooks import file_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("looks", [2, 4, 7, 10])
async def test_a_worker_that_dies_anywhere_is_followed_by_another(
    database: Database, looks: int
) -> None:
    content = file_of(*company(300)).getvalue()
    entry = await uploaded(database, content)
    await create_key(database, "acme", ["PlaceOrders"])
    late = ManualClock()
    for start, state in (
        (start_validation, ImportState.READY_TO_IMPORT),
        (start_import, ImportState.COMPLETED),
    ):
        await start(desk_of(database), operator_of("acme"), entry.import_id)
        dying = asyncio.ensure_future(worker(database, Stopping(looks)).work())
        await asyncio.wait([dying])
        survived = dying.exception() is None
        assert survived or isinstance(dying.exception(), Death)
        late.advance(2 * LEASE_MS)
        assert await worker(database, late).work() is not survived
        assert (
            await get_import(desk_of(database), operator_of("acme"), entry.import_id)
        ).state is state
    disturbed = await content_of(database)
    assert len(disturbed["users"]) == 300 + 31
    assert (await imported(database, content)).state is ImportState.COMPLETED
    assert await content_of(database) == disturbed


async def test_a_lease_keeps_others_away_until_it_ends(database: Database) -> None:
    await create_key(database, "acme", ["PlaceOrders"])
    entry = await uploaded(database, file_of(*company(10)).getvalue())
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    dying = asyncio.ensure_future(worker(database, Stopping(2)).work())
    await asyncio.wait([dying])
    assert isinstance(dying.exception(), Death)
    clock = ManualClock()
    assert not await worker(database, clock).work()
    clock.advance(LEASE_MS + 1)
    assert await worker(database, clock).work()
