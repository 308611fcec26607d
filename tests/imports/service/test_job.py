"""Imports end in the same database whatever happens on the way, and hold what the rows say."""

from __future__ import annotations

from io import BytesIO

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.database.tables import unit_table
from placet.imports.core.records import cost_centers, members, organizations
from placet.imports.core.state import ImportState
from placet.imports.core.workbook import read_workbook
from placet.imports.service.imports import (
    get_import,
    start_validation,
)
from placet.imports.service.job import LEASE_MS
from placet.imports.store.tables import buyer_unit_table
from placet.kit.characters import normalized
from placet.people.core.visit import operator_of
from placet.people.store.people_tables import user_table
from support.clock import ManualClock
from support.documented import CHECKED
from support.imports import company, content_of, desk_of, imported, uploaded, worker
from support.process import server_process
from support.workbooks import file_of, member, organization

pytestmark = pytest.mark.anyio

IMPORTS = "/api/b2b/import/buyer-orgs"


async def test_an_import_killed_half_way_ends_like_an_undisturbed_one(
    database: Database, database_url: str
) -> None:
    content = file_of(*company(1_200)).getvalue()
    key = await create_key(database, "acme", ["B2BBulkImport"])
    headers = {"X-VTEX-API-AppKey": key.app_key, "X-VTEX-API-AppToken": key.app_token}
    entry = await uploaded(database, content)
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    with server_process(database_url) as server:
        async with httpx.AsyncClient(
            base_url=server.url, headers=headers, event_hooks=CHECKED
        ) as http:
            await http.post(f"{IMPORTS}/{entry.import_id}")
            while True:
                document = (await http.get(f"{IMPORTS}/{entry.import_id}")).json()
                if int(document["percentage"]) >= 15:
                    break
            server.kill()
    halfway = await get_import(desk_of(database), operator_of("acme"), entry.import_id)
    assert halfway.state is ImportState.IN_PROGRESS
    assert halfway.done > 0
    clock = ManualClock()
    clock.advance(LEASE_MS + 1)
    assert await worker(database, clock).work()
    ended = await get_import(desk_of(database), operator_of("acme"), entry.import_id)
    assert ended.state is ImportState.COMPLETED
    disturbed = await content_of(database)
    assert len(disturbed["users"]) == 1_200 + 121
    async with database.write() as connection:
        for table in (unit_table, user_table, buyer_unit_table):
            await connection.execute(table.delete())
    await imported(database, content)
    assert await content_of(database) == disturbed


TEXT = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters=","), min_size=1, max_size=30
).map(normalized)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TEXT, TEXT, st.lists(TEXT, max_size=3)), max_size=4))
def test_reading_gives_what_was_written(companies: list[tuple[str, str, list[str]]]) -> None:
    rows = [
        organization(n, organizationName=name, street=street, sellers=", ".join(sellers))
        for n, (name, street, sellers) in enumerate(companies)
    ]
    file = BytesIO(file_of(rows, [], [member(n) for n in range(len(rows))]).getvalue())
    book = read_workbook(file)
    found = list(organizations(book))
    assert [(item.name, item.details["sellers"]) for item in found] == [
        (name, sellers) for name, _, sellers in companies
    ]
    assert [item.details["street"] for item in cost_centers(book)] == [
        street for _, street, _ in companies
    ]
    assert len(list(members(book))) == 2 * len(rows)
