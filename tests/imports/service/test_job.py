"""Imports end in the same database whatever happens on the way, and hold what the rows say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from placet.access.service.keys import create_key
from placet.database.database import Database
from placet.database.tables import unit_table
from placet.imports.core.records import cost_centers, members, organizations
from placet.imports.core.state import ImportState, StoredImport
from placet.imports.core.workbook import read_workbook
from placet.imports.service.apply import apply_records
from placet.imports.service.import_desk import ImportDesk
from placet.imports.service.imports import (
    get_import,
    start_import,
    start_validation,
    upload_workbook,
)
from placet.imports.service.job import LEASE_MS
from placet.imports.service.worker import ImportWorker
from placet.imports.store.tables import buyer_unit_table
from placet.kit.characters import normalized
from placet.kit.clock import Clock, SystemClock
from placet.orders.service.pending_approvals import follow_directory
from placet.people.core.roles import Role
from placet.people.core.visit import operator_of
from placet.people.store.people_tables import user_table
from placet.people.store.units import load_units
from placet.people.store.users import load_users
from placet.process import import_desk
from support.clock import ManualClock
from support.documented import CHECKED
from support.people.units import person, plant
from support.process import server_process
from support.workbooks import Row, cost_center, file_of, member, organization

pytestmark = pytest.mark.anyio

ROLES = [role.guid for role in Role]
IMPORTS = "/api/b2b/import/buyer-orgs"


def company(people: int, seed: int = 0) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of a company: an organization and two cost centers for every ten members."""
    chance = Random(seed)
    count = people // 10 + 1
    units = [(f"org-{n}", f"cc-{n}") for n in range(count)]
    units += [(f"org-{n}", f"cc-{count + n}") for n in range(count)]
    return (
        [organization(n) for n in range(count)],
        [cost_center(count + n, f"org-{n}") for n in range(count)],
        [
            member(n, *chance.choice(units), roleId=chance.choice(ROLES), canImpersonate="true")
            for n in range(people)
        ],
    )


def desk_of(database: Database, clock: Clock | None = None) -> ImportDesk:
    return import_desk(database, clock or SystemClock())


def worker(database: Database, clock: Clock | None = None) -> ImportWorker:
    return ImportWorker(desk_of(database, clock), keep_ms=10**12)


async def uploaded(database: Database, content: bytes) -> StoredImport:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    return await upload_workbook(desk_of(database), operator_of("acme"), "orgs.xlsx", pieces())


async def imported(database: Database, content: bytes) -> StoredImport:
    """The import of a workbook, undisturbed."""
    await create_key(database, "acme", ["PlaceOrders"])
    entry = await uploaded(database, content)
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    await start_import(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    return await get_import(desk_of(database), operator_of("acme"), entry.import_id)


async def content_of(database: Database) -> dict[str, list[Any]]:
    """Everything that an import writes, but for instants."""
    content = {}
    for table in (unit_table, user_table, buyer_unit_table):
        columns = [column for column in table.c if not column.name.endswith("_at")]
        async with database.read() as connection:
            rows = await connection.execute(select(*columns).order_by(*table.primary_key))
            content[table.name] = [tuple(row) for row in rows]
    return content


async def test_units_and_people_are_what_the_rows_say(database: Database) -> None:
    centers, people = company(40)[1:]
    file = file_of(*company(40))
    assert (await imported(database, file.getvalue())).state is ImportState.COMPLETED
    found = await content_of(database)
    roles = {role.guid: role.value for role in Role}
    users = {row[2]: row for row in found["users"]}
    assert len(users) == 40 + 5
    for row in people:
        user = users[row["email"]]
        assert (user[4], user[5]) == (row["name"], row["costCenterId"])
        assert user[6] == f'["{roles[row["roleId"]]}"]'
    owners = {row[1]: row[2] for row in found["buyer_units"]}
    for row in centers:
        assert owners[row["costCenterId"]] == row["organizationId"]
    assert {row[1] for row in found["units"]} == set(owners)


async def test_people_of_units_that_no_import_made_are_left_where_they_are(
    database: Database,
) -> None:
    await imported(database, file_of(*company(1)).getvalue())
    boss, below = "boss@example.com", "below@example.com"
    people = [
        person("boss", "hq", ["Organizational Unit Admin"], email=boss),
        person("below", "team", email=below),
    ]
    await plant(database, {"hq": None, "team": "cc-0"}, *people)
    rows = [
        member(1, "org-0", "cc-0", email=boss, roleId=ROLES[0]),
        member(2, "org-0", "cc-0", email=below, roleId=ROLES[0]),
    ]
    entry = await uploaded(database, file_of([], [], rows).getvalue())
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    found = await get_import(desk_of(database), operator_of("acme"), entry.import_id)
    assert found.state is ImportState.VALIDATION_FAILED
    assert found.result is not None
    reason = f"`{boss}` belongs to the unit `hq`, which is of no organization"
    assert found.result["problems"] == [f"sheet `Members`, row 2, column `Email`: {reason}"]
    records = members(read_workbook(file_of([], [], rows)))
    async with database.write() as connection:
        failures = await apply_records(connection, "acme", list(records), 1, follow_directory)
        users = await load_users(connection, "acme", ["boss", "below"])
    assert [failure.message for failure in failures] == [reason]
    assert (users["boss"].unit_id, users["below"].unit_id) == ("hq", "cc-0")
    assert users["boss"].roles == {"Organizational Unit Admin"}


async def test_an_id_that_is_another_in_other_case_by_now_is_no_new_unit(
    database: Database,
) -> None:
    await plant(database, {"ORG-1": None})
    rows = file_of([organization(1)], [cost_center(2, costCenterId="Org-1")])
    entry = await uploaded(database, rows.getvalue())
    await start_validation(desk_of(database), operator_of("acme"), entry.import_id)
    await worker(database).work()
    found = await get_import(desk_of(database), operator_of("acme"), entry.import_id)
    assert found.result is not None
    reasons = [f"`{id_}` differs from the id `ORG-1` by case only" for id_ in ("org-1", "Org-1")]
    assert [problem.rpartition(": ")[2] for problem in found.result["problems"]] == reasons
    book = read_workbook(rows)
    async with database.write() as connection:
        records = [*organizations(book), *cost_centers(book)]
        failures = await apply_records(connection, "acme", records, 1, follow_directory)
    assert reasons[0] in [failure.message for failure in failures]
    async with database.read() as connection:
        assert [unit.id for unit in await load_units(connection, "acme")] == ["ORG-1"]


class Death(BaseException):
    """Nothing that the one who dies could catch."""


class Stopping:
    """A clock whose owner dies at a certain look at it."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def now_ms(self) -> int:
        self._looks -= 1
        if self._looks < 0:
            raise Death
        return ManualClock().now_ms()

    async def wait(self, event: asyncio.Event, milliseconds: int) -> None:
        raise AssertionError("nobody waits here")


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
